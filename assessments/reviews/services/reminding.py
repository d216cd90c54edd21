"""Reminding of what is due in review cycles: one mail for each person and day, however many forms they owe.

Nobody learns who was reminded: the row of such a mail goes when it leaves, and what is kept is a day for each stage of a
cycle. Mails that never arrived go the next time, or with the reports of raters.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.reviews import externals
from assessments.reviews.models import CycleReminder, ReviewCycle
from assessments.reviews.queries import dates, reminding
from assessments.reviews.queries.reminding import Due, Owed, Stage
from core import days_off, mail
from people.models import Employee

DUE = "review_due"  # a kind of mail
KEY = "reviews-due:"
FIRST_HOUR, LAST_HOUR = 8, 18  # reminders leave in working hours
NAMED = 12  # things that one mail names; the others are counted


@transaction.atomic
def remind(*, at: datetime) -> int:
    """The clock's reminders of the day, once; returns to how many people and addresses. A missed day is made up for."""
    today, hour = timezone.localdate(at), timezone.localtime(at).hour
    if not FIRST_HOUR <= hour < LAST_HOUR:
        return 0
    running = ReviewCycle.objects.open().filter(closes_on__gte=today)
    cycles = list(running.select_for_update().order_by("pk"))
    if CycleReminder.objects.filter(reminded_on=today).exists():
        return 0  # a second run, or another stage moved to today: nobody gets two on a day
    due = reminding.due_stages(cycles, on=today, off=days_off.known())
    if not due:
        return 0
    mail.forget([DUE], key_prefix=KEY)
    letters = _letters(cycles, due, today)
    mail.queue_each(DUE, letters, key=f"{KEY}{today}", at=at)
    outside = _write_to_externals([cycle for cycle in cycles if (cycle.pk, Stage.RATERS) in due], today, at)
    CycleReminder.objects.bulk_create(
        [CycleReminder(cycle_id=cycle, stage=stage, reminded_on=today) for cycle, stage in due],
        update_conflicts=True,
        update_fields=["reminded_on"],
        unique_fields=["cycle", "stage"],
    )
    return len(letters) + outside


def _letters(cycles: Collection[ReviewCycle], due: Collection[Due], today: date) -> dict[int | str, Mapping[str, Any]]:
    """To everybody who owes something in a stage of today: all that they owe, soonest first."""
    owing = {
        user: owed
        for user, owed in reminding.owed(cycles, on=today).items()
        if any(one.due in due and not one.is_new for one in owed)
    }
    names = {one.user_id: one.first_name for one in Employee.objects.filter(user__in=owing)}
    return {
        user: {
            "name": names[user],
            "things": [_words(one, today) for one in owed[:NAMED]],
            "more": max(0, len(owed) - NAMED),
            "count": len(owed),
            "due": dates.said(min(one.due_on for one in owed if one.due_on >= today)),
            "path": reverse("dashboards:home"),
            "button": "Open what waits",
        }
        for user, owed in owing.items()
    }


def _words(one: Owed, today: date) -> str:
    """One line. It tells nothing of how far a draft has come, nor of what anybody else has done."""
    what = {
        Stage.SELF: "Your self-assessment",
        Stage.MANAGER: f"Your view of {one.count} {'person' if one.count == 1 else 'people'} of your team",
        Stage.RATERS: f"Feedback for {one.about}",
        Stage.NAMING: "Name who else is asked about you",
        Stage.APPROVAL: f"Names to approve for {one.count} {'person' if one.count == 1 else 'people'} of your team",
    }[one.stage]
    if one.stage == Stage.APPROVAL and one.due_on != one.cycle.named_by:
        return f"{what}, {one.cycle.name}: raters can answer until {dates.said(one.due_on)}"
    when = "by" if one.due_on >= today else "was due on"
    return f"{what}, {one.cycle.name}: {when} {dates.said(one.due_on)}"


def _write_to_externals(cycles: Collection[ReviewCycle], today: date, at: datetime) -> int:
    """One mail for each address and cycle, with the link of each person they are asked about."""
    letters = []
    for (_, email), raters in reminding.externals_owing(cycles, on=today).items():
        cycle = raters[0].assessment.cycle
        assert cycle.feedback_due_on is not None
        people = [one.assessment.employee.name for one in raters]
        context = {
            "name": raters[0].name,
            "due": dates.said(cycle.feedback_due_on),
            "people": " and ".join([", ".join(people[:-1]), people[-1]] if people[:-1] else people),
            "forms": [{"about": one.assessment.employee.name, "path": externals.path(one)} for one in raters],
        }
        letters.append(mail.Personal(to=email, key=f"rater:{raters[0].pk}:due:{today}", context=context))
    mail.queue_personal(externals.REMINDED, letters, at=at)
    return len(letters)
