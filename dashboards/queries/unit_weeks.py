"""A unit week by week: progress of its goals against their pace, how many were on pace, silent, and how many people linked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.goal_chart import GoalChart
from goals.models import UnitSummary
from goals.progress import PPM, clamp
from goals.queries.team import Scope
from goals.queries.trends import unit_trends
from goals.wording import day
from people.models import Unit


@dataclass(frozen=True)
class WeekRow:
    """What a week ended with; shares in whole percent, "no data" where no goal had any."""

    on: date
    progress: str
    expected: str
    goals: int
    on_pace: int
    stale: int
    covered: int
    people: int


@dataclass(frozen=True)
class UnitWeeks:
    """`rows`: the latest first. `chart` is None while there are fewer than two weeks with data."""

    unit: str
    finding: str
    chart: GoalChart | None
    rows: tuple[WeekRow, ...]


def unit_weeks(scope: Scope, of: Unit, *, on: date) -> UnitWeeks | None:
    """The weeks of one unit with all its parts in one cycle, the running week as it stands now; None before the first
    roll-up. 2 queries."""
    cycle = scope.cycle
    now = UnitSummary.objects.filter(cycle=cycle, unit=of).first()
    if now is None:
        return None
    kept = [(monday + timedelta(6), figures) for monday, figures in unit_trends(cycle.pk, [of.pk])[of.pk]]
    figures = [(sunday, found) for sunday, found in kept if sunday < on] + [(on, _as_it_stands(now))]
    known = [
        (end, found["progress"], found["expected"] or 0) for end, found in figures if found["progress"] is not None
    ]
    readings = [(end, _share(done)) for end, done, _ in known if done is not None]
    finding = _finding(of, readings, known[-1][2] if known else 0, on)
    chart = GoalChart(
        title=finding,
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        today=on,
        readings=readings,
        unit="%",
        decimals=0,
        pace=[(end, _share(expected)) for end, _, expected in known],
    )
    rows = tuple(_row(end, found) for end, found in reversed(figures))
    return UnitWeeks(of.name, finding, chart if len(readings) > 1 else None, rows)


def _as_it_stands(total: UnitSummary) -> dict[str, int | None]:
    known = total.with_data
    return {
        "goals": total.goals,
        "with_data": known,
        "progress": round(total.progress_sum / known) if known else None,
        "expected": round(total.expected_sum / known) if known else None,
        "on_pace": total.on_track + total.achieved,
        "stale": total.stale,
        "people": total.people,
        "covered": total.covered,
    }


def _row(end: date, found: dict[str, int | None]) -> WeekRow:
    return WeekRow(
        end,
        progress=_words(found["progress"]),
        expected=_words(found["expected"]),
        goals=found["goals"] or 0,
        on_pace=found["on_pace"] or 0,
        stale=found["stale"] or 0,
        covered=found["covered"] or 0,
        people=found["people"] or 0,
    )


def _words(ppm: int | None) -> str:
    return "no data" if ppm is None else f"{_share(ppm):.0f}%"


def _share(ppm: int) -> float:
    return 100 * clamp(ppm) / PPM


def _finding(of: Unit, readings: list[tuple[date, float]], expected: int, on: date) -> str:
    """Helpdesk: 43% on 1 July, expected 50%. 12 points more than on 7 June, four weeks before."""
    if not readings:
        return f"{of.name}: no data yet."
    said = f"{of.name}: {readings[-1][1]:.0f}% on {day(on)}, expected {_share(expected):.0f}%."
    if len(readings) < 2:
        return said
    first_on, first = readings[max(0, len(readings) - 5)]
    points = round(readings[-1][1]) - round(first)
    if not points:
        return f"{said} As on {day(first_on)}."
    apart = f"{abs(points)} point{'' if abs(points) == 1 else 's'} {'more' if points > 0 else 'less'}"
    return f"{said} {apart} than on {day(first_on)}."
