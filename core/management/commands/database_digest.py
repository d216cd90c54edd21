"""Print rows and digest of every table, to compare a restored database with the one that was dumped."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import digest


class Command(BaseCommand):
    help = "Print rows and digest of every table as JSON; --compare FILE fails where the database differs from one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--compare", metavar="FILE", help="what this command printed before the dump")

    def handle(self, *args: Any, **options: Any) -> None:
        now = {table: list(row) for table, row in digest.picture().items()}
        if not options["compare"]:
            self.stdout.write(json.dumps(now, indent=1))
            return
        with open(options["compare"], encoding="utf-8") as file:
            then = json.load(file)
        if differing := sorted(table for table in now | then if now.get(table) != then.get(table)):
            raise CommandError("These tables differ: " + ", ".join(differing))
        self.stdout.write(f"All {len(now)} tables are as they were.")
