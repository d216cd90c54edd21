"""How the progress of a unit comes about: its parts and its own goals, to be checked by hand down to single goals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from goals.models import Goal, UnitSummary
from goals.progress import mean_ppm
from goals.queries.team import Scope
from goals.wording import percent_1
from people.access import Viewer
from people.models import Unit

LISTED = 25  # units with a line of their own


@dataclass(frozen=True)
class Part:
    """One line of the sum: a unit below with all its parts, or the goals of the unit itself (`query` is ""), or units that
    share a line.

    `goals` have begun and have data; `mean` is theirs, "" without any; `points` is both multiplied.
    """

    name: str
    query: str
    goals: int
    mean: str
    points: str
    is_further: bool = False


@dataclass(frozen=True)
class AddingUp:
    """`left_out` goals have not begun or have no data yet; they count nowhere, which is not the same as 0.

    `own_goals` and `own_ppm`: what belongs to the unit itself and to no unit below. `is_withheld`: one number in it is not open
    to the viewer, and the sum with the others would tell it; then there is nothing but the name.
    """

    unit: str
    parts: tuple[Part, ...]
    goals: int
    left_out: int
    points: str
    mean: str
    expected: str
    own_goals: int
    own_ppm: int
    is_withheld: bool = False

    @property
    def sentence(self) -> str:
        """1,339.2 points ÷ 31 goals = 43.2%. Expected in the same way: 49.6%."""
        goals = f"{self.goals:,} goal{'' if self.goals == 1 else 's'}"
        return f"{self.points} points ÷ {goals} = {self.mean}. Expected by the pace of each, in the same way: {self.expected}."


def adding_up(scope: Scope, of: Unit, viewer: Viewer, *, on: date) -> AddingUp | None:
    """The sum of one unit, from its stored totals; None while nothing counts. 2 queries."""
    # Units first: with "or" across the join the database would look at every unit's totals.
    units = Unit.objects.filter(Q(pk=of.pk) | Q(parent=of, is_active=True))
    rows = UnitSummary.objects.filter(cycle=scope.cycle, unit__in=units).select_related("unit")
    told = ("goals", "with_data", "progress_sum", "expected_sum")
    found = list(rows.only(*told, "unit__name", "unit__position", "unit__last_position").order_by("unit__position"))
    whole = next((row for row in found if row.unit_id == of.pk), None)
    if whole is None or not whole.with_data:
        return None
    below = [row for row in found if row.unit_id != of.pk]
    if _tells_one(scope, of, viewer, [row.unit for row in below], on):
        return AddingUp(of.name, (), 0, 0, "", "", "", 0, 0, is_withheld=True)
    with_goals = [row for row in below if row.goals]
    parts = [
        _part(row.unit.name, f"?line=all&unit={row.unit_id}", row.with_data, row.progress_sum)
        for row in with_goals[:LISTED]
    ]
    own_goals = whole.with_data - sum(row.with_data for row in below)
    own_ppm = whole.progress_sum - sum(row.progress_sum for row in below)
    own = [_part(f"{of.name} itself" if below else of.name, "", own_goals, own_ppm)] if own_goals else []
    return AddingUp(
        unit=of.name,
        parts=(*own, *parts, *_further(with_goals[LISTED:])),
        goals=whole.with_data,
        left_out=whole.goals - whole.with_data,
        points=_points(whole.progress_sum),
        mean=_mean(whole.progress_sum, whole.with_data),
        expected=_mean(whole.expected_sum, whole.with_data),
        own_goals=own_goals,
        own_ppm=own_ppm,
    )


def _tells_one(scope: Scope, of: Unit, viewer: Viewer, below: Sequence[Unit], on: date) -> bool:
    """Whether exactly one number of the unit itself, or of a unit below, is not open to the viewer (goals.queries.concealed).

    Everybody stands in the line of who reports to nobody: nothing is hidden from them, and nothing is asked.
    """
    me = scope.manager
    within = (of.position, of.last_position)
    line = Goal.objects.counted(on).filter(
        cycle=scope.cycle, visibility=Goal.Visibility.LINE, unit__position__range=within
    )
    if me.manager_id is None:
        line = line.none()
    others = line.exclude(owner__line_first__range=(me.line_first, me.line_last))
    hidden = others.exclude(pk__in=others.visible_to(viewer).values("pk")).values_list("unit__position", flat=True)
    in_part = Counter(
        next((unit.pk for unit in below if unit.position <= place <= unit.last_position), of.pk) for place in hidden
    )
    return 1 in in_part.values()


def _further(rows: Sequence[UnitSummary]) -> list[Part]:
    """Units for which a line of their own is too much."""
    if not rows:
        return []
    name = f"{len(rows)} further unit{'' if len(rows) == 1 else 's'} together"
    goals, total = sum(row.with_data for row in rows), sum(row.progress_sum for row in rows)
    return [replace(_part(name, "", goals, total), is_further=True)]


def _part(name: str, query: str, goals: int, total: int) -> Part:
    return Part(name, query, goals, _mean(total, goals) if goals else "", _points(total) if goals else "")


def _mean(total: int, goals: int) -> str:
    return f"{percent_1(mean_ppm(total, goals))}%"


def _points(total: int) -> str:
    """A sum of progress in percentage points."""
    return f"{(total + 500) // 1000 / 10:,.1f}"
