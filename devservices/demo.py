"""`make demo`: start everything, show progress and the sign-ins, watch it, stop it cleanly."""

import argparse
import contextlib
import errno
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from types import FrameType

from devservices import children, paths
from devservices.children import Program, Refusal
from devservices.servers import Server, wait_until
from devservices.session import Session

READY_PATIENCE = 90.0  # seconds from the start of the web server to its first page, on a busy machine
WATCH_EVERY = 0.25  # seconds
CELERY = (sys.executable, "-m", "celery", "--app", "culture")


def main(argv: Sequence[str], *, kind: "type[Demo] | None" = None) -> int:
    options = _options(argv)
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if sign is not signal.SIGHUP or signal.getsignal(sign) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(sign, _leave)
    try:
        with _foreground():
            (kind or Demo)(options.port).run(reset=options.reset)
    except KeyboardInterrupt:
        return 0
    except Refusal as refusal:
        print(f"make demo: {refusal}", file=sys.stderr)
    return 1


class Demo:
    """The servers, the preparation and the three programs of the product, on one port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://localhost:{port}"
        # Seconds count from the start of `make`, the set-up included.
        self.began = float(os.environ.get("STARTED_AT") or time.time())
        self.session = Session()
        self.running: list[Program] = []
        self.sign_ins: list[str] = []

    def run(self, *, reset: bool) -> None:
        """Never return: KeyboardInterrupt when asked to leave, Refusal when something cannot be or has died."""
        with contextlib.ExitStack() as stack:
            if not self.session.own(f"the demo at {self.address}"):
                owner = self.session.owner()
                raise Refusal(f"{owner} already uses {self.session.state}: go on there, or stop it and start again.")
            listeners = [stack.enter_context(listener) for listener in _listen(self.port)]
            stack.callback(self._stop)
            self._start_servers(reset=reset)
            self._prepare()
            self._start_programs(listeners)
            self._announce()
            self._watch()

    def say(self, text: str) -> None:
        with contextlib.suppress(OSError):  # the terminal may be gone
            print(f"[{time.time() - self.began:5.1f} s] {text}", flush=True)

    def _start_servers(self, *, reset: bool) -> None:
        servers = self.session.servers()
        if reset:
            self._discard(servers)
        for server in servers:
            self._run(server)
            self.say(f"{server.name} is running.")
        self.session.describe(servers)
        os.environ.setdefault("BASE_URL", self.address)

    def _discard(self, servers: Sequence[Server]) -> None:
        """Remove what earlier runs left. Servers named by the environment are somebody's: never emptied."""
        if os.environ.get("DATABASE_URL"):
            raise Refusal("RESET=1 empties only the demo's own database; empty the one of DATABASE_URL yourself.")
        for server in servers:
            server.discard()
        for leftover in (*self.session.state.glob("ballot-keys/*"), *self.session.state.glob("beat-schedule*")):
            leftover.unlink()
        self.say(f"Removed the data of earlier runs from {self.session.state}.")

    def _prepare(self) -> None:
        """Migrate and load the demo company in a process of its own, passing its lines on."""
        quiet = os.environ | {"LOG_LEVEL": "WARNING"}
        child = children.spawn([sys.executable, paths.CHECKOUT / "manage.py", "prepare_demo"], piped=True, env=quiet)
        refusal = ""
        try:
            for line in child.stdout or ():
                text = line.decode(errors="replace").rstrip()
                if text.startswith("sign-in\t"):
                    self.sign_ins.append(text.removeprefix("sign-in\t"))
                elif text.startswith("CommandError: "):
                    refusal = text.removeprefix("CommandError: ")
                else:
                    self.say(text)
            child.wait()
        finally:
            children.kill(child)
        self._refuse_if_any_fell()
        if child.returncode:
            raise Refusal(refusal or f"the preparation ended, {children.how_it_ended(child.returncode)}; see above.")

    def _start_programs(self, listeners: Sequence[socket.socket]) -> None:
        state, descriptors = self.session.state, [listener.fileno() for listener in listeners]
        binds = [f"--bind=fd://{descriptor}" for descriptor in descriptors]
        web = (sys.executable, "-m", "gunicorn", "culture.wsgi:application", *binds)
        worker = (*CELERY, "worker", "--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=INFO")
        beat = (*CELERY, "beat", f"--schedule={state / 'beat-schedule'}", "--pidfile=", "--loglevel=INFO")
        self._run(Program("The web server", web, state / "web.log", pass_fds=descriptors))
        self.say("The web server is starting.")
        self._wait_for_first_page()
        self._run(Program("The Celery worker", worker, state / "worker.log"))
        self._run(Program("Celery beat", beat, state / "beat.log"))
        self.say("The Celery worker and beat are starting.")

    def _run(self, program: Program) -> None:
        self.running.append(program)
        program.start()

    def _wait_for_first_page(self) -> None:
        def failure() -> str:
            self._refuse_if_any_fell()
            return f"{self.address}/readyz says not ready ({self._not_ready()}); see {self.session.state / 'web.log'}."

        wait_until(
            lambda: not self._not_ready(),
            alive=lambda: all(program.is_alive() for program in self.running),
            failure=failure,
            patience=READY_PATIENCE,
        )

    def _not_ready(self) -> str:
        """What /readyz complains about; empty when it does not."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            return "" if answer.status < 300 else f"{answer.status} {answer.read(200).decode(errors='replace')}"
        except (OSError, http.client.HTTPException) as error:
            return str(error) or type(error).__name__
        finally:
            connection.close()

    def _announce(self) -> None:
        state = self.session.state
        self.say("Ready.")
        lines = ["", f"  Wheelhouse is at {self.address}", ""]
        for role, way_in, *password in (sign_in.split("\t") for sign_in in self.sign_ins):
            lines.append(f"    {role:<18} {way_in:<34} {''.join(password)}".rstrip())
        lines += ["", f"  Data and logs: {state} (kept; `make demo RESET=1` starts afresh).", "  Ctrl-C stops it.", ""]
        with contextlib.suppress(OSError):
            print("\n".join(lines), flush=True)

    def _watch(self) -> None:
        while True:
            self._refuse_if_any_fell()
            time.sleep(WATCH_EVERY)

    def _refuse_if_any_fell(self) -> None:
        for program in self.running:
            if not program.is_alive():
                raise Refusal(f"stopped everything: {program.obituary()}")

    def _stop(self) -> None:
        """Programs first and at once, then their servers, the last started first."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)  # we are leaving already
        self.say("Stopping.")
        for program in self.running:
            if not isinstance(program, Server):
                program.ask_to_stop()
        for program in reversed(self.running):
            program.stop()
        self.say(f"Stopped. The data stay in {self.session.state}.")


