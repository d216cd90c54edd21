"""My goals with everything that the page for all check-ins shows."""

from dataclasses import dataclass
from datetime import date

from goals import rhythm
from goals.models import Goal, Milestone
from goals.queries.concealed import veiled
from goals.queries.rows import GoalRow, rows_of
from people.access import Viewer


@dataclass(frozen=True)
class ToCheckIn:
    """One goal to check in on. `rhythm` in words; the ones that are due come first."""

    goal: Goal
    row: GoalRow
    milestones: list[Milestone]
    is_due: bool
    rhythm: str


def to_check_in(viewer: Viewer, *, on: date) -> list[ToCheckIn]:
    """The viewer's goals that take check-ins today; a fixed number of queries."""
    if viewer.employee is None:
        return []
    mine = Goal.objects.current().filter(owner=viewer.employee, starts_on__lte=on).order_by("due_on", "pk")
    goals = list(mine.with_words().select_related("cycle").prefetch_related("milestones"))
    found = [
        ToCheckIn(
            goal,
            row,
            [step for step in goal.milestones.all() if step.cancelled_on is None],
            rhythm.is_due(goal, on),
            rhythm.rhythm_of(goal).label,
        )
        for goal, row in zip(goals, veiled(rows_of(goals, on), viewer, on), strict=True)
    ]
    return sorted(found, key=lambda one: not one.is_due)
