"""After a restore: erase again everybody who had been erased since the backup was made."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from people.services import erasure


class Command(BaseCommand):
    help = "Erase again whoever a restored backup has brought back, by the log in ERASURE_LOG. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        count = erasure.erase_again(on=timezone.localdate())
        self.stdout.write(f"Erased again: {count}." if count else "Nobody had come back.")