@contextlib.contextmanager
def _foreground() -> Iterator[None]:
    """Let Ctrl-C reach us alone, not the `make` above us, which would call a clean stop an interruption."""
    try:
        shell = os.tcgetpgrp(0)
    except OSError:
        shell = 0  # no terminal
    if shell != os.getpgrp() or shell == os.getpid():  # in the background, or nobody above us
        yield
        return
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # the terminal is given away and taken back from the background
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # nobody could wake us again
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # the terminal may be gone
            os.tcsetpgrp(0, shell)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py demo", description=__doc__)
    parser.add_argument("--port", type=_port, default=8000)
    parser.add_argument("--reset", action="store_true", help="remove the data of earlier runs first")
    return parser.parse_args(argv)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 1024 to 65535, as in PORT=8001")
    return int(text)


def _listen(port: int) -> list[socket.socket]:
    """Listening sockets of `localhost`, taken before anything slow begins and handed to the web server."""
    listeners = []
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            listener = socket.create_server((host, port), family=family, backlog=128)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Refusal(f"port {port} is for root only: choose another, as in `make demo PORT=8000`.") from None
            if error.errno == errno.EADDRINUSE:
                raise Refusal(
                    f"port {port} is in use: choose another, as in `make demo PORT={_free_port()}`."
                ) from None
            if family == socket.AF_INET:
                raise
        else:
            listeners.append(listener)
    return listeners


def _free_port() -> int:
    for port in range(8001, 8100):
        with socket.socket() as probe:
            if probe.connect_ex(("localhost", port)):
                return port
    return 0


def _leave(sign: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
