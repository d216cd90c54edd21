"""A pair of servers for one process alone: empty, fast, forgotten afterwards. Tests and checks run on them."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from devservices import paths
from devservices.servers import Postgres, Server, Valkey

PREFIX = "wheelhouse-private-"


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder fit for servers, removed at the end; by the next process if this one is killed."""
    made = paths.temporary_folder(PREFIX)
    sweep(made.parent)
    try:
        with (made / "new lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (made / "new lock").rename(made / "lock")  # never seen without being held, or a sweep could take it
            (made / "ballot-keys").mkdir(mode=0o700)
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextlib.contextmanager
def servers(mode: str, *, put_cluster_into: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """Start what DATABASE_URL and REDIS_URL do not name, put it into the environment, yield the folder of its data.

    `put_cluster_into` fills the data folder of PostgreSQL; without it the cluster is empty.
    """
    with folder() as state, contextlib.ExitStack() as stack:
        for kind in (Postgres, Valkey):
            if not os.environ.get(kind.variable):
                server: Server = kind(state, state / "sockets", durable=False)
                if put_cluster_into and kind is Postgres:
                    put_cluster_into(server.data)
                server.start()
                stack.callback(server.stop)
                os.environ[server.variable] = server.url()
        os.environ.update(WHEELHOUSE_MODE=mode, BALLOT_KEY_DIR=str(state / "ballot-keys"))
        yield state


def sweep(base: Path) -> None:
    """Remove folders of killed processes: those whose lock nobody holds."""
    for folder in base.glob(f"{PREFIX}*"):
        try:
            with (folder / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # in use, just being made, or somebody else's
