"""Reminding owners of check-ins that are due: one mail for all their goals, on working days."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from core import days_off, mail
from core.working_days import is_working_day
from goals import wording
from goals.models import CheckInReminder, Goal
from goals.queries import reminders
from people.models import Employee

AT_ONCE = 5000  # owners that one run of the clock writes to
BATCH = 500  # owners of one transaction
NAMED = 20  # goals that one mail names; the others are counted


def remind_owners(*, on: date, at: datetime) -> int:
    """Write to everybody with a due check-in, unless nobody works today; returns how many."""
    if not is_working_day(on, days_off.known()):
        return 0
    owners = reminders.owners_to_remind(on, most=AT_ONCE)
    for first in range(0, len(owners), BATCH):
        remind(owners[first : first + BATCH], on=on, at=at)
    return len(owners)


@transaction.atomic
def remind(owners: Collection[int], *, on: date, at: datetime) -> None:
    """One digest to each of the goals that are due; each is named again only after another period of its rhythm.

    As many statements for one owner as for a batch.
    """
    due: dict[int, list[Goal]] = defaultdict(list)
    waiting = reminders.goals_to_remind_of(on).filter(owner__in=owners).with_words()
    for goal in waiting.order_by("owner", "due_on", "pk"):
        due[goal.owner_id].append(goal)
    people = Employee.objects.in_bulk(list(due))
    letters: dict[int | str, Mapping[str, Any]] = {
        people[pk].user_id: {
            "name": people[pk].first_name,
            "sender": "",
            "goals": [_line(goal, on) for goal in goals[:NAMED]],
            "more": max(0, len(goals) - NAMED),
            "path": reverse("goals:check_ins"),
        }
        for pk, goals in due.items()
    }
    mail.queue_each("goals_waiting", letters, key=f"check-ins:{on}", at=at)
    CheckInReminder.objects.bulk_create(
        [CheckInReminder(goal=goal, reminded_on=on) for goals in due.values() for goal in goals],
        update_conflicts=True,
        update_fields=["reminded_on"],
        unique_fields=["goal"],
        batch_size=mail.BATCH,
    )


def _line(goal: Goal, on: date) -> str:
    """A goal that only the owner sees is not named in a mail, which passes through other hands."""
    is_private = goal.visibility == Goal.Visibility.PRIVATE
    title = "A goal that only you see" if is_private else goal.detail.title
    last = f"last update {wording.day(goal.checked_on, on)}" if goal.checked_on else "no check-in yet"
    return f"{title}: {last}"
