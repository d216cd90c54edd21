"""A state folder of its own for each test, and supervisors that are gone when the test is over."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from devservices import paths

PATIENCE = 60.0  # seconds, on a busy machine


@pytest.fixture
def state(monkeypatch) -> Iterator[Path]:
    """A state folder whose path has spaces; the environment is that of a newcomer."""
    base = paths.temporary_folder("wheelhouse-test-")
    folder = base / "a state folder"
    folder.mkdir(mode=0o755)
    for name in ("DATABASE_URL", "REDIS_URL", "WHEELHOUSE_MODE", "SECRET_KEY", "BALLOT_KEY_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WHEELHOUSE_STATE", str(folder))
    yield folder
    shutil.rmtree(base)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Supervisor:
    """A running `manage.py demo`, by default of the small product."""

    def __init__(self, log: Path, *arguments: str, program: Sequence[str] = ("-m", "devservices.tests.small")) -> None:
        self.log = log
        argv = [sys.executable, *program, *arguments]
        with log.open("wb") as output:
            self.process = psutil.Popen(
                argv, cwd=paths.CHECKOUT, stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )

    def until_ready(self, patience: float = PATIENCE) -> "Supervisor":
        wait_for(lambda: "Ctrl-C stops it." in self.said() or self.process.poll() is not None, patience)
        assert self.process.poll() is None, self.said()
        return self

    def said(self) -> str:
        return self.log.read_text()

    def child(self, name: str) -> psutil.Process:
        return next(child for child in self.process.children() if child.name().startswith(name))

    def everyone(self) -> list[psutil.Process]:
        return self.process.children(recursive=True)

    def end(self) -> int:
        """Exit code, which has to come by itself."""
        return int(self.process.wait(PATIENCE))


@pytest.fixture
def supervise(state, port, tmp_path) -> Iterator[Callable[..., Supervisor]]:
    """Start the small demo on the test's state folder: supervise("--reset", port=...)."""
    started: list[Supervisor] = []

    def start(*arguments: str, port: int = port) -> Supervisor:
        supervisor = Supervisor(tmp_path / f"{len(started)}.log", "--port", str(port), *arguments)
        started.append(supervisor)
        return supervisor

    yield start
    for supervisor in started:
        if supervisor.process.poll() is None:
            os.kill(supervisor.process.pid, signal.SIGTERM)
            supervisor.end()


def wait_for(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
