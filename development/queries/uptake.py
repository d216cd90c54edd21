"""What HR reads of learning: counts from five up, for the whole organisation, made once for each month.

No cut by unit and no running count: neither two pages nor two days can be subtracted to find one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from development.models import Activity, Duty, Uptake
from development.queries.catalogue import FEWEST
from people.models import Employee


@dataclass(frozen=True)
class Counted:
    """A number of people; None when it is below five and therefore not shown."""

    label: str
    people: int | None
    activity: Activity | None = None


@dataclass(frozen=True)
class DutyRow:
    """How many of the unit's people have done it; None where fewer than five are concerned: their managers see it."""

    duty: Duty
    done: int | None
    people: int


@dataclass(frozen=True)
class UptakePage:
    until: date | None
    totals: list[Counted]
    activities: list[Counted]
    duties: list[DutyRow]


@dataclass(frozen=True)
class LearningEvidence:
    """What is on offer, and the people who joined something up to the newest monthly count; None below five."""

    offered: int
    joined: int | None


def learning_evidence() -> LearningEvidence:
    """Two queries."""
    newest = Uptake.objects.first()
    joined = newest.totals.get("joined an activity") if newest else None
    return LearningEvidence(Activity.objects.offered().count(), joined)


def uptake_page() -> UptakePage:
    """The newest monthly count, and how far required learning has come."""
    newest = Uptake.objects.first()
    activities = Activity.objects.in_bulk([int(pk) for pk in newest.activities]) if newest else {}
    return UptakePage(
        until=newest.counted_on if newest else None,
        totals=[Counted(words, people) for words, people in newest.totals.items()] if newest else [],
        activities=[
            Counted(activities[int(pk)].title, people, activities[int(pk)])
            for pk, people in (newest.activities.items() if newest else ())
            if int(pk) in activities
        ],
        duties=[_duty_row(duty) for duty in Duty.objects.in_force().select_related("activity", "unit")],
    )


def _duty_row(duty: Duty) -> DutyRow:
    """Required learning is counted day by day: whether it was done is no secret to HR (access.md, row 9)."""
    place = duty.unit
    staff = Employee.objects.active().filter(unit__position__range=(place.position, place.last_position))
    people = staff.count()
    if people < FEWEST:
        return DutyRow(duty, None, people)
    done = staff.filter(enrolments__activity=duty.activity_id, enrolments__completed_on__gte=duty.set_on).distinct()
    return DutyRow(duty, done.count(), people)
