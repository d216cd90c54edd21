"""What a deployment relies on: packages that cannot be exchanged, pages that ask no other server, settings that hold."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LOCKS = ("requirements.txt", "requirements-dev.txt", "bin/uv.txt")
REQUIREMENT = re.compile(r"^(?=[A-Za-z0-9])", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
ANY_HOST = re.compile(r"(?:(?:https?|wss?|ftp):)?//[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.IGNORECASE)
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # names, never fetched
READ_BY_BROWSERS = {".html", ".css", ".js", ".svg", ".txt", ".json", ".webmanifest"}
PRODUCTION = {
    "SECRET_KEY": "Tf8-made-for-this-test-only-and-longer-than-fifty-characters-7Qz",
    "ALLOWED_HOSTS": "culture.example.org",
    "BASE_URL": "https://culture.example.org",
    "DATABASE_URL": "postgres://nobody@%2Fnowhere/none",
}
HELD = (
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_SECONDS",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_REFERRER_POLICY",
    "X_FRAME_OPTIONS",
    "DEBUG",
    "ALLOWED_HOSTS",
)


@pytest.mark.parametrize("lock", LOCKS)
def test_t59_every_requirement_is_pinned_and_has_a_hash(lock):
    blocks = REQUIREMENT.split((ROOT / lock).read_text(encoding="utf-8"))[1:]

    assert blocks
    assert [block.split()[0] for block in blocks if "==" not in block.split()[0] or not HASH.search(block)] == []


def test_t59_packages_are_installed_by_their_hashes_only():
    installs = [
        line for line in (ROOT / "bin" / "setup").read_text().splitlines() if re.search(r"^[^#]*pip.* install ", line)
    ]

    assert installs
    assert [line for line in installs if "--require-hashes" not in line] == []


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_t59_no_page_asks_another_server_for_anything(folder):
    found = {
        f"{path.relative_to(ROOT)}: {address}"
        for path in (ROOT / folder).rglob("*")
        if path.suffix in READ_BY_BROWSERS and path.name != "OFL.txt"  # the fonts' licence names its authors' pages
        for address in ANY_HOST.findall(path.read_text(encoding="utf-8"))
        if address not in NAMESPACES and not address.startswith("http://www.w3.org")
    }

    assert found == set()


def test_t59_the_policy_of_every_page_allows_our_own_server_only():
    sources = {source for values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values() for source in values}

    assert sources == {"'self'", "'none'"}


def in_production(*argv: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python as in production: none of the settings of the test run reach it."""
    ours = re.compile(
        r"WHEELHOUSE_|DJANGO_|SECRET_KEY|DEBUG|INSECURE_HTTP|BEHIND_PROXY|ALLOWED_HOSTS|DATABASE_URL|REDIS_URL"
    )
    env = {name: value for name, value in os.environ.items() if not ours.match(name)} | PRODUCTION | more
    return subprocess.run([sys.executable, *argv], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_t60_the_deployment_check_finds_nothing_in_production():
    checked = in_production("manage.py", "check", "--deploy", "--fail-level", "DEBUG")

    assert "no issues (0 silenced)" in checked.stdout, checked.stdout + checked.stderr
    assert checked.returncode == 0


READ_SETTINGS = """
import json, sys
from django.conf import global_settings
from culture import settings

print(json.dumps({name: getattr(settings, name, getattr(global_settings, name)) for name in sys.argv[1:]}))
"""


def test_t60_production_is_the_default_and_its_flags_are_on():
    held = json.loads(in_production("-c", READ_SETTINGS, *HELD).stdout)

    assert held["SECURE_HSTS_SECONDS"] >= 365 * 86400
    assert held["ALLOWED_HOSTS"] == ["culture.example.org"]
    assert (held["X_FRAME_OPTIONS"], held["SECURE_REFERRER_POLICY"], held["DEBUG"]) == ("DENY", "same-origin", False)
    assert all(held[name] is True for name in HELD[:5])
    assert held["SECURE_CONTENT_TYPE_NOSNIFF"] is True


def test_t33_t60_without_https_no_cookie_has_a_name_that_browsers_take_with_https_only():
    names = "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"

    secure = json.loads(in_production("-c", READ_SETTINGS, *names).stdout)
    insecure = json.loads(in_production("-c", READ_SETTINGS, *names, INSECURE_HTTP="1").stdout)

    assert all(name.startswith("__Host-") for name in secure.values())
    assert not any(name.startswith("__Host-") for name in insecure.values())


def test_t60_production_refuses_to_start_without_a_secret():
    refused = in_production("-c", "import culture.settings", SECRET_KEY="")

    assert "SECRET_KEY is not set" in refused.stderr
    assert refused.returncode != 0
