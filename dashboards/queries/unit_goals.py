"""The goals of a unit itself, one by one: the last step of its sum, down to measures, days and stale marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboards.queries.adding_up import AddingUp, Part
from goals.models import Goal
from goals.progress import PPM, Status, clamp
from goals.queries.concealed import veiled
from goals.queries.rows import GoalRow, rows_of
from goals.queries.team import Scope
from goals.wording import day, percent_1
from people.access import Viewer
from people.models import Unit

LISTED = 200  # goals of one unit with a line of their own


@dataclass(frozen=True)
class GoalLine:
    """One goal. `counts_as` is its clamped progress in points; else `why_not` says why it counts nowhere."""

    row: GoalRow
    update: str
    counts_as: str
    why_not: str


@dataclass(frozen=True)
class UnitGoals:
    """`rest`: counted goals without a line, because they are not shown to the viewer or too many; None where there are none.

    `has_moved`: some have changed since the totals were made, so that the lines come to something else.
    """

    lines: tuple[GoalLine, ...]
    rest: Part | None
    has_moved: bool


def unit_goals(scope: Scope, of: Unit, viewer: Viewer, total: AddingUp, *, on: date) -> UnitGoals:
    """Every goal that belongs to the unit and to no unit below it."""
    listed = Goal.objects.active().filter(cycle=scope.cycle, unit=of).exclude(visibility=Goal.Visibility.PRIVATE)
    seen = listed.visible_to(viewer).with_words().order_by("owner__name", "pk")[:LISTED]
    rows = veiled(rows_of(seen, on), viewer, on)
    lines = tuple(_line(row, on) for row in rows)
    counted = [clamp(line.row.progress_ppm or 0) for line in lines if line.counts_as]
    goals, points = total.own_goals - len(counted), total.own_ppm - sum(counted)
    if goals <= 0 or not 0 <= points <= goals * PPM:
        return UnitGoals(lines, None, has_moved=bool(goals or points))
    name = f"{goals} goal{'' if goals == 1 else 's'} not listed here, together"
    return UnitGoals(lines, Part(name, "", goals, "", _points(points)), has_moved=False)


def _line(row: GoalRow, on: date) -> GoalLine:
    update = day(row.checked_on, on) if row.checked_on else "none yet"
    if row.status is Status.NOT_STARTED:
        return GoalLine(row, update, "", f"starts {day(row.starts_on, on)}")
    if row.progress_ppm is None:
        return GoalLine(row, update, "", "no data")
    return GoalLine(row, update, percent_1(row.progress_ppm), "")


def _points(ppm: int) -> str:
    return f"{(ppm + 500) // 1000 / 10:,.1f}"
