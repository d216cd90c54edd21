"""Goals that four colleagues in Helpdesk North have set themselves and linked to nothing yet.

They stand beside goals.yaml, whose expected results stay true since they support none of its goals: one is stale, one at
risk, one off track, one achieved, so that the manager's page has something to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from goals import services
from goals.models import Goal, GoalCycle, GoalDetail
from people.models import Employee


@dataclass(frozen=True)
class OwnGoal:
    """Days count back from the load (`started`, check-ins) and forward from it (`due`)."""

    title: str
    benefit: str
    metric: str
    unit: str
    target: int
    started: int
    due: int
    check_ins: Sequence[tuple[int, int]]  # days ago, value
    changed: str
    blocker: str = ""


GOALS = (
    OwnGoal(
        "Close open loops by Friday",
        "Nobody who was promised a call waits over the weekend.",
        "Weeks closed without an open promise",
        "weeks",
        26,
        110,
        90,
        [(80, 4), (52, 8)],
        "Waiting for the new case view.",
    ),
    OwnGoal(
        "Write ten answers that callers can read themselves",
        "Customers find the answer without calling.",
        "Answers published and used",
        "answers",
        10,
        100,
        80,
        [(60, 1), (9, 4)],
        "Two more are with Product for checking.",
    ),
    OwnGoal(
        "Sit with a field crew twice a month",
        "I can tell callers what the engineer will do.",
        "Days with a crew",
        "days",
        12,
        120,
        60,
        [(70, 1), (6, 3)],
        "One day this month instead of two.",
        "The shift plan leaves one person too few on the phones",
    ),
    OwnGoal(
        "Learn to read the controller's fault log",
        "Callers need not send pictures of the display.",
        "Fault codes I can explain",
        "codes",
        8,
        90,
        30,
        [(45, 5), (12, 8)],
        "All eight, checked with the workshop.",
    ),
)


def load(cycle: GoalCycle, team: Sequence[Employee], *, on: date) -> int:
    """One goal each for the first of the team, with their check-ins; returns how many."""
    for plan, owner in zip(GOALS, team, strict=False):
        starts_on = max(on - timedelta(days=plan.started), cycle.starts_on)
        goal = services.set_goal(
            services.GoalPlan(
                cycle=cycle,
                level=GoalDetail.Level.INDIVIDUAL,
                title=plan.title,
                customer_benefit=plan.benefit,
                unit=owner.unit,
                owner=owner,
                starts_on=starts_on,
                due_on=on + timedelta(days=plan.due),
                metric_type=GoalDetail.Metric.INCREASE,
                visibility=Goal.Visibility.LINE,
                metric_name=plan.metric,
                metric_unit=plan.unit,
                baseline=Decimal(0),
                target=Decimal(plan.target),
            ),
            by=owner.user,
        )
        for days, value in plan.check_ins:
            _check_in(goal, owner, on - timedelta(days=days), value, plan)
    return min(len(GOALS), len(team))


def _check_in(goal: Goal, owner: Employee, day: date, value: int, plan: OwnGoal) -> None:
    is_last = plan.check_ins[-1][1] == value
    entry = services.CheckInEntry(
        measured_on=day,
        value=Decimal(value),
        what_changed=plan.changed if is_last else "",
        blocker=plan.blocker if is_last else "",
    )
    at: datetime = timezone.make_aware(datetime.combine(day, time(16, 40)))
    services.check_in(goal, entry, by=owner, at=at)
