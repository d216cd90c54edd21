"""Child processes that cannot outlive us, and the errors a person can read."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

PR_SET_PDEATHSIG = 1


class Refusal(Exception):
    """Something a person has to put right; the message says in one line what to do."""


@dataclass(frozen=True)
class Account:
    """The unprivileged account that the servers run as when we are root (PostgreSQL refuses to be root)."""

    uid: int
    gid: int


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path | None = None,
    piped: bool = False,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    death_signal: int = signal.SIGTERM,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (Ctrl-C reaches only us) that gets `death_signal` when we die.

    Its output goes to the end of `log`, or through a pipe to us, or where ours goes.
    Call it from the main thread: Linux sends the death signal when the *thread* that started the child ends.
    """
    file = log.open("ab") if log else None
    output = file or (subprocess.PIPE if piped else None)
    try:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_die_with_parent(death_signal),
            pass_fds=pass_fds,
            **as_account(account),
        )
    finally:
        if file:
            file.close()


class AsAccount(TypedDict, total=False):
    """Arguments of Popen that change the user."""

    user: int
    group: int
    extra_groups: list[int]


def as_account(account: Account | None) -> AsAccount:
    """Become `account` in the child; empty when there is nothing to change."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


class Program:
    """A child with a name and a log, such as the web server."""

    stop_signal = signal.SIGTERM

    def __init__(
        self,
        name: str,
        argv: Sequence[str | Path],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name, self.argv, self.log, self.env, self.pass_fds = name, argv, log, env, pass_fds
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.unlink(missing_ok=True)
        self.process = spawn(self.argv, log=self.log, env=self.env, pass_fds=self.pass_fds)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self, patience: float = 10) -> None:
        """Ask it to leave and give it `patience` seconds; then end what is left of it and of what it started."""
        self.ask_to_stop()
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
            kill(self.process)

    def obituary(self) -> str:
        """Why it is not running, for a person."""
        code = self.process.poll() if self.process else None
        ended = "does not answer" if code is None else f"has stopped ({how_it_ended(code)})"
        return f"{self.name} {ended}. Its log {self.log} ends:\n{last_lines(self.log)}"


def kill(child: subprocess.Popen[bytes]) -> None:
    """End a child and everything it started, at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def how_it_ended(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def last_lines(log: Path, count: int = 8) -> str:
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def _die_with_parent(sign: int) -> Callable[[], None] | None:
    """Hook that runs in the child between fork and exec, after the change of user (which clears the signal)."""
    if sys.platform != "linux":
        return None  # leftovers are found and cleared at the next start
    libc, parent = ctypes.CDLL(None, use_errno=True), os.getpid()

    def hook() -> None:
        libc.prctl(PR_SET_PDEATHSIG, sign)
        if os.getppid() != parent:  # we died before the line above
            os._exit(1)

    return hook
