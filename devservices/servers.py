"""One PostgreSQL and one Valkey on Unix sockets: create, start, stop, clear what a crash left behind."""

import contextlib
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
from devservices.children import Program, Refusal

DATABASE = "wheelhouse"
START_PATIENCE = 60.0  # seconds; crash recovery of a large database takes a few
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}  # no PG* variable of the user may reach the server


class Server(Program):
    """A server with its data, its log and its socket in folders of their own, named after its program."""

    name = "server"
    program = "server"
    variable = ""  # of the environment, that holds its address

    def __init__(self, state: Path, sockets: Path, *, durable: bool = True) -> None:
        super().__init__(self.name, [], state / f"{self.program}.log", env=CLEAN_ENVIRONMENT)
        self.state, self.durable = state, durable
        self.data = state / self.program
        self.sockets = sockets / self.program
        self.account = paths.service_account()

    def start(self) -> None:
        """Start and wait until it answers. Our lock on the state folder is held, so nobody else can be starting it."""
        self.clear_leftovers()
        self.log.unlink(missing_ok=True)
        self.process = children.spawn(
            self.command(),
            log=self.log,
            env=self.env,
            cwd=self.data,
            account=self.account,
            death_signal=self.stop_signal,
        )
        wait_until(self.answers, alive=self.is_alive, failure=self.obituary)

    def stop(self, patience: float = 30) -> None:
        super().stop(patience)
        shutil.rmtree(self.sockets, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.sockets.parent.rmdir()  # unless another server still uses it

    def discard(self) -> None:
        """Remove the data. An interruption leaves nothing that looks like data."""
        self.clear_leftovers()
        rubbish = self.data.with_suffix(".discarded")
        shutil.rmtree(rubbish, ignore_errors=True)
        if self.data.exists():
            self.data.rename(rubbish)
            shutil.rmtree(rubbish)

    def clear_leftovers(self) -> None:
        """Stop a server that a killed supervisor left running on these data, and remove its socket."""
        ours = {process.pid: process for process in psutil.process_iter() if self._is_ours(process)}
        for process in ours.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.ppid() not in ours:  # the server itself, not one of its own children
                    _end(process, self.stop_signal)
        for leftover in paths.private(self.sockets, self.account).iterdir():
            leftover.unlink()

    def _is_ours(self, process: psutil.Process) -> bool:
        """Whether it is this server on these very data; a process number alone may belong to anybody by now."""
        try:
            return process.name() == self.program and process.cwd() == str(self.data)
        except psutil.Error:
            return False

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def url(self) -> str:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError


class Postgres(Server):
    name, program, variable = "PostgreSQL", "postgres", "DATABASE_URL"
    stop_signal = signal.SIGINT  # fast shutdown: connections are ended, data are written

    def start(self) -> None:
        if not self.data.exists():
            self._create_cluster()
        super().start()
        self._create_database()

    def url(self) -> str:
        return f"postgres://postgres@{quote(str(self.sockets), safe='')}/{DATABASE}"

    def dsn(self, database: str) -> str:
        return f"host='{self.sockets}' user=postgres dbname={database}"

    def command(self) -> list[str | Path]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "shared_buffers": "64MB",
            "random_page_cost": "1.1",  # a solid-state disk: looking up a thousand rows is cheaper than reading all
            "max_parallel_workers_per_gather": "0",  # the other cores belong to other pages; planned for one, plans are leaner
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
        argv: list[str | Path] = [
            programs / "initdb",
            "-D",
            part,
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
            *locale,
        ]
        with self.log.open("wb") as log:
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=CLEAN_ENVIRONMENT,
                cwd=part,
                **children.as_account(self.account),
            )
        if done.returncode:
            raise Refusal(
                f"PostgreSQL could not make its data folder; {self.log} ends:\n{children.last_lines(self.log)}"
            )
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
    name, program, variable = "Valkey", "valkey-server", "REDIS_URL"

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

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


def _end(process: psutil.Process, sign: int) -> None:
    process.send_signal(sign)
    try:
        process.wait(30)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(5)


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
