"""How a goal's own number, its pace and its status come about, in sentences that can be checked by hand (method.md 13)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from goals import progress, wording
from goals.models import Goal, GoalDetail
from goals.progress import PPM, Status, Step
from goals.queries.rows import Facts, GoalRow

Metric = GoalDetail.Metric
POINT = 100  # ten-thousandths in a percentage point
ON_TRACK, AT_RISK = progress.ON_TRACK_GAP // POINT, progress.AT_RISK_GAP // POINT


def own_measure(goal: Goal, row: GoalRow, facts: Facts) -> tuple[str, ...]:
    """The goal's own measure, then what is expected by now, then what follows; nothing for a goal without a measure."""
    if not goal.has_metric:
        return ()
    steps = facts.steps.get(goal.pk, ())
    said = (
        _progress(goal, row, facts.values.get(goal.pk), steps),
        _pace(goal, row, steps, facts.checkpoints.get(goal.pk, ()), facts.on),
        _status(goal, row, facts.on),
    )
    return tuple(sentence for sentence in said if sentence)


def _progress(goal: Goal, row: GoalRow, value: Decimal | None, steps: Sequence[Step]) -> str:
    detail = goal.detail
    if row.progress_ppm is None:
        return "Nothing has been measured yet: no data, which is not 0."
    if detail.metric_type == Metric.MILESTONE:
        done = [step.weight for step in steps if step.done_on]
        milestones = f"{len(done)} of {wording.count(len(steps), 'milestone', 'milestones')}"
        return f"{milestones} done, weight {sum(done)} of {sum(step.weight for step in steps)}: {_exact(row)}."
    if detail.metric_type == Metric.MAINTAIN:
        return _kept(detail, row, value or Decimal(0))
    return _moved(detail, row, value)


def _moved(detail: GoalDetail, row: GoalRow, value: Decimal | None) -> str:
    """From 30 hours to 20 is a way of 10; 27.0 is 3 of it: 3 ÷ 10 = 30.0%."""
    assert detail.baseline is not None
    assert detail.target is not None
    if value is None:
        return f"No check-in yet, so it stands at its start, {wording.plain(detail.baseline)}: 0%."
    way = detail.target - detail.baseline
    gone = (value - detail.baseline).copy_abs() * (1 if (value - detail.baseline) * way >= 0 else -1)
    start, whole = wording.with_unit(wording.plain(detail.baseline), detail.metric_unit), wording.plain(abs(way))
    said = f"From {start} to {wording.plain(detail.target)} is a way of {whole}; "
    if gone < 0:
        said += f"{wording.number(value, detail)} lies {wording.plain(-gone)} before the start"
    else:
        said += f"{wording.number(value, detail)} is {wording.plain(gone)} of it"
    said += f": {_minus(wording.plain(gone))} ÷ {whole} = {_exact(row)}"
    if gone < 0:
        return f"{said}. Where it supports another goal it counts as 0."
    return f"{said}. Where it supports another goal it counts as 100." if abs(gone) > abs(way) else f"{said}."


def _kept(detail: GoalDetail, row: GoalRow, value: Decimal) -> str:
    """94.2% lies 0.8 outside of 95% or above; tolerance 3: 1 − 0.8 ÷ 3 = 73.3%."""
    outside, bounds, said = detail.measure.distance(value), wording.bounds(detail), wording.amount(value, detail)
    if not outside:
        return f"{said} lies inside of {bounds}: 100%."
    tolerance = wording.plain(detail.tolerance or Decimal(1))
    away = f"{said} lies {wording.plain(outside)} outside of {bounds}; tolerance {tolerance}"
    if row.progress_ppm == 0:
        return f"{away}, so nothing is left of it: 0%."
    return f"{away}: 1 − {wording.plain(outside)} ÷ {tolerance} = {_exact(row)}."


def _pace(goal: Goal, row: GoalRow, steps: Sequence[Step], points: Sequence[tuple[date, int]], on: date) -> str:
    if row.expected_ppm is None or on < goal.starts_on:
        return ""
    expected = f"{_percent(row.expected_ppm)} expected"
    if steps and progress.pace_by_milestones(steps, on) is not None:
        due = sum(step.weight for step in steps if step.due_on and step.due_on <= on)
        return f"By now milestones of weight {due} of {sum(step.weight for step in steps)} are due: {expected}."
    if points:
        return f"{_between(goal, points, on)}: {expected}."
    days = (goal.due_on - goal.starts_on).days
    gone = min((on - goal.starts_on).days, days)
    return f"{gone} of {wording.count(days, 'day', 'days')} have gone: {expected}." if days else f"Due: {expected}."


def _between(goal: Goal, points: Sequence[tuple[date, int]], on: date) -> str:
    """Between the checkpoints 31 March (20%) and 30 September (70%)"""
    corners = [(goal.starts_on, 0), *points, (goal.due_on, PPM)]
    left = max((corner for corner in corners if corner[0] <= on), default=corners[0])
    right = min((corner for corner in corners if corner[0] > on), default=corners[-1])
    if left == right:
        return "After the last checkpoint"
    first, last = (f"{wording.day(day, on)} ({_percent(ppm)})" for day, ppm in (left, right))
    return f"On the line of the checkpoints, between {first} and {last}"


def _status(goal: Goal, row: GoalRow, on: date) -> str:
    said = _kept_status(row) if goal.is_kept else _paced_status(row, on)
    if row.status is Status.NOT_STARTED:
        said = f"It starts on {wording.day(row.starts_on, on)}, so it counts for nothing before."
    if row.breached and row.status is Status.ON_TRACK:
        said += " A guardrail is broken, so it is shown as at risk."
    if row.is_stale:
        said += f" Stale: no check-in for {progress.STALE_DAYS} days or more."
    return said.strip()


def _kept_status(row: GoalRow) -> str:
    return {
        Status.ON_TRACK: "Inside: on track.",
        Status.AT_RISK: "Outside by less than the tolerance: at risk.",
        Status.OFF_TRACK: "Outside by the tolerance or more: off track.",
        Status.ACHIEVED: "Inside on its last day: achieved.",
        Status.MISSED: "Not inside on its last day: missed.",
    }.get(row.status, "")


def _paced_status(row: GoalRow, on: date) -> str:
    if row.status is Status.ACHIEVED:
        return "The whole way: achieved."
    if row.status is Status.MISSED:
        return f"Its last day was {wording.day(row.due_on, on)}: missed."
    if row.progress_ppm is None or row.expected_ppm is None or row.status not in progress.RUNNING:
        return ""
    behind = progress.rounded(row.expected_ppm) - progress.rounded(row.progress_ppm)
    side = "behind" if behind > 0 else "ahead of"
    apart = f"{abs(behind) / POINT:.1f} points {side} the pace" if behind else "Level with the pace"
    word = wording.STATUS_WORDS[row.status].lower()
    return f"{apart}: {word} (on track up to {ON_TRACK} points behind, at risk up to {AT_RISK})."


def _exact(row: GoalRow) -> str:
    return _percent(row.progress_ppm or 0)


def _percent(ppm: int) -> str:
    """One decimal, half away from zero, unclamped."""
    tenths = (abs(ppm) + 500) // 1000
    return f"{'−' if ppm < 0 and tenths else ''}{tenths / 10:.1f}%"


def _minus(number: str) -> str:
    return number.replace("-", "−")
