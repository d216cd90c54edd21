"""Numbers, bounds and dates of goals in words (method.md, section 15)."""

from datetime import date
from decimal import Decimal
from html import unescape

from django.utils.dateformat import format as format_date
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from core.numbers import as_typed
from goals.models import Goal, GoalDetail, Guardrail
from goals.progress import PPM, Status, clamp

Metric = GoalDetail.Metric
STATUS_WORDS = {
    Status.NOT_STARTED: "Not started",
    Status.ON_TRACK: "On track",
    Status.AT_RISK: "At risk",
    Status.OFF_TRACK: "Off track",
    Status.ACHIEVED: "Achieved",
    Status.MISSED: "Missed",
    Status.NO_DATA: "No data yet",
}
UNGROUPED = 4  # digits that are read at a glance
STATUS_KEYS = {Status.NO_DATA: "waiting"}  # key of the pill in core.templatetags.ui where it differs


def day(when: date, today: date | None = None) -> str:
    """1 July; with the year when it is not this year's."""
    return format_date(when, "j F" if today is None or when.year == today.year else "j F Y")


def plain(value: Decimal) -> str:
    """A number without zeros at the end: 5.2000 as 5.2, 20.0000 as 20."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def period(starts_on: date, due_on: date) -> str:
    """1 January to 31 December 2026; both years when they differ."""
    first = format_date(starts_on, "j F" if starts_on.year == due_on.year else "j F Y")
    return f"{first} to {format_date(due_on, 'j F Y')}"


def short(value: Decimal) -> str:
    """A rate with as many digits as one reads: 12, 1.2, 0.04."""
    digits = 0 if value >= 10 else 1 if value >= Decimal("0.1") else 2
    return f"{value:.{digits}f}"


def grouped(text: str) -> str:
    """A long number in groups, to be read: 1500000.5 as 1,500,000.5; 9500 stays. Not for fields, files and programs."""
    whole, point, rest = text.partition(".")
    digits = whole.removeprefix("-")
    return f"{int(whole):,}{point}{rest}" if digits.isdecimal() and len(digits) > UNGROUPED else text


def number(value: Decimal, detail: GoalDetail) -> str:
    """A number that somebody stated: with the digits of its measure, and with more where more were stated."""
    return grouped(as_typed(value, detail.decimals))


def with_unit(text: str, unit: str) -> str:
    """82.5% but 27.0 hours."""
    text = grouped(text)
    if not unit:
        return text
    return f"{text}%" if unit == "%" else f"{text} {unit}"


def amount(value: Decimal, detail: GoalDetail) -> str:
    return with_unit(number(value, detail), detail.metric_unit)


def reckoned(value: Decimal, detail: GoalDetail) -> str:
    """A number that was worked out, such as the value expected by today: rounded to the digits of its measure."""
    return with_unit(f"{value:.{detail.decimals}f}", detail.metric_unit)


def bounds(detail: GoalDetail) -> str:
    """95% or above; 3 to 5 hours."""
    low, high = detail.low, detail.high
    if low is not None and high is not None:
        return f"{grouped(plain(low))} to {with_unit(plain(high), detail.metric_unit)}"
    if low is not None:
        return f"{with_unit(plain(low), detail.metric_unit)} or above"
    return f"{with_unit(plain(high or Decimal(0)), detail.metric_unit)} or below"


def target(detail: GoalDetail) -> str:
    if detail.metric_type == Metric.MAINTAIN:
        return bounds(detail)
    return with_unit(plain(detail.target), detail.metric_unit) if detail.target is not None else "all milestones"


def measure(detail: GoalDetail, value: Decimal | None, steps: tuple[int, int]) -> SafeString | str:
    """Where the measure stands and where it should go, for lists. `steps`: milestones done and all."""
    if detail.metric_type == Metric.MILESTONE:
        return f"{steps[0]} of {steps[1]} milestones"
    if detail.metric_type == Metric.NONE:
        return "By its supporting goals"
    if detail.metric_type == Metric.MAINTAIN:
        keep = f"keep at {bounds(detail)}"
        return keep.capitalize() if value is None else format_html("<b>{}</b>, {}", amount(value, detail), keep)
    assert detail.baseline is not None
    now = detail.baseline if value is None else value
    if detail.baseline == 0 and detail.metric_type == Metric.INCREASE:
        goal = with_unit(plain(detail.target or Decimal(0)), detail.metric_unit)
        return format_html("<b>{}</b> of {}", number(now, detail), goal)
    first = number(now, detail) if detail.metric_unit != "%" else amount(now, detail)
    return format_html("<b>{}</b> → {}", first, target(detail))


def about_measure(goal: Goal) -> str:
    """Case system. From 30 hours on 1 January to 20 by 31 December; lower is better."""
    detail = goal.detail
    said = [f"{detail.metric_source}."] if detail.metric_source else []
    if detail.baseline is not None and detail.target is not None:
        start = with_unit(plain(detail.baseline), detail.metric_unit)
        end = grouped(plain(detail.target)) if detail.metric_unit != "%" else target(detail)
        better = "lower" if detail.target < detail.baseline else "higher"
        said.append(
            f"From {start} on {day(goal.starts_on)} to {end} by {day(goal.due_on, goal.starts_on)}; {better} is better."
        )
    elif detail.metric_type == Metric.MAINTAIN:
        said.append(f"To be kept at {bounds(detail)}.")
    elif detail.metric_type == Metric.MILESTONE:
        said.append("Each milestone counts by its weight; the dashed steps show when they are due.")
    return " ".join(said)


def moved_away(detail: GoalDetail, value: Decimal | None) -> str:
    """By how much a rising or falling measure went the wrong way; "" when it did not."""
    if value is None or detail.baseline is None or detail.target is None:
        return ""
    back = (detail.baseline - value) if detail.target > detail.baseline else (value - detail.baseline)
    return f"moved away by {number(back, detail)}" if back > 0 else ""


def strip(text: str) -> str:
    """The words without markup, for labels and titles."""
    return unescape(strip_tags(text))


def limit(rail: Guardrail) -> str:
    """at most 6%"""
    return f"{rail.get_op_display()} {with_unit(plain(rail.limit), rail.unit)}"


def percent(ppm: int | None) -> str:
    """Whole percent of clamped progress, half up; "" for no data (the page says so in words)."""
    return "" if ppm is None else f"{(clamp(ppm) + 5_000) // 10_000}%"


def percent_1(ppm: int) -> str:
    """Percent with one decimal, for tables that are added up by hand."""
    return f"{(clamp(ppm) + 500) // 1000 / 10:.1f}"


def points_behind(progress: int, expected: int) -> str:
    """20 points behind the expected pace; whole points, as the bar shows them."""
    gap = (clamp(expected) + 5_000) // 10_000 - (max(-PPM, min(PPM, progress)) + 5_000) // 10_000
    if gap == 0:
        return "level with the expected pace"
    points = "1 point" if abs(gap) == 1 else f"{abs(gap)} points"
    return f"{points} {'behind' if gap > 0 else 'ahead of'} the expected pace"


def status_words(shown: Status, status: Status, *, is_breached: bool) -> str:
    """Words of the pill: a breached guardrail is named where it decides or marks the status."""
    if is_breached and status is Status.ON_TRACK:
        return "At risk: guardrail"
    if is_breached and status is Status.ACHIEVED:
        return "Achieved, guardrail broken"
    return STATUS_WORDS[shown]


def since(days: int) -> str:
    """today, yesterday, 12 days ago"""
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days} days ago"


def count(how_many: int, one: str, many: str) -> str:
    return f"{how_many} {one if how_many == 1 else many}"
