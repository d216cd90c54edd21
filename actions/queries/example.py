"""What one leader shows the others: what they promised everyone, and what they have cleared out of the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from actions import access
from actions.models import Action, Obstacle
from actions.queries.board import PromiseRow, promise_rows
from actions.queries.obstacles import Cleared, cleared_by
from people.access import Viewer


@dataclass(frozen=True)
class Example:
    """`cleared` counts one year; `waiting` are the obstacles that wait for this leader now."""

    commitments: tuple[PromiseRow, ...]
    cleared: Cleared
    waiting: int
    overdue: int

    @property
    def running(self) -> PromiseRow | None:
        """The commitment to report on next."""
        return next((row for row in self.commitments if row.state in Action.RUNNING), None)


def example_of(viewer: Viewer, *, on: date) -> Example | None:
    """None for those who do not go first: executives and the heads of the organisation and its departments do."""
    me = viewer.employee
    if me is None or not access.is_leader(viewer):
        return None
    mine = Action.objects.filter(owner=me, kind=Action.Kind.COMMITMENT).with_words()
    own = [*mine.unfinished().order_by("due_on", "pk"), *mine.closed().order_by("-closed_on", "-pk")]
    waiting = list(Obstacle.objects.unfinished().filter(owner=me).values_list("due_on", flat=True))
    return Example(
        commitments=tuple(promise_rows(own, viewer, on=on)),
        cleared=cleared_by(me, on=on),
        waiting=len(waiting),
        overdue=sum(day < on for day in waiting),
    )
