"""Goal arithmetic: progress, expected pace, status, roll-up. Pure; the rules are docs/method.md, section 13.

Progress and pace are whole numbers in parts per million ("ppm"): 1,000,000 is reached, 500,000 half way. Integers and
half-up division make SQL, numpy and this module agree to the last digit. None is "no data", never 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum, StrEnum
from itertools import pairwise

from core.numbers import MOST_DECIMALS

PPM = 1_000_000
PPM_LIMIT = 2_000_000_000  # what a 4-byte column holds: 2,000 times the target either way
STALE_DAYS = 45
ON_TRACK_GAP, AT_RISK_GAP = 1_000, 2_500  # ten-thousandths behind the pace: .10 and .25 (method.md 13)
STORY_GAP = 2_500  # ten-thousandths between a goal's measure and its supporting goals: .25


class MetricType(StrEnum):
    NONE = "none"
    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"
    MILESTONE = "milestone"


class Status(StrEnum):
    NOT_STARTED = "not_started"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    ACHIEVED = "achieved"
    MISSED = "missed"
    NO_DATA = "no_data"


RUNNING = frozenset({Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK, Status.NO_DATA})
NEEDS_ATTENTION = frozenset({Status.AT_RISK, Status.OFF_TRACK, Status.MISSED})


@dataclass(frozen=True)
class Measure:
    """What a goal is measured by. Increase and decrease use baseline and target, maintain low, high and tolerance."""

    type: MetricType
    baseline: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    tolerance: Decimal | None = None

    def progress(self, current: Decimal | None) -> int | None:
        """Unclamped progress in ppm; before the first check-in a rising or falling measure stands at its baseline.

        None for milestones (see `milestones_done`), for a goal without a metric and for a kept one never measured.
        """
        if self.baseline is not None and self.target is not None:
            reached = self.baseline if current is None else current
            return to_ppm(reached - self.baseline, self.target - self.baseline)
        if self.tolerance is not None and current is not None:
            return max(0, PPM - to_ppm(self.distance(current), self.tolerance))
        return None

    def distance(self, current: Decimal) -> Decimal:
        """How far `current` lies outside the range low to high; 0 inside."""
        below = self.low - current if self.low is not None else Decimal(0)
        above = current - self.high if self.high is not None else Decimal(0)
        return max(below, above, Decimal(0))

    def value_at(self, ppm: int) -> Decimal | None:
        """The value that means `ppm` of the way from baseline to target."""
        if self.baseline is None or self.target is None:
            return None
        return self.baseline + (self.target - self.baseline) * ppm / PPM

    def typed_at(self, ppm: int) -> Decimal | None:
        """The number that was typed for `ppm`: of all that mean it, the one with the fewest digits after the point."""
        value = self.value_at(ppm)
        if value is None or self.baseline is None or self.target is None:
            return None
        for digits in range(MOST_DECIMALS):
            shorter = round(value, digits)
            if to_ppm(shorter - self.baseline, self.target - self.baseline) == ppm:
                return shorter
        return round(value, MOST_DECIMALS)


@dataclass(frozen=True)
class Step:
    """One milestone that is not cancelled."""

    weight: int
    due_on: date | None = None
    done_on: date | None = None


def to_ppm(part: Decimal | int, whole: Decimal | int) -> int:
    """`part` of `whole` in ppm, halves away from zero, within what the column holds."""
    ppm = int((Decimal(part) * PPM / Decimal(whole)).to_integral_value(ROUND_HALF_UP))
    return max(-PPM_LIMIT, min(PPM_LIMIT, ppm))


def mean_ppm(total: int, weight: int) -> int:
    """Weighted mean, half up; `total` and `weight` are whole and not negative. SQL and numpy use the same form."""
    return (total + weight // 2) // weight


def clamp(ppm: int) -> int:
    return max(0, min(PPM, ppm))


def milestones_done(steps: Sequence[Step]) -> int | None:
    """Weight done out of all weight; None when no milestone is left."""
    total = sum(step.weight for step in steps)
    return to_ppm(sum(step.weight for step in steps if step.done_on), total) if total else None


def per_month(first: Decimal, last: Decimal, start: date, end: date) -> Decimal:
    """Average change in a month of 30.4 days between two days; `end` lies after `start`."""
    return (last - first) * Decimal("30.4") / (end - start).days


# --- expected pace ------------------------------------------------------------------------------------------------------


def linear_pace(starts_on: date, due_on: date, on: date) -> int:
    """Share of the days gone by, 0 to 1,000,000. A goal of one day is expected from that day on."""
    days, gone = (due_on - starts_on).days, (on - starts_on).days
    if days <= 0:
        return PPM if gone >= 0 else 0
    return clamp((2 * PPM * gone + days) // (2 * days))


def pace_by_milestones(steps: Sequence[Step], on: date) -> int | None:
    """Weight due by `on` out of all weight; None unless every milestone has a date (then the linear pace counts)."""
    total = sum(step.weight for step in steps)
    if not total or any(step.due_on is None for step in steps):
        return None
    return to_ppm(sum(step.weight for step in steps if step.due_on and step.due_on <= on), total)


def pace_by_checkpoints(starts_on: date, due_on: date, points: Sequence[tuple[date, int]], on: date) -> int:
    """A line through (start, 0), the checkpoints in order of date, and (due, 1,000,000); for seasonal goals."""
    corners = [(starts_on, 0), *points, (due_on, PPM)]
    if on <= starts_on:
        return PPM if starts_on == due_on == on else 0
    for (left_on, left), (right_on, right) in pairwise(corners):
        if on <= right_on:
            days, gone = (right_on - left_on).days, (on - left_on).days
            return left + (2 * (right - left) * gone + days) // (2 * days) if days else right
    return PPM


# --- status -------------------------------------------------------------------------------------------------------------


def rounded(ppm: int) -> int:
    """Ten-thousandths, half up: statuses compare what is left after rounding to 4 decimals."""
    return (ppm + 50) // 100


def pace_status(progress: int, expected: int) -> Status:
    behind = rounded(expected) - rounded(progress)
    if behind <= ON_TRACK_GAP:
        return Status.ON_TRACK
    return Status.AT_RISK if behind <= AT_RISK_GAP else Status.OFF_TRACK


def kept_status(progress: int, *, is_over: bool) -> Status:
    """Status of a value to be kept within bounds: inside, outside by less than the tolerance, or further."""
    inside = rounded(progress) >= rounded(PPM)
    if is_over:
        return Status.ACHIEVED if inside else Status.MISSED
    if inside:
        return Status.ON_TRACK
    return Status.AT_RISK if rounded(progress) > 0 else Status.OFF_TRACK


@dataclass(frozen=True)
class Standing:
    """Where a goal is on one day. `expected` is None for a kept value; `is_complete` only rules a goal without a metric."""

    starts_on: date
    due_on: date
    progress: int | None
    expected: int | None
    is_kept: bool = False
    has_metric: bool = True
    is_complete: bool = False  # every counted supporting goal is achieved

    def status(self, on: date) -> Status:
        """The status table of method.md 13, top row first."""
        if on < self.starts_on:
            return Status.NOT_STARTED
        if self.progress is None:
            return Status.MISSED if on > self.due_on else Status.NO_DATA
        if self.is_kept:
            return kept_status(self.progress, is_over=on > self.due_on)
        reached = rounded(self.progress) >= rounded(PPM) if self.has_metric else self.is_complete
        if reached:
            return Status.ACHIEVED
        if on > self.due_on:
            return Status.MISSED
        return pace_status(self.progress, self.expected or 0)


def shown(status: Status, *, is_breached: bool) -> Status:
    """What a page shows: with a breached guardrail nothing is on track. Achieved stays, and carries the mark."""
    return Status.AT_RISK if is_breached and status is Status.ON_TRACK else status


def is_stale(status: Status, *, starts_on: date, checked_on: date | None, on: date) -> bool:
    """A running goal that nobody has updated for 45 days."""
    return status in RUNNING and (on - max(starts_on, checked_on or starts_on)).days >= STALE_DAYS


class Need(IntEnum):
    """Why a goal wants a look, the most urgent first; an attention list is ordered by it, then by how far behind."""

    ASKS = 0  # the owner named something that is in the way
    GUARDRAIL = 1  # something gets worse that must not
    OFF_TRACK = 2
    MISSED = 3
    AT_RISK = 4
    STALE = 5


NEED_OF_STATUS = {
    Status.OFF_TRACK: Need.OFF_TRACK,
    Status.MISSED: Need.MISSED,
    Status.AT_RISK: Need.AT_RISK,
}


def need(shown_status: Status, *, asks: bool, is_breached: bool, stale: bool) -> Need | None:
    """Why a goal is listed as needing attention; None when it does not."""
    if asks:
        return Need.ASKS
    if is_breached:
        return Need.GUARDRAIL
    return NEED_OF_STATUS.get(shown_status, Need.STALE if stale else None)


# --- roll-up of supporting goals ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One supporting goal that has started and is not cancelled."""

    weight: int
    progress: int | None
    expected: int | None  # None: kept within bounds, counts as 1
    is_achieved: bool


