"""After a restore: erase again everybody who had been erased since the backup was made."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from people.services import erasure


class Command(BaseCommand):
    help = "Erase again whoever a restored backup has brought back, by the log in ERASURE_LOG. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        done = erasure.erase_again(on=timezone.localdate())
        say = self.stdout.write
        say(f"Erased again: {done.erased}." if done.erased else "Nobody had come back.")
        for report in done.without_a_manager_of_their_own():
            now = f"reports to {report.manager} for now" if report.manager else "has none now"
            say(f"Needs a new manager: {report.name} ({report.number}), who {now}.")
        for unit in done.without_a_head():
            say(f"Needs a new head: {unit.name}.")
        for person in done.refused:
            say(
                f"NOT erased: {person.name} ({person.number}) is in the log, but was taken back later. "
                "If they are to be erased, mark them as left and use erase_person."
            )
        for number in done.unreadable:
            say(
                f"Line {number} of ERASURE_LOG cannot be read and was left out. Look whom it means in a copy of the log."
            )
