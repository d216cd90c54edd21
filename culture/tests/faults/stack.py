"""The whole product as separate processes on servers of their own, and the verbs that break and mend it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dj_database_url
import psutil
import psycopg2
import redis
from django.db import connections
from django.test import override_settings

from culture.tests.faults.clients import Visitor
from culture.tests.faults.waiting import PATIENCE
from devservices import children, migrated_cluster
from devservices.children import Program
from devservices.servers import DATABASE, Postgres, Valkey, wait_until

QUEUE = "wheelhouse:celery"
CELERY = (sys.executable, "-m", "celery", "--app")


class Stack:
    """PostgreSQL, Valkey, gunicorn with two workers, a Celery worker with two children, and beat."""

    def __init__(self, folder: Path) -> None:
        self.keys = folder / "ballot-keys"
        self.postgres = Postgres(folder, folder / "sockets", durable=True)
        self.valkey = Valkey(folder, folder / "sockets", durable=True)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self.listener.getsockname()[1]
        env = os.environ | {
            "DATABASE_URL": self.postgres.url(),
            "REDIS_URL": self.valkey.url(),
            "BALLOT_KEY_DIR": str(self.keys),
            "WHEELHOUSE_MODE": "test",
        }
        descriptor = self.listener.fileno()
        web = (sys.executable, "-m", "gunicorn", "culture.wsgi:application", f"--bind=fd://{descriptor}")
        worker = (
            *CELERY,
            "culture",
            "worker",
            "--concurrency=2",
            "--without-gossip",
            "--without-mingle",
            "--loglevel=INFO",
        )
        self.web = Program("The web server", web, folder / "web.log", env=env, pass_fds=[descriptor])
        self.worker = Program("The Celery worker", worker, folder / "worker.log", env=env)
        self.beat = self._clock(folder, "beat", env)
        self.second_beat = self._clock(folder, "second-beat", env)

    @staticmethod
    def _clock(folder: Path, name: str, env: dict[str, str]) -> Program:
        argv = (
            *CELERY,
            "culture.tests.faults.clock",
            "beat",
            f"--schedule={folder / name}",
            "--pidfile=",
            "--loglevel=INFO",
        )
        return Program("Celery beat", argv, folder / f"{name}.log", env=env)

    # --- from nothing to running, and back -------------------------------------------------------------------------

    def start(self) -> None:
        migrated_cluster.copy_to(self.postgres.data)
        self.heal()

    def heal(self) -> None:
        """Start what is not running and wait until everything answers."""
        parts = [self.postgres, self.valkey, self.web, self.worker, self.beat]
        for part in parts:
            if not part.is_alive():
                part.start()
        self.until_ready()

    def until_ready(self) -> None:
        self._until(self.web, self._web_answers)
        self._until(self.worker, lambda: " ready." in self.worker.log.read_text(errors="replace"))
        self._until(self.beat, lambda: "beat: Starting" in self.beat.log.read_text(errors="replace"))

    @staticmethod
    def _until(program: Program, condition: Callable[[], bool]) -> None:
        wait_until(condition, alive=program.is_alive, failure=program.obituary, patience=PATIENCE)

    def _web_answers(self) -> bool:
        return 200 <= Visitor(self.port).get("/readyz").status < 300

    def assert_all_alive(self) -> None:
        """A part that nobody broke on purpose must not have given up."""
        for part in (self.postgres, self.valkey, self.web, self.worker, self.beat):
            assert part.is_alive(), part.obituary()

    def stop(self) -> None:
        """The data are thrown away, so nobody is asked politely but PostgreSQL, which would leave shared memory behind."""
        for program in (self.second_beat, self.beat, self.worker, self.web, self.valkey):
            if program.process:
                self.kill(program)
        self.postgres.stop()
        self.listener.close()

    def last_words(self) -> str:
        """The ends of all logs, for a test that failed."""
        logs = [part.log for part in (self.web, self.worker, self.beat, self.postgres, self.valkey)]
        return "\n".join(f"--- {log.name}\n{children.last_lines(log, 25)}" for log in logs)

    # --- breaking things -------------------------------------------------------------------------------------------

    def kill(self, program: Program) -> None:
        """kill -9 of a program and everything it started."""
        assert program.process is not None
        children.kill(program.process)

    def children_of(self, program: Program) -> list[psutil.Process]:
        assert program.process is not None
        return psutil.Process(program.process.pid).children()

    @contextlib.contextmanager
    def frozen(self, program: Program) -> Iterator[None]:
        """A program that is there but does not answer: stopped by a signal, then continued."""
        assert program.process is not None
        program.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            program.process.send_signal(signal.SIGCONT)

    def kill_postgres(self) -> None:
        """kill -9 of the postmaster alone, as the kernel does when memory is short; its children follow by themselves."""
        assert self.postgres.process is not None
        self.postgres.process.kill()
        self.postgres.process.wait()

    # --- looking inside --------------------------------------------------------------------------------------------

    def sql(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Run one statement as the superuser, outside any transaction."""
        with self.session() as cursor:
            cursor.execute(statement, arguments)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def session(self) -> Iterator[Any]:
        """A cursor on a connection of its own, in autocommit."""
        connection = psycopg2.connect(self.postgres.dsn(DATABASE))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    @contextlib.contextmanager
    def queue(self) -> Iterator[redis.Redis]:
        """The broker's database."""
        client = redis.Redis.from_url(f"{self.valkey.url()}?db=1")
        try:
            yield client
        finally:
            client.close()

    @contextlib.contextmanager
    def models(self, blocker: Any) -> Iterator[None]:
        """Let models, services and queries of this process work on the stack's database."""
        before = connections["default"]
        ours = before.copy()
        ours.settings_dict.update(dj_database_url.parse(self.postgres.url()))
        connections["default"] = ours
        try:
            with blocker.unblock(), override_settings(BALLOT_KEY_DIR=self.keys):
                yield
        finally:
            ours.close()
            connections["default"] = before
