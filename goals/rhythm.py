"""When the next check-in on a goal is due. Which goals those are in bulk: goals.queries.reminders."""

from datetime import date, timedelta

from goals.models import Goal, Rhythm


def rhythm_of(goal: Goal) -> Rhythm:
    """The goal's own rhythm, else its cycle's."""
    return Rhythm(goal.detail.rhythm or goal.cycle.rhythm)


def due_on(goal: Goal) -> date:
    """A period after the last check-in, or after the first day."""
    return max(goal.starts_on, goal.checked_on or goal.starts_on) + timedelta(days=rhythm_of(goal).days)


def is_due(goal: Goal, on: date) -> bool:
    return goal.starts_on <= on and due_on(goal) <= on
