"""The whole demo with a small product: who may start it, what ends it, and that nothing is left behind."""

import contextlib
import os
import pty
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from devservices import paths
from devservices.tests.conftest import wait_for

# A `manage.py` command that says when it has its servers, and ends when its input does.
COMMAND = """
import os, sys
import psycopg2
from devservices import session
from devservices.servers import Postgres

with session.for_command(["manage.py", sys.argv[1]]):
    address = os.environ["DATABASE_URL"].split("@")[1].split("/")[0].replace("%2F", "/").replace("%20", " ")
    connection = psycopg2.connect(f"host='{address}' user=postgres dbname=wheelhouse")
    print("started", flush=True)
    sys.stdin.read()
    connection.cursor().execute("SELECT 1")
    print("finished", flush=True)
"""


@pytest.fixture
def command(state):
    running = []

    def start(name):
        argv = [sys.executable, "-c", COMMAND, name]
        process = subprocess.Popen(argv, cwd=paths.CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield start
    for process in running:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def gone(processes: list[psutil.Process]) -> bool:
    return not [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def test_ctrl_c_stops_everything_with_exit_code_zero_and_keeps_the_data(supervise, state):
    demo = supervise().until_ready()
    everyone = demo.everyone()

    demo.process.send_signal(signal.SIGINT)

    assert demo.end() == 0
    assert gone(everyone)
    assert (state / "postgres" / "PG_VERSION").exists()
    assert "noor@example.org" in demo.said()
    assert demo.said().splitlines()[-1].endswith(f"Stopped. The data stay in {state}.")


def test_ctrl_c_at_a_terminal_is_no_interruption_for_make(state, port):
    script = f"{sys.executable} -m devservices.tests.small --port {port}; exit $?"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve("/bin/sh", ["sh", "-c", script], os.environ | {"PYTHONPATH": str(paths.CHECKOUT)})
    said = b""
    while b"Ctrl-C stops it." not in said:
        said += os.read(terminal, 1024)

    os.write(terminal, b"\x03")

    with contextlib.suppress(OSError):  # Linux says so when the last writer has gone
        while os.read(terminal, 1024):
            pass
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_a_second_start_names_the_first_and_leaves_it_alone(supervise, port):
    first = supervise().until_ready()

    second = supervise()

    assert second.end() == 1
    assert f"the demo at http://localhost:{port} (process {first.process.pid}) already uses" in second.said()
    assert first.process.poll() is None


def test_a_busy_port_is_named_before_anything_is_started(supervise, port, state):
    with socket.create_server(("127.0.0.1", port)):
        demo = supervise()

        assert demo.end() == 1

    assert demo.said().startswith(f"make demo: port {port} is in use: choose another, as in `make demo PORT=80")
    assert len(demo.said().splitlines()) == 1
    assert not (state / "postgres").exists()


def test_a_port_that_is_none_is_refused_in_one_line(supervise):
    demo = supervise(port="eighty")

    assert demo.end() != 0
    assert "'eighty' is no port" in demo.said().splitlines()[-1]


def test_killing_the_supervisor_leaves_no_process_and_the_next_start_works(supervise):
    demo = supervise().until_ready()
    everyone = demo.everyone()

    demo.process.kill()

    wait_for(lambda: gone(everyone))
    supervise().until_ready()


@pytest.mark.parametrize(
    ("process", "name"), [("postgres", "PostgreSQL"), ("valkey-server", "Valkey"), ("python", "The web server")]
)
def test_the_death_of_any_part_stops_all_with_a_clear_message(supervise, process, name):
    demo = supervise().until_ready()
    everyone = demo.everyone()

    demo.child(process).kill()

    assert demo.end() == 1
    assert f"stopped everything: {name} has stopped (killed by SIGKILL). Its log " in demo.said()
    assert gone(everyone)


def test_reset_removes_the_data_of_earlier_runs(supervise, state):
    demo = supervise().until_ready()
    demo.process.send_signal(signal.SIGTERM)
    assert demo.end() == 0
    (state / "ballot-keys" / "old").write_text("key")
    (state / "postgres" / "old").write_text("row")

    demo = supervise("--reset").until_ready()

    assert not (state / "postgres" / "old").exists()
    assert not (state / "ballot-keys" / "old").exists()


def test_reset_never_touches_a_database_named_by_the_environment(supervise, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example.org/real")

    demo = supervise("--reset")

    assert demo.end() == 1
    assert "empty the one of DATABASE_URL yourself" in demo.said()


def test_a_command_shares_the_servers_of_the_running_demo(supervise, command):
    demo = supervise().until_ready()

    shell = command("shell")

    assert shell.communicate("")[0].split() == ["started", "finished"]
    assert demo.process.poll() is None


def test_a_command_that_started_the_servers_keeps_them_for_those_who_joined(command):
    first = command("migrate")
    assert first.stdout.readline() == "started\n"
    second = command("shell")
    assert second.stdout.readline() == "started\n"

    first.stdin.close()
    assert first.stdout.readline() == "finished\n"

    assert second.communicate("")[0] == "finished\n"
    assert first.wait(20) == 0


def test_the_demo_does_not_join_a_command_that_would_take_the_servers_with_it(supervise, command):
    shell = command("shell")
    assert shell.stdout.readline() == "started\n"

    demo = supervise()

    assert demo.end() == 1
    assert f"manage.py shell (process {shell.pid}) already uses" in demo.said()


@pytest.mark.parametrize("variable", ["DATABASE_URL", "SECRET_KEY"])
def test_a_production_environment_starts_nothing(state, monkeypatch, variable):
    monkeypatch.setenv(variable, "postgres://db.example.org/real")
    program = (
        "import os; from devservices import session\n"
        "with session.for_command(['manage.py', 'migrate']): print('REDIS_URL' in os.environ)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=paths.CHECKOUT, capture_output=True, text=True, env=os.environ
    )

    assert done.stdout == "False\n"
    assert not (state / "postgres").exists()
