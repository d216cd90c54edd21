"""Who owns the servers of this checkout: one process starts and stops them, others join while it runs.

Two locks in the state folder, both freed by the kernel when their holder dies:
`lock` is held by the owner; `users` is shared by those who joined, so that an owner knows when it may leave.
"""

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TextIO

from devservices import paths
from devservices.servers import Postgres, Server, Valkey, wait_until

# Commands that need no database; they must not start one.
WITHOUT_SERVERS = {
    "",
    "help",
    "version",
    "build_assets",
    "collectstatic",
    "startapp",
    "makemessages",
    "compilemessages",
}


class Session:
    """The state folder of this checkout, its locks and its servers."""

    def __init__(self) -> None:
        self.state = paths.state_folder()
        self._lock: TextIO | None = None
        self._users: TextIO | None = None

    def own(self, description: str) -> bool:
        """Take the lock and say in it who we are; False when somebody else has it."""
        lock = (self.state / "lock").open("a+")
        if not _try(lock, fcntl.LOCK_EX):
            lock.close()
            return False
        lock.truncate(0)
        lock.write(f"{description} (process {os.getpid()})")
        lock.flush()
        self._lock = lock
        return True

    def owner(self) -> str:
        """Who holds the lock, in words."""
        return (self.state / "lock").read_text() or "another process"

    def is_owned(self) -> bool:
        with (self.state / "lock").open("a+") as lock:
            return not _try(lock, fcntl.LOCK_SH)

    def join(self, description: str) -> bool:
        """Become a user of somebody's servers; True when their owner has just left and we have become it."""
        self._users = (self.state / "users").open("a+")
        fcntl.flock(self._users, fcntl.LOCK_SH)  # waits while an owner is leaving
        return self.own(description)

    def wait_for_users(self) -> None:
        """Return when nobody else uses our servers; newcomers wait until we have left."""
        self._users = self._users or (self.state / "users").open("a+")
        if not _try(self._users, fcntl.LOCK_EX):
            print("Other commands still use the database started here; waiting for them.", file=sys.stderr)
            fcntl.flock(self._users, fcntl.LOCK_EX)

    def servers(self) -> list[Server]:
        """Those that the environment does not name."""
        sockets = paths.socket_folder(self.state)
        return [kind(self.state, sockets) for kind in (Postgres, Valkey) if not os.environ.get(kind.variable)]

    def describe(self, servers: Sequence[Server]) -> None:
        """Put what the product must know into the environment."""
        os.environ.update({server.variable: server.url() for server in servers})
        keys = self.state / "ballot-keys"
        keys.mkdir(mode=0o700, exist_ok=True)
        os.environ.setdefault("BALLOT_KEY_DIR", str(keys))
        if not os.environ.get("EMAIL_HOST"):
            os.environ.setdefault("EMAIL_FILE_PATH", str(self.state / "mails"))  # nothing leaves this computer
        os.environ["WHEELHOUSE_MODE"] = "demo"


@contextlib.contextmanager
def for_command(argv: Sequence[str]) -> Iterator[None]:
    """Give one `manage.py` command the servers of the running demo, or its own until it ends.

    Changes nothing where the environment speaks of another set-up: by DATABASE_URL, SECRET_KEY or WHEELHOUSE_MODE.
    """
    given = os.environ.get("DATABASE_URL") or os.environ.get("SECRET_KEY")
    if given or os.environ.get("WHEELHOUSE_MODE", "demo") != "demo" or not paths.installed():
        yield
        return
    command = argv[1] if len(argv) > 1 else ""
    if command.lstrip("-") in WITHOUT_SERVERS or {"-h", "--help"} & set(argv):
        os.environ["WHEELHOUSE_MODE"] = "demo"
        yield
        return
    session = Session()  # holds its locks as long as it lives
    with contextlib.ExitStack() as stack:
        _start_or_join(session, f"manage.py {command}", stack)
        yield


def _start_or_join(session: Session, description: str, stack: contextlib.ExitStack) -> None:
    is_owner = session.own(description) or session.join(description)
    servers = session.servers()
    for server in servers:
        if is_owner:
            stack.callback(server.stop)
            server.start()
        else:
            wait_until(server.answers, alive=session.is_owned, failure=server.obituary)
    if is_owner:
        stack.callback(session.wait_for_users)
    session.describe(servers)


def _try(lock: TextIO, kind: int) -> bool:
    """Take a lock if it is free; a moment's patience, as somebody may only be looking whether it is held."""
    for _ in range(4):
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False
