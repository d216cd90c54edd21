"""Where an owner's "in the way" goes when they want it cleared. Goals know no obstacle log: the app that keeps one registers
itself here in its AppConfig.ready(); without it nothing is offered."""

from collections.abc import Callable
from datetime import datetime

from goals.models import CheckIn, Goal

Taker = Callable[[CheckIn, datetime], None]
_takers: list[Taker] = []


def register(taker: Taker) -> None:
    """`taker` records what the check-in's blocker says, in the caller's transaction; a second call changes nothing."""
    _takers.append(taker)


def is_offered(goal: Goal) -> bool:
    """Whether the owner may put it there: everyone reads the log, so nothing of a private goal, and somebody must stand above."""
    return bool(_takers) and goal.visibility != Goal.Visibility.PRIVATE and goal.owner.manager_id is not None


def hand_over(check_in: CheckIn, at: datetime) -> None:
    for taker in _takers:
        taker(check_in, at)
