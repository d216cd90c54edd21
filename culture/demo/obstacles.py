"""What is in the way in the demo company: reported with and without a name, some answered, one overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from actions.models import Obstacle
from actions.services import obstacles
from core.working_days import next_working_day
from people.models import Employee, Unit

Content = Mapping[str, Any]


def load(rows: Sequence[Content], *, at: datetime) -> None:
    """Make everything through the services, each at its own day; voices are counted today."""
    for row in rows:
        _report(row, at)
    obstacles.count_voices(at=at)


def _report(row: Content, at: datetime) -> None:
    unit = Unit.objects.select_related("head__user").get(key=row["unit"])
    assert unit.head
    people = Employee.objects.active().filter(unit__position__range=(unit.position, unit.last_position))
    crowd = iter(
        people.exclude(pk=unit.head.pk).exclude(name=row["by"] or "Noor Abbasi").select_related("user").order_by("pk")
    )
    by = Employee.objects.select_related("user", "unit").get(name=row["by"]) if row["by"] else next(crowd)
    reported_at = at - timedelta(days=row["reported"])
    said = obstacles.Report(
        title=row["title"],
        unit=unit,
        owner=unit.head,
        details=row.get("details", ""),
        kind=row["kind"],
        is_anonymous=not row["by"],
    )
    made = obstacles.report(said, by=by, at=reported_at)
    if made.is_anonymous:
        morning = next_working_day(timezone.localdate(reported_at) + timedelta(days=1))
        obstacles.show_waiting(at=reported_at + (morning - timezone.localdate(reported_at)))
    for _, person in zip(range(row["voices"]), crowd, strict=False):
        obstacles.join(made, says_so=True, by=person)
    if answer := row.get("answer"):
        _answer(made, answer, at)


def _answer(obstacle: Obstacle, row: Content, at: datetime) -> None:
    """A promised day counts from the load: a negative one has passed."""
    answered_at = at - timedelta(days=row["days"])
    obstacles.count_voices(at=answered_at)  # as on that morning: what is closed keeps this number
    obstacles.answer(
        obstacle,
        state=row["state"],
        words=row["words"],
        due_on=timezone.localdate(at) + timedelta(days=row["due"]) if "due" in row else None,
        by=Employee.objects.select_related("user").get(name=row["by"]),
        at=answered_at,
    )