@dataclass(frozen=True)
class Supporting:
    """What supporting goals come to, with the sums behind it so that a page can show the arithmetic."""

    progress: int
    expected: int
    total: int  # sum of weight * clamped progress
    weight: int
    counted: int
    is_complete: bool

    @property
    def status(self) -> Status:
        return Status.ACHIEVED if self.is_complete else pace_status(self.progress, self.expected)


def roll_up(parts: Iterable[Part]) -> Supporting | None:
    """Weighted mean over the parts that have data; None when the weights come to 0."""
    counted = [part for part in parts if part.progress is not None and part.weight > 0]
    weight = sum(part.weight for part in counted)
    if not weight:
        return None
    total = sum(part.weight * clamp(part.progress or 0) for part in counted)
    paces = sum(part.weight * (PPM if part.expected is None else clamp(part.expected)) for part in counted)
    return Supporting(
        progress=mean_ppm(total, weight),
        expected=mean_ppm(paces, weight),
        total=total,
        weight=weight,
        counted=len(counted),
        is_complete=all(part.is_achieved for part in counted),
    )


def tells_different_story(own: int | None, supporting: int | None) -> bool:
    """The goal's measure and its supporting goals are 25 points or more apart, both read as bars (clamped)."""
    if own is None or supporting is None:
        return False
    return abs(rounded(clamp(own)) - rounded(clamp(supporting))) >= STORY_GAP
