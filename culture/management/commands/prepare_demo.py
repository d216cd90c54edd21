"""Bring the demo's database up to date: migrate, and load the demo company once. `make demo` calls it.

Every line printed is progress for a person, except those that begin with `sign-in`, which `make demo` shows at the end.
"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from redis.exceptions import RedisError

from culture.demo import SIGN_INS
from people.models import User

# One row says that the demo company was begun, and when it was complete. Not a model: it is no part of the product.
CREATE_MARK = "CREATE TABLE IF NOT EXISTS demo_company (begun_at timestamptz NOT NULL, completed_at timestamptz)"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--may-empty",
            action="store_true",
            help="the database is our own: remove what is half loaded",
        )

    def handle(self, *, may_empty: bool, **options: Any) -> None:
        _check_servers()
        self._migrate()
        if _is_half_loaded():
            if not may_empty:
                raise CommandError(
                    "Loading the demo company into this database was interrupted: empty it and start again."
                )
            self._say("The last start was interrupted while it loaded the demo company: beginning again.")
            _empty()
            self._migrate()
        if not _is_begun():
            if User.objects.exists():
                self._say("The database already holds people, so the demo company is not loaded.")
                return
            self._load()
        for sign_in in SIGN_INS:
            self._say("\t".join(("sign-in", *sign_in)))

    def _migrate(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        _execute(CREATE_MARK)
        self._say("The database is migrated.")

    def _load(self) -> None:
        _execute("INSERT INTO demo_company VALUES (now(), NULL)")
        self._say("Loading the questionnaire and the competency library.")
        call_command("load_content", stdout=self.stdout)
        self._say("Loading the demo company.")
        call_command("seed_demo", stdout=self.stdout)
        _execute("UPDATE demo_company SET completed_at = now()")
        self._say("The demo company is loaded.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _check_servers() -> None:
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).splitlines()[0]
        raise CommandError(f"The database of DATABASE_URL does not answer: {reason}") from error
    try:
        cache.get("ready")
    except RedisError as error:
        raise CommandError(f"The server of REDIS_URL does not answer: {error}") from error


def _is_begun() -> bool:
    return bool(_execute("SELECT 1 FROM demo_company"))


def _is_half_loaded() -> bool:
    return bool(_execute("SELECT 1 FROM demo_company WHERE completed_at IS NULL"))


def _empty() -> None:
    """Remove every table, and the ballot keys that belonged to them."""
    _execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    for key in settings.BALLOT_KEY_DIR.glob("*"):
        key.unlink()


def _execute(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []
