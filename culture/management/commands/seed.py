"""Fill an empty database with an invented organisation of any size, for measurements: seed --people 10000."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from core.errors import DomainError
from culture.demo import large


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=10_000, help=f"{large.SMALLEST} or more")
        parser.add_argument("--replace", action="store_true", help="delete everything first; only in demo mode")

    def handle(self, *, people: int, replace: bool, **options: Any) -> None:
        if people < large.SMALLEST:
            raise CommandError(f"An organisation has {large.SMALLEST} people or more here.")
        if replace:
            self._empty()
        try:
            large.build(people, self._say, at=timezone.now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _empty(self) -> None:
        if settings.MODE != "demo":
            raise CommandError("--replace deletes everything and works in demo mode only.")
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        for key in settings.BALLOT_KEY_DIR.glob("*"):
            key.unlink()
        call_command("migrate", interactive=False, verbosity=0)
        self._say("Emptied.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
