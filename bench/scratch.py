"""Databases of a benchmark's own, on the server that DATABASE_URL names, dropped afterwards."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dj_database_url
import psycopg2

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def database(name: str) -> Iterator[dict[str, str]]:
    """Create an empty, migrated database; yields the environment in which a child process uses it."""
    url = os.environ["DATABASE_URL"]
    base, _, rest = url.rpartition("/")
    query = rest.partition("?")[1] + rest.partition("?")[2]
    scratch = f"wheelhouse_bench_{name}"
    _execute(f"DROP DATABASE IF EXISTS {scratch} WITH (FORCE)", f"CREATE DATABASE {scratch}")
    with tempfile.TemporaryDirectory(prefix="wheelhouse-bench-") as keys:
        environment = {**os.environ, "DATABASE_URL": f"{base}/{scratch}{query}", "BALLOT_KEY_DIR": keys}
        try:
            manage(environment, "migrate", "-v", "0")
            yield environment
        finally:
            _execute(f"DROP DATABASE IF EXISTS {scratch} WITH (FORCE)")


def analyse(environment: dict[str, str]) -> None:
    """What autovacuum does on a server that lasts: without figures about its tables PostgreSQL plans blindly."""
    _execute("ANALYZE", url=environment["DATABASE_URL"])


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run a management command there; its output goes where this process's output goes."""
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], env=environment, check=True, cwd=ROOT)


def _execute(*statements: str, url: str = "") -> None:
    given = dj_database_url.parse(url or os.environ["DATABASE_URL"])
    connection = psycopg2.connect(
        dbname=given["NAME"],
        user=given["USER"] or None,
        password=given["PASSWORD"] or None,
        host=given["HOST"] or None,
        port=given["PORT"] or None,
    )
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
