"""Child processes that cannot outlive us, and the errors a person can read."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    death_signal: int = signal.SIGTERM,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (Ctrl-C reaches only us) that gets `death_signal` when we die.

    Call it from the main thread: Linux sends the death signal when the *thread* that started the child ends.
    """
    output = log.open("ab") if log else None
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
        if output:
            output.close()


def as_account(account: Account | None) -> dict[str, object]:
    """Popen arguments that change to `account`; none when there is nothing to change."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def stop(child: subprocess.Popen[bytes], sign: int = signal.SIGTERM, patience: float = 10) -> None:
    """Ask a child to leave, then make it and its whole process group leave."""
    if child.poll() is None:
        child.send_signal(sign)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            kill(child)


def kill(child: subprocess.Popen[bytes]) -> None:
    """End a child and everything it started, at once."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
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
