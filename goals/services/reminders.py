"""Reminding owners of check-ins that are due: one mail for all their goals, on working days."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from core import mail
from core.working_days import is_working_day
from goals import wording
from goals.models import CheckInReminder, Goal
from goals.queries import reminders
from people.models import Employee

AT_ONCE = 500  # owners that one run of the clock writes to


def remind_owners(*, on: date, at: datetime) -> int:
    """Write to everybody with a due check-in, unless today is a weekend; returns how many."""
    if not is_working_day(on):
        return 0
    owners = reminders.owners_to_remind(on, most=AT_ONCE)
    for owner in owners:
        remind_owner(owner, on=on, at=at)
    return len(owners)


@transaction.atomic
def remind_owner(owner_id: int, *, on: date, at: datetime) -> None:
    """One digest of the goals that are due; each is named again only after another period of its rhythm."""
    owner = Employee.objects.select_related("user").get(pk=owner_id)
    goals = list(reminders.goals_to_remind_of(on).filter(owner=owner).with_words().order_by("due_on", "pk"))
    if not goals:
        return
    context = {
        "name": owner.first_name,
        "sender": "",
        "goals": [_line(goal, on) for goal in goals],
        "path": reverse("goals:check_ins"),
    }
    mail.queue("goals_waiting", to=owner.user, key=f"check-ins:{on}", context=context, at=at)
    CheckInReminder.objects.bulk_create(
        [CheckInReminder(goal=goal, reminded_on=on) for goal in goals],
        update_conflicts=True,
        update_fields=["reminded_on"],
        unique_fields=["goal"],
    )


def _line(goal: Goal, on: date) -> str:
    """A goal that only the owner sees is not named in a mail, which passes through other hands."""
    is_private = goal.visibility == Goal.Visibility.PRIVATE
    title = "A goal that only you see" if is_private else goal.detail.title
    last = f"last update {wording.day(goal.checked_on, on)}" if goal.checked_on else "no check-in yet"
    return f"{title}: {last}"
