"""The course of a goal's measure: the chart of its page and the small line on cards."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core import goal_chart
from core.goal_chart import GoalChart
from goals import progress, wording
from goals.models import CheckIn, Goal, GoalDetail, Guardrail, Milestone
from goals.progress import Step
from goals.queries.rows import Facts, GoalRow, own_pace

Metric = GoalDetail.Metric
SPARK = 8  # check-ins that a small line shows


def values_of(goal: Goal) -> list[tuple[date, Decimal]]:
    """Every number stated, the earliest first."""
    stated = goal.check_ins.standing().filter(value__isnull=False).order_by("measured_on", "pk")
    return [(day, value) for day, value in stated.values_list("measured_on", "value") if value is not None]


def chart_of(
    goal: Goal,
    row: GoalRow,
    values: Sequence[tuple[date, Decimal]],
    milestones: Sequence[Milestone],
    points_to_reach: Sequence[tuple[date, int]],
    rails: Sequence[tuple[date, bool]],
    on: date,
) -> GoalChart | None:
    """The course of the measure against its pace; None for a goal without a measure."""
    detail = goal.detail
    if detail.metric_type == Metric.NONE:
        return None
    title = _finding(row, detail, on)
    if detail.metric_type == Metric.MILESTONE:
        steps = [(step.weight, step.due_on, step.done_on) for step in milestones]
        chart = goal_chart.of_milestones(title, steps, starts_on=goal.starts_on, ends_on=goal.due_on, today=on)
        return replace(chart, rails=rails)
    points_to_reach = [] if goal.is_kept else points_to_reach
    points = [(day, float(value)) for day, value in values if day >= goal.starts_on]
    if detail.baseline is not None and (not points or points[0][0] > goal.starts_on):
        points.insert(0, (goal.starts_on, float(detail.baseline)))
    return GoalChart(
        title=title,
        starts_on=goal.starts_on,
        ends_on=goal.due_on,
        today=on,
        readings=points,
        unit=detail.metric_unit,
        decimals=detail.decimals,
        is_stated=True,
        baseline=_float(detail.baseline),
        target=_float(detail.target),
        low=_float(detail.low),
        high=_float(detail.high),
        pace=_bent_pace(goal, points_to_reach),
        checkpoints=[(day, float(detail.measure.value_at(ppm) or 0)) for day, ppm in points_to_reach],
        rails=rails,
    )


def rails_of(guardrails: Iterable[Guardrail]) -> list[tuple[date, bool]]:
    """Days on which guardrails were read, and whether one was broken then; a break hides what held on the same day."""
    found: dict[date, bool] = {}
    for rail in guardrails:
        for reading in rail.readings.all():
            if reading.replaced_at is not None:
                continue
            found[reading.read_on] = found.get(reading.read_on, False) or rail.breaks(reading.value)
    return sorted(found.items())


def _bent_pace(goal: Goal, points: Sequence[tuple[date, int]]) -> list[tuple[date, float]]:
    if not points:
        return []
    corners = [(goal.starts_on, 0), *points, (goal.due_on, progress.PPM)]
    return [(day, float(goal.detail.measure.value_at(ppm) or 0)) for day, ppm in corners]


def _finding(row: GoalRow, detail: GoalDetail, on: date) -> str:
    """The chart in words."""
    words = f"{detail.metric_name}: {wording.strip(row.measure)}, by {wording.day(row.due_on, on)}"
    return f"{words}. {row.progress_words.capitalize()}." if row.progress_words else f"{words}."


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


# --- small lines --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Course:
    """Progress in percent at the last check-ins, and the pace expected on the same days; evenly spaced."""

    values: tuple[float, ...] = ()
    pace: tuple[float, ...] = ()


def courses_of(goals: Sequence[Goal], facts: Facts) -> Mapping[int, Course]:
    """The small line of each goal that has check-ins; `facts` are those of the goals' rows. 1 query."""
    ids = [goal.pk for goal in goals if goal.has_metric]
    stated: dict[int, list[tuple[date, int]]] = defaultdict(list)
    entries = CheckIn.objects.standing().filter(goal__in=ids, progress_ppm__isnull=False).order_by("measured_on", "pk")
    for goal_id, day, ppm in entries.values_list("goal_id", "measured_on", "progress_ppm"):
        stated[goal_id].append((day, ppm or 0))
    return {
        goal.pk: _course(goal, stated[goal.pk], facts.steps.get(goal.pk, ()), facts.checkpoints.get(goal.pk, ()))
        for goal in goals
        if goal.pk in stated
    }


def _course(
    goal: Goal, stated: Sequence[tuple[date, int]], steps: Sequence[Step], points: Sequence[tuple[date, int]]
) -> Course:
    recent = list(stated[-SPARK:])
    if goal.is_kept:
        return Course(tuple(ppm / 10_000 for _, ppm in recent))
    if len(recent) == len(stated) and recent[0][0] > goal.starts_on:
        recent.insert(0, (goal.starts_on, 0))
    pace = tuple(own_pace(goal, steps, points, day) / 10_000 for day, _ in recent)
    return Course(tuple(ppm / 10_000 for _, ppm in recent), pace)
