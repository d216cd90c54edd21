"""Load the invented demo company. Safe to repeat and to interrupt: what was loaded before is left alone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import DomainError
from culture.demo import load


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        try:
            load.load(self._say, at=timezone.now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
