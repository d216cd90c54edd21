"""Week by week: the course of a goal without a measure of its own, which is that of its supporting goals."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.goal_chart import GoalChart
from goals import wording
from goals.models import Goal
from goals.queries.concealed import is_open_below
from goals.queries.explainer import Opened
from goals.queries.rows import GoalRow
from goals.queries.trends import goal_trend
from people.access import Viewer

WEEK = timedelta(7)
PACE_SUMS = 3000  # additions for the expected pace: a goal with thousands below it gets fewer corners
FEWEST_CORNERS = 6


@dataclass(frozen=True)
class Weekly:
    """`chart` is None while there are fewer than two weeks, and where `is_kept_back`: a sum of an earlier week could tell
    one person's progress. `weeks` are days and percents, the latest first."""

    chart: GoalChart | None = None
    weeks: list[tuple[date, str]] = field(default_factory=list)
    is_kept_back: bool = False


def weekly_of(found: Opened, viewer: Viewer, *, on: date) -> Weekly | None:
    """The weeks of a goal that has no measure; None for one that has, and where nothing supports it. 2 queries."""
    goal, row = found.goal, found.own
    if goal.has_metric or not found.parts or goal.pk in found.unseen:
        return None
    if not is_open_below(goal, viewer):
        return Weekly(is_kept_back=True)
    points = _points(goal, row, on)
    weeks = [(day, wording.percent(ppm)) for day, ppm in reversed(points)]
    if len(points) < 2:
        return Weekly(weeks=weeks)
    chart = GoalChart(
        title=_finding(row, on),
        starts_on=goal.starts_on,
        ends_on=goal.due_on,
        today=on,
        readings=[(day, ppm / 10_000) for day, ppm in points],
        unit="%",
        decimals=0,
        target=100,
        pace=_pace(found, on),
    )
    return Weekly(chart, weeks)


def _points(goal: Goal, row: GoalRow, on: date) -> list[tuple[date, int]]:
    """The last day of each week that was kept, and today in place of the week that runs."""
    kept = [(monday + timedelta(6), ppm) for monday, ppm in goal_trend(goal) if ppm is not None]
    points = [(day, ppm) for day, ppm in kept if goal.starts_on <= day < on]
    return [*points, (on, row.progress_ppm)] if row.progress_ppm is not None and on >= goal.starts_on else points


def _pace(found: Opened, on: date) -> list[tuple[date, float]]:
    """What the supporting goals expect together, by their weights and dates of now; through the number that counts today."""
    goal, facts = found.goal, found.facts
    corners = max(FEWEST_CORNERS, PACE_SUMS // max(len(facts.family.ids), 1))
    expected = {
        day: facts.family.pace(goal.pk, facts.steps, facts.checkpoints, day)
        for day in _days(goal.starts_on, goal.due_on, corners)
    }
    if goal.starts_on <= on <= goal.due_on:
        expected[on] = found.own.expected_ppm
    return [(day, ppm / 10_000) for day, ppm in sorted(expected.items()) if ppm is not None]


def _days(first: date, last: date, corners: int) -> Iterator[date]:
    """The first day, one in every so many weeks, the last day."""
    weeks = (last - first).days // 7
    step = WEEK * max(1, -(-weeks // corners))
    day = first
    while day < last:
        yield day
        day += step
    yield last


def _finding(row: GoalRow, on: date) -> str:
    words = f"Supporting goals together, by {wording.day(row.due_on, on)}"
    return f"{words}. {row.progress_words.capitalize()}." if row.progress_words else f"{words}."
