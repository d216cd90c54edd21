"""Print every route with its row of the access matrix, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from people.queries import matrix


class Command(BaseCommand):
    help = "Print every route with its row of the access matrix, as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(matrix.as_data(), indent=2))
