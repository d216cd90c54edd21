"""One PostgreSQL and one Valkey on Unix sockets: create, start, stop, clear what a crash left behind."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

from devservices import children, paths
from devservices.children import Refusal

DATABASE = "wheelhouse"
START_PATIENCE = 60.0  # seconds; crash recovery of a large database takes a few
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}  # no PG* variable of the user may reach the server


class Server:
    """A server with its data in `data`, its socket in `sockets` and its log beside the data."""

    name = "server"
    program = "server"  # name of the process
    stop_signal = signal.SIGTERM

    def __init__(self, state: Path, sockets: Path, *, durable: bool = True) -> None:
        self.state, self.sockets, self.durable = state, sockets, durable
        self.data = state / self.program
        self.log = state / f"{self.program}.log"
        self.account = paths.service_account()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers. Our lock on the state folder is held, so nobody else can be starting it."""
        paths.private(self.sockets / self.program, self.account)
        self.clear_leftovers()
        self.log.unlink(missing_ok=True)
        self.process = children.spawn(
            self.command(),
            log=self.log,
            env=CLEAN_ENVIRONMENT,
            cwd=self.data,
            account=self.account,
            death_signal=self.stop_signal,
        )
        wait_until(self.answers, alive=self.is_alive, failure=self.why_not)

    def stop(self) -> None:
        if self.process:
            children.stop(self.process, self.stop_signal, patience=30)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def why_not(self) -> str:
        return f"{self.name} did not start; its log {self.log} ends:\n{children.last_lines(self.log)}"

    def clear_leftovers(self) -> None:
        """Stop a server that a killed supervisor left running on these data, and remove its socket."""
        for pid in psutil.pids():
            if self._is_ours(pid):
                orphan = psutil.Process(pid)
                orphan.send_signal(self.stop_signal)
                orphan.wait(30)
        for leftover in (self.sockets / self.program).iterdir():
            leftover.unlink()

    def _is_ours(self, pid: int) -> bool:
        """Whether process `pid` is this server on these very data: a number alone may belong to anybody by now."""
        try:
            process = psutil.Process(pid)
            return process.name() == self.program and process.cwd() == str(self.data) and process.ppid() in (0, 1)
        except psutil.Error:
            return False

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError


class Postgres(Server):
    name, program = "PostgreSQL", "postgres"
    stop_signal = signal.SIGINT  # fast shutdown: connections are ended, data are written

    def start(self) -> None:
        if not self.data.exists():
            self._create_cluster()
        super().start()
        self._create_database()

    def url(self) -> str:
        return f"postgres://postgres@{quote(str(self.sockets / self.program), safe='')}/{DATABASE}"

    def dsn(self, database: str) -> str:
        return f"host='{self.sockets / self.program}' user=postgres dbname={database}"

    def command(self) -> list[str | Path]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets / self.program),
            "shared_buffers": "64MB",
            "max_connections": "60",
            "io_method": "sync",
        }
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes", "autovacuum"), "off")
        programs = paths.postgres_programs(self.state)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [programs / "postgres", "-D", self.data, *options]

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.dsn("postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def clear_leftovers(self) -> None:
        super().clear_leftovers()
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # no server of ours runs, so whatever it names is alien

    def _create_cluster(self) -> None:
        """initdb into a folder beside and rename, so that an interruption never leaves half a cluster."""
        part = self.data.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        paths.private(part, self.account)
        # The same order of text on every machine: by code point, not by the machine's locale.
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")
        programs = paths.postgres_programs(self.state)
        argv = [programs / "initdb", "-D", part, "-U", "postgres", "--auth=trust", "--no-sync", *locale]
        with self.log.open("wb") as log:
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=CLEAN_ENVIRONMENT,
                cwd=part,
                **children.as_account(self.account),  # type: ignore[call-overload]
            )
        if done.returncode:
            raise Refusal(self.why_not())
        part.rename(self.data)

    def _create_database(self) -> None:
        connection = psycopg2.connect(self.dsn("postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            connection.close()


class Valkey(Server):
    name, program = "Valkey", "valkey-server"

    @property
    def socket(self) -> Path:
        return self.sockets / self.program / "valkey.sock"

    def start(self) -> None:
        paths.private(self.data, self.account)
        super().start()

    def url(self) -> str:
        return f"unix://{self.socket}"

    def command(self) -> list[str | Path]:
        keep = ("--appendonly", "yes", "--appendfsync", "everysec") if self.durable else ("--appendonly", "no")
        return [
            paths.valkey_program(self.state),
            *("--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
            *("--dir", ".", "--save", "", "--maxmemory-policy", "noeviction"),
            *keep,
        ]

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def wait_until(
    ready: Callable[[], bool],
    *,
    alive: Callable[[], bool],
    failure: Callable[[], str],
    patience: float = START_PATIENCE,
) -> None:
    """Poll until `ready`, unless `alive` ends or patience does: then refuse with the text of `failure`."""
    deadline = time.monotonic() + patience
    while not ready():
        if not alive() or time.monotonic() > deadline:
            raise Refusal(failure())
        time.sleep(0.02)
