"""Walk through a running demo as each of its people and save every kind of page: both widths, light and dark.

    python bench/screenshots.py --base-url http://localhost:8000 --out /tmp/pages [--as Manager] [--only goals:] [--axe]

One picture per route and role: links are followed from the home page until no new route turns up. What is wrong with a
page (an answer of 400 or more, an error in the console, sideways scrolling, axe findings) is printed beside its name;
with any of these the script ends with 1.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import django
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "culture.settings")
os.environ.setdefault("WHEELHOUSE_MODE", "demo")
django.setup()

from django.urls import Resolver404, resolve  # noqa: E402 - needs the settings above

from culture.demo import SIGN_INS  # noqa: E402

WIDTHS = {"desktop": (1280, 800), "phone": (390, 844)}
SCHEMES = ("light", "dark")
_LINKS = "[...document.querySelectorAll('a[href]')].map(a => a.href)"
_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_HEIGHT = "document.documentElement.scrollHeight"
_FILES = re.compile(r"\.(json|csv|xlsx|txt|pdf|docx)$")
_LEAVES = re.compile(r"^(account_logout|.*(export|csv|xlsx|download|import_template).*)$")


@dataclass
class Walk:
    """One person's way through the product: the address of the first page found for each route."""

    base: str
    only: str
    found: dict[str, str] = field(default_factory=dict)

    def note(self, address: str) -> None:
        parts = urlsplit(address)
        if not address.startswith(self.base) or parts.path.startswith("/static/") or _FILES.search(parts.path):
            return
        try:
            name = resolve(parts.path).view_name
        except Resolver404:
            name = "unknown" + parts.path.replace("/", "-")
        if name not in self.found and not _LEAVES.match(name):
            self.found[name] = f"{self.base}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def pages(self, page: Page) -> Iterator[tuple[str, str]]:
        self.note(f"{self.base}/")
        seen: set[str] = set()
        while todo := [name for name in self.found if name not in seen]:
            name = todo[0]
            seen.add(name)
            yield name, self.found[name]
            for link in page.evaluate(_LINKS):
                self.note(link)


def main() -> int:
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    failures = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        failures += _strangers(browser, options)
        for role, email, password in SIGN_INS:
            if options.role and options.role.lower() not in role.lower():
                continue
            context = _signed_in(browser, options.base_url, email, password)
            failures += _photograph(context, role, Walk(options.base_url, options.only), options)
            context.close()
        browser.close()
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="http://localhost:8000")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--as", dest="role", default="", help="only the roles whose name contains this")
    parser.add_argument("--only", default="", help="only pictures of routes whose name begins with this")
    parser.add_argument("--axe", action="store_true", help="run axe on every page, width and scheme")
    options = parser.parse_args()
    options.base_url = options.base_url.rstrip("/")
    return options


def _strangers(browser: Browser, options: argparse.Namespace) -> int:
    """The one page that nobody signed in can see."""
    if options.role or (options.only and not "account_login".startswith(options.only)):
        return 0
    context = browser.new_context()
    page = context.new_page()
    problems = _take(page, "stranger", "account_login", f"{options.base_url}/", options)
    context.close()
    return problems


def _signed_in(browser: Browser, base: str, email: str, password: str) -> BrowserContext:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/")
    page.fill("#id_login", email)
    page.fill("#id_password", password)
    page.locator("form:has(#id_password) [type=submit]").first.click()
    page.wait_for_load_state()
    if page.locator("#id_password").count():
        raise SystemExit(f"Sign-in as {email} failed at {page.url}: is the demo company loaded there?")
    page.close()
    return context


def _photograph(context: BrowserContext, role: str, walk: Walk, options: argparse.Namespace) -> int:
    page = context.new_page()
    failures = 0
    for name, address in walk.pages(page):
        if name.startswith(options.only):
            failures += _take(page, role, name, address, options)
        else:
            page.goto(address)
    return failures


def _take(page: Page, role: str, name: str, address: str, options: argparse.Namespace) -> int:
    """Save one page four times; returns the number of things wrong with it."""
    problems: list[str] = []
    page.on("console", lambda message: problems.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    for width, (across, down) in WIDTHS.items():
        page.set_viewport_size({"width": across, "height": down})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            answer = page.goto(address)
            if answer and answer.status >= 400:
                problems.append(f"answer {answer.status}")
            if page.evaluate(_SIDEWAYS):
                problems.append(f"scrolls sideways at {across}")
            problems += _axe(page, f"{width} {scheme}") if options.axe else []
            picture = f"{role}-{name}-{width}-{scheme}.png".replace(" ", "-").replace(":", ".").lower()
            page.set_viewport_size(
                {"width": across, "height": max(down, page.evaluate(_HEIGHT))}
            )  # bars at the real ends
            page.screenshot(path=options.out / picture)
            page.set_viewport_size({"width": across, "height": down})
    unique = sorted(set(problems))
    print(f"{role}: {name} {urlsplit(address).path}", *unique, sep="\n    ", flush=True)
    return len(unique)


def _axe(page: Page, where: str) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - a heavy import that most runs do not need

    found = Axe().run(page).response["violations"]
    return [f"axe, {where}: {v['id']} ({v['impact']}) at {v['nodes'][0]['target']}" for v in found]


if __name__ == "__main__":
    sys.exit(main())
