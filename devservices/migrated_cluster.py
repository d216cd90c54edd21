"""A cluster of PostgreSQL whose database has all its tables: made once, copied by every process that tests.

Migrating takes a quarter of a minute, a copy a quarter of a second. The copy lies in the state folder and is made anew
whenever a migration or a package has changed.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2

from devservices import paths, private
from devservices.children import Refusal
from devservices.servers import DATABASE, Postgres

KEPT = 3  # of several branches; the one that was used longest ago goes first
DECIDES = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "requirements.txt",
    "culture/settings.py",
    "devservices/migrated_cluster.py",
)


def copy_to(data: Path) -> None:
    """Copy the cluster to `data`, a folder that does not exist yet. Raises Refusal where there is no folder to keep it in."""
    with _kept() as cluster:
        # Owners and modes as they are: the servers' account may be another one than ours.
        subprocess.run(["cp", "-a", str(cluster), str(data)], check=True)


@contextlib.contextmanager
def _kept() -> Iterator[Path]:
    """The cluster of these sources. Whoever comes first makes it; nobody removes it while it is read."""
    shelf = paths.state_folder() / "test-clusters"
    shelf.mkdir(mode=0o711, exist_ok=True)
    cluster = shelf / _digest()
    with (shelf / f"{cluster.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        if not cluster.exists():
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not cluster.exists():  # nobody else was quicker
                _make(cluster)
                _forget_old(shelf)
            fcntl.flock(lock, fcntl.LOCK_SH)
        os.utime(lock.name)
        yield cluster


def _digest() -> str:
    """Of all that decides what is in it."""
    seen = hashlib.sha256(f"{sys.version} {paths.postgres_package()}".encode())
    for pattern in DECIDES:
        for file in sorted(paths.CHECKOUT.glob(pattern)):
            seen.update(f"{file.relative_to(paths.CHECKOUT)}\n".encode() + file.read_bytes())
    return seen.hexdigest()[:16]


def _make(cluster: Path) -> None:
    with private.folder() as state:
        server = Postgres(state, state / "sockets", durable=False)
        server.start()
        try:
            env = os.environ | {
                "DATABASE_URL": server.url(),
                "REDIS_URL": "redis://localhost:1",
                "WHEELHOUSE_MODE": "test",
            }
            argv = [sys.executable, str(paths.CHECKOUT / "manage.py"), "migrate", "--verbosity=0"]
            done = subprocess.run(argv, cwd=paths.CHECKOUT, env=env, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Refusal(f"The tables of the test database could not be made:\n{done.stderr}")
            _spread_sequences(server)
        finally:
            server.stop()
        part = cluster.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        subprocess.run(["cp", "-a", str(server.data), str(part)], check=True)
        part.rename(cluster)


def _spread_sequences(server: Postgres) -> None:
    """No row of one table has the number of a row of another: nothing is found, or missed, by coincidence."""
    connection = psycopg2.connect(server.dsn(DATABASE))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(oid::regclass, 1000000 * row_number() OVER (ORDER BY relname)) FROM pg_class"
                " WHERE relkind = 'S'"
            )
    finally:
        connection.close()


def _forget_old(shelf: Path) -> None:
    locks = sorted(shelf.glob("*.lock"), key=lambda lock: lock.stat().st_mtime, reverse=True)
    for old in locks[KEPT:]:
        with contextlib.suppress(OSError), old.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(old.with_suffix(""), ignore_errors=True)
