"""Bring the demo's database up to date: migrate, and load the demo company unless that is done. `make demo` calls it.

Every line printed is progress for a person, except those that begin with `sign-in`, which `make demo` shows at the end.
"""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from assessments.surveys.queries.links import address_of
from core import cache
from culture.demo import SIGN_INS, load, voices
from people.models import Employee, User


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        _check_servers()
        call_command("migrate", interactive=False, verbosity=0)
        self._say("The database is migrated.")
        if Employee.objects.exists() and not load.is_loaded("people"):
            self._say("It holds another organisation, so the demo company is not loaded.")
        elif not load.is_complete():
            self._say("Loading the demo company.")
            call_command("seed_demo", stdout=self.stdout)
        for role, email, password in SIGN_INS:
            if User.objects.filter(email=email).exists():
                self._say("\t".join(("sign-in", role, email, password)))
        if link := voices.public_link():
            self._say("\t".join(("sign-in", "Customer, by link", address_of(link.token))))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _check_servers() -> None:
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).splitlines()[0]
        raise CommandError(f"The database of DATABASE_URL does not answer: {reason}") from error
    if not cache.is_answering():
        raise CommandError("The server of REDIS_URL does not answer.")
