"""Erase who a leaver was. It cannot be taken back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.errors import DomainError
from people.models import Employee
from people.services import erasure


class Command(BaseCommand):
    help = "Erase everything that names or describes somebody who has left: manage.py erase_person 10417 --yes"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="employee number")
        parser.add_argument("--yes", action="store_true", help="really do it; without it, only say who it is")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Employee.objects.select_related("unit").filter(number=options["number"]).first()
        if person is None:
            raise CommandError(f"Nobody has the number {options['number']}.")
        if not options["yes"]:
            self.stdout.write(f"This would erase {person.name}, {person.unit}, for good. Add --yes to do it.")
            return
        try:
            erasure.erase(person, by=None, on=timezone.localdate())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Erased. What others stand on is kept under the name Former colleague {person.pk}.")
