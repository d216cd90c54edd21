"""The units below one unit, with their stored totals and their course over the weeks: where to look closer."""

from dataclasses import dataclass

from goals.models import UnitSummary
from goals.progress import PPM, clamp
from goals.queries.team import Scope
from goals.queries.trends import Trend, unit_trends
from people.models import Unit

WEEKS = 13  # a quarter
ON_A_PAGE = 15  # units; a home is no list, and says how many more there are


@dataclass(frozen=True)
class UnitRow:
    """One unit with all its parts. Shares are 0..100, None without data; `values` is mean progress week by week."""

    name: str
    head: str
    query: str
    goals: int
    on_pace: int
    behind: int
    stale: int
    breached: int
    progress_percent: float | None
    expected_percent: float | None
    covered: int
    people: int
    values: tuple[float, ...]
    pace: tuple[float, ...]
    has_units: bool

    @property
    def change(self) -> str:
        """+6 points in 13 weeks"""
        if len(self.values) < 2:
            return ""
        points = round(self.values[-1]) - round(self.values[0])
        span = f"{len(self.values) - 1} week{'s' if len(self.values) > 2 else ''}"
        return f"{points:+d} points in {span}" if points else f"no change in {span}"


@dataclass(frozen=True)
class UnitTable:
    """The units right below a unit; `left_out` is how many of them are not among the rows."""

    rows: tuple[UnitRow, ...] = ()
    left_out: int = 0

    @property
    def total(self) -> int:
        return len(self.rows) + self.left_out

    def __bool__(self) -> bool:
        return bool(self.rows)


def unit_table(scope: Scope, of: Unit, *, whole: bool = False) -> UnitTable:
    """In their order; 4 queries. Never ordered by number: units are not ranked. `whole` leaves none out."""
    below = Unit.objects.active().filter(parent=of)
    named = below.select_related("head").only("name", "position", "last_position", "head__name").order_by("position")
    listed = list(named if whole else named[:ON_A_PAGE])
    ids = [unit.pk for unit in listed]
    totals = {row.unit_id: row for row in UnitSummary.objects.filter(cycle=scope.cycle, unit__in=ids)}
    trends = unit_trends(scope.cycle.pk, ids)
    rows = tuple(_row(unit, totals.get(unit.pk) or UnitSummary(unit=unit), trends[unit.pk]) for unit in listed)
    return UnitTable(rows, below.count() - len(rows))


def _row(unit: Unit, total: UnitSummary, trend: Trend) -> UnitRow:
    known = total.with_data or 0
    progress = _percent(total.progress_sum / known) if known else None
    expected = _percent(total.expected_sum / known) if known else None
    course = [
        (_percent(figures["progress"]), _percent(figures["expected"] or 0))
        for _, figures in trend[-WEEKS:]
        if figures["progress"] is not None
    ]
    if progress is not None and expected is not None:
        course.append((progress, expected))
    return UnitRow(
        name=unit.name,
        head=unit.head.name if unit.head else "",
        query=f"?line=all&unit={unit.pk}",
        goals=total.goals or 0,
        on_pace=(total.on_track or 0) + (total.achieved or 0),
        behind=(total.at_risk or 0) + (total.off_track or 0) + (total.missed or 0),
        stale=total.stale or 0,
        breached=total.breached or 0,
        progress_percent=progress,
        expected_percent=expected,
        covered=total.covered or 0,
        people=total.people or 0,
        values=tuple(done for done, _ in course),
        pace=tuple(pace for _, pace in course),
        has_units=unit.last_position > unit.position,
    )


def _percent(ppm: float) -> float:
    return 100 * clamp(round(ppm)) / PPM
