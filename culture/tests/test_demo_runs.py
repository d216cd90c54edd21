"""`make demo` as a newcomer meets it: it starts from nothing, everybody it prints can sign in, and it stops."""

import re
import signal
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import pytest

from culture.demo import SIGN_INS
from devservices.tests.conftest import Supervisor, port, state  # noqa: F401 - fixtures

START_PATIENCE = 180.0  # seconds, on a busy machine


@pytest.fixture
def demo(state, port, tmp_path):  # noqa: F811
    running = Supervisor(tmp_path / "demo.log", "--port", str(port), program=("manage.py", "demo"))
    yield running.until_ready(START_PATIENCE)
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        running.end()


def sign_in(address, email, password):
    """A browser without script that has signed in; its last answer is the home page."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    form = browser.open(f"{address}/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    fields = {"csrfmiddlewaretoken": token, "login": email, "password": password}
    return browser.open(urllib.request.Request(f"{address}/sign-in/", urlencode(fields).encode()))


def test_the_demo_starts_from_nothing_and_everybody_it_prints_can_sign_in(demo, port):  # noqa: F811
    for role, email, password in SIGN_INS:
        assert re.search(rf"{re.escape(role)} +{re.escape(email)} +{re.escape(password)}", demo.said())

        home = sign_in(f"http://localhost:{port}", email, password)

        assert (home.status, home.url) == (200, f"http://localhost:{port}/")
    demo.process.send_signal(signal.SIGINT)
    assert demo.end() == 0
