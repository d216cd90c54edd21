"""What HR reads of learning: counts from five up, for the whole organisation, as they stood at the end of last month.

No cut by unit and no running count: neither two pages nor two days can be subtracted to find one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from development.models import Activity, Duty, Enrolment, PlanItem, Proposal
from development.models.coaching import ProposalQuerySet
from people.models import Employee

SMALLEST = 5


@dataclass(frozen=True)
class Counted:
    """A number of people; None when it is below five and therefore not shown."""

    label: str
    people: int | None
    activity: Activity | None = None


@dataclass(frozen=True)
class DutyRow:
    duty: Duty
    done: int
    people: int


@dataclass(frozen=True)
class UptakePage:
    until: date
    totals: list[Counted]
    activities: list[Counted]
    duties: list[DutyRow]


def uptake_page(*, on: date) -> UptakePage:
    """Counts of people before the first of this month, and how far required learning has come."""
    until = on.replace(day=1)
    joined = Q(joined_at__date__lt=until)
    completed = Q(completed_on__lt=until)
    enrolled = Enrolment.objects.filter(joined)
    plans = PlanItem.objects.filter(made_at__date__lt=until)
    proposals = Proposal.objects.filter(made_at__date__lt=until)
    by_activity = (
        enrolled.values("activity")
        .annotate(n=Count("employee", distinct=True))
        .order_by("-n")
        .values_list("activity", "n")
    )
    activities = Activity.objects.in_bulk([pk for pk, _ in by_activity])
    return UptakePage(
        until=until,
        totals=[
            _counted("joined an activity", enrolled.values("employee").distinct().count()),
            _counted("completed one", enrolled.filter(completed).values("employee").distinct().count()),
            _counted("keep a development plan", plans.values("owner").distinct().count()),
            _counted("were offered something by their manager", proposals.values("employee").distinct().count()),
            _counted("said no to an offer", _declined(proposals, until)),
        ],
        activities=[
            Counted(activities[pk].title, n, activities[pk])
            for pk, n in by_activity
            if n >= SMALLEST and pk in activities
        ],
        duties=[_duty_row(duty) for duty in Duty.objects.in_force().select_related("activity", "unit")],
    )


def _declined(proposals: ProposalQuerySet, until: date) -> int:
    said_no = proposals.filter(answer=Proposal.Answer.DECLINED, answered_at__date__lt=until)
    return said_no.values("employee").distinct().count()


def _counted(label: str, people: int) -> Counted:
    return Counted(label, people if people >= SMALLEST else None)


def _duty_row(duty: Duty) -> DutyRow:
    """Required learning is counted exactly: whether it was done is no secret to HR (matrix row 9)."""
    place = duty.unit
    staff = Employee.objects.active().filter(unit__position__range=(place.position, place.last_position))
    done = staff.filter(enrolments__activity=duty.activity_id, enrolments__completed_on__gte=duty.set_on).distinct()
    return DutyRow(duty, done.count(), staff.count())
