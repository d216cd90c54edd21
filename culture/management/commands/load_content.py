"""Load the shipped questionnaire, competency library and its learning. Safe to repeat; what is published is never overwritten."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.competencies import content as competencies
from assessments.surveys import content as surveys
from core.errors import DomainError
from development.services import library

LOADERS = (("instrument.yaml", surveys.load), ("competencies.yaml", competencies.load))


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "culture" / "content")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        for name, load in LOADERS:
            try:
                loaded = load(folder / name, by=None)
            except DomainError as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(f"{name}: {loaded}")
        self.stdout.write(f"learning catalogue: {library.take_over(by=None)} activities added")
