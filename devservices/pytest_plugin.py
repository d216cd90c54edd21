"""pytest on servers of its own, and the fixtures that need a real worker or a real browser.

Loaded by `-p` in pytest.ini, because pytest-django reads the settings before any conftest.py.
"""

import atexit
import contextlib
import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from devservices import children, migrated_cluster, private
from devservices.children import Program, Refusal
from devservices.servers import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
BROWSER_PATIENCE = 15_000  # milliseconds per action or expectation, on a busy machine
NO_BROWSER = "no Chromium here: install it (Debian: apt-get install chromium) or name one in CHROMIUM"

_stack = contextlib.ExitStack()


def _start_servers() -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's sync API runs an event loop in the test's thread
    for name in ("DATABASE_URL", "REDIS_URL"):
        # Never the servers that the shell, or the process that hands out tests side by side, happens to name: tests
        # empty what they are given, cache and queue included.
        os.environ.pop(name, None)
        if given := os.environ.get(f"TEST_{name}"):
            os.environ[name] = given
    try:
        _stack.enter_context(private.servers("test", put_cluster_into=migrated_cluster.copy_to))
    except Refusal as refusal:
        sys.exit(f"pytest: {refusal}")
    atexit.register(_stack.close)


_start_servers()


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    from django.test import TransactionTestCase  # noqa: PLC0415 - needs the settings

    from devservices import emptying  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.teardown)
        yield


@pytest.fixture
def celery_worker(transactional_db: None, tmp_path: Path) -> Iterator[Program]:
    """A real Celery worker, as in production, on the test database and broker. Takes about three seconds to start."""
    from celery import current_app  # noqa: PLC0415 - needs the settings
    from django.db import connection  # noqa: PLC0415

    current_app.control.purge()  # what other tests have left in the queue
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    options = ("--concurrency=1", "--without-gossip", "--without-mingle", "--loglevel=INFO")
    argv = (sys.executable, "-m", "celery", "--app", "culture", "worker", *options)
    env = os.environ | {"DATABASE_URL": address.geturl()}
    worker = Program("The Celery worker", argv, tmp_path / "worker.log", env=env)
    worker.start()
    assert worker.process is not None
    try:
        wait_until(lambda: " ready." in worker.log.read_text(), alive=worker.is_alive, failure=worker.obituary)
        yield worker
    finally:
        children.kill(worker.process)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium that answers. Without one the test is left out, and said so at the end; in CI it fails."""
    given = os.environ.get("CHROMIUM")
    for name in [given] if given else BROWSERS:
        path = shutil.which(name)
        # Ubuntu's package is a stub that only says how to install the real one.
        if path and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    if os.environ.get("CI") == "true":
        pytest.fail(NO_BROWSER)
    pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def browser(chromium: str) -> "Iterator[Browser]":
    """Headless Chromium under Playwright, whose clicks end when the page they lead to is whole.

    Playwright's own click ends with the first byte of the next page: what is counted or read right after it may not be
    there yet, and the scripts that a person would find at work may not have begun.
    """
    from playwright.sync_api import Locator, expect, sync_playwright  # noqa: PLC0415 - slow to import, most runs need none

    expect.set_options(timeout=BROWSER_PATIENCE)
    click = Locator.click

    def click_through(locator: Locator, **options: Any) -> None:
        locator.page.wait_for_load_state()  # what a late style sheet or font moves away would be missed
        click(locator, **options)
        locator.page.wait_for_load_state()

    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", click_through)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page_of(browser: "Browser", live_server: Any) -> "Iterator[Callable[..., Page]]":
    """Pages of the live server for one signed-in user, or nobody: page_of(eve.user, width=360).goto("/goals/").

    Other keywords go to Playwright's new_context (color_scheme="dark", java_script_enabled=False). When the test ends, any
    script error or breach of the content security policy on any of the pages fails it.
    """
    from django.conf import settings  # noqa: PLC0415 - not configured yet when this module is read
    from django.test import Client  # noqa: PLC0415

    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(page: "Page", said: str) -> None:
        if "Content Security Policy" in said:
            complaints.append(f"{page.url}: {said}")

    def open_page(user: Any = None, *, width: int = 1280, height: int = 900, **options: Any) -> "Page":
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(BROWSER_PATIENCE)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: hear(page, said.text))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(page_of: "Callable[..., Page]") -> "Page":
    """A page of the live server for nobody in particular."""
    return page_of()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    missed = [report for report in terminalreporter.stats.get("skipped", ()) if NO_BROWSER in str(report.longrepr)]
    if missed:
        terminalreporter.section("browser tests NOT run", sep="!", yellow=True, bold=True)
        terminalreporter.line(f"{len(missed)} tests were left out: {NO_BROWSER}", yellow=True, bold=True)
