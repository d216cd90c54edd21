"""What is worked out from a whole cycle, kept for as long as the cycle's numbers stay as they are.

Filters and counts of large organisations look at every goal. The result is kept under the stamp of the roll-up and the
scope of whoever asked: the next sweep, or a change that still waits for one, has another stamp. What is kept are ids; the
rows are read anew through visible_to each time.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import numpy as np
from django.core.cache import cache
from django.db.models import Max, OuterRef, Subquery

from goals.columns import Ints
from goals.models import GoalCycle, RollupMark, RollupState
from people.access import Viewer

KEPT_SECONDS = 120  # who works where, and who may see what, changes without a stamp

Columns = Mapping[str, Ints]


def stamp_of(cycle_id: int, on: date) -> tuple[str, int]:
    """What the cycle's numbers are as of, and how many goals it has; "" before the first roll-up. 1 query."""
    marks = RollupMark.objects.filter(cycle=OuterRef("pk")).order_by().values("cycle").annotate(last=Max("id"))
    found = RollupState.objects.filter(cycle=cycle_id).annotate(mark=Subquery(marks.values("last")))
    rolled_up_at, goals, mark = found.values_list("rolled_up_at", "goals", "mark").first() or (None, 0, None)
    if not isinstance(rolled_up_at, datetime):
        return "", goals
    return f"{cycle_id}:{rolled_up_at.timestamp()}:{mark}:{on.toordinal()}", goals


def stamp_of_running(on: date) -> str:
    """The same for all running cycles together; "" where none runs or one has not been rolled up yet. 1 query."""
    marks = RollupMark.objects.filter(cycle=OuterRef("pk")).order_by().values("cycle").annotate(last=Max("id"))
    found = GoalCycle.objects.active().order_by("pk").annotate(mark=Subquery(marks.values("last")))
    states = found.values_list("pk", "rollup__rolled_up_at", "mark")
    stamps = [f"{pk}:{at.timestamp()}:{mark}" if at else "" for pk, at, mark in states]
    return ":".join([*stamps, str(on.toordinal())]) if stamps and all(stamps) else ""


def scope_of(viewer: Viewer) -> str:
    """Whose eyes: the person, the roles, the place in the line."""
    me = viewer.employee
    place = f"{me.line_first}-{me.line_last}" if me else ""
    return f"{viewer.user.pk if viewer.user else 0}:{','.join(sorted(viewer.roles))}:{place}"


def kept(key: str, stamp: str, make: Callable[[], Columns]) -> Columns:
    """What `make` gives, from the cache while the stamp is the same; columns of whole numbers."""
    if not stamp:
        return make()
    name = f"goals:{key}:{stamp}"
    held = cache.get(name)
    if held is None:
        made = make()
        cache.set(name, {column: (values.dtype.str, values.tobytes()) for column, values in made.items()}, KEPT_SECONDS)
        return made
    return {column: np.frombuffer(values, kind) for column, (kind, values) in held.items()}
