"""A pair of servers for one process alone: empty, fast, forgotten afterwards. Tests and checks run on them."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from devservices import paths
from devservices.servers import Postgres, Server, Valkey

PREFIX = "wheelhouse-private-"


@contextlib.contextmanager
def servers(mode: str) -> Iterator[Path]:
    """Start what DATABASE_URL and REDIS_URL do not name, put it into the environment, yield the folder of its data."""
    folder = paths.temporary_folder(PREFIX)
    sweep(folder.parent)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        lock = stack.enter_context((folder / "lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        for kind in (Postgres, Valkey):
            if not os.environ.get(kind.variable):
                server: Server = kind(folder, folder / "sockets", durable=False)
                server.start()
                stack.callback(server.stop)
                os.environ[server.variable] = server.url()
        keys = folder / "ballot-keys"
        keys.mkdir(mode=0o700)
        os.environ.update(WHEELHOUSE_MODE=mode, BALLOT_KEY_DIR=str(keys))
        yield folder


def sweep(base: Path) -> None:
    """Remove folders of killed processes: those whose lock nobody holds."""
    for folder in base.glob(f"{PREFIX}*"):
        try:
            with (folder / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # in use, just being made, or somebody else's
