"""Values over time as SVG: one goal against its expected pace, and a few waves of a score.

Pure functions like core/charts.py, on real dates. A goal that should rise or fall has a baseline, a target and a pace;
a goal that should hold has a range and no pace; a goal of milestones rises in steps.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor, log10

from core.charts import WHO, Values, marker, open_svg, path, text
from core.numbers import MOST_DECIMALS, as_typed

WIDTH, HEIGHT = 600, 300
GROUPED_FROM = 10_000
LEFT, RIGHT, TOP, BOTTOM = 40, 96, 28, 34  # room for the axis labels and for the words behind the lines
LABEL_GAP = 34  # px between two printed values
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_TICKS = 12

Dated = tuple[date, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalChart:
    """What a goal's chart shows. `title` says the finding in words, with the numbers and the date.

    `pace` is the expected course through checkpoints; without it the pace is the straight line from baseline to target.
    `low` and `high` are the range of a goal that should hold; either may be open. `is_stepped`: milestones.
    `checkpoints` are the values to be reached by their days; `rails` the days on which a guardrail was read, and whether
    it was broken then.
    """

    title: str
    starts_on: date
    ends_on: date
    today: date
    readings: Sequence[Dated]
    unit: str = ""
    decimals: int = 1
    baseline: float | None = None
    target: float | None = None
    low: float | None = None
    high: float | None = None
    pace: Sequence[Dated] = ()
    checkpoints: Sequence[Dated] = ()
    rails: Sequence[tuple[date, bool]] = ()
    is_stated: bool = False  # whether the readings are numbers that people typed, which are never rounded
    is_stepped: bool = False

    @property
    def course(self) -> list[Dated]:
        """The expected pace as dated values; empty for a goal that should hold."""
        if self.pace:
            return list(self.pace)
        if self.baseline is None or self.target is None:
            return []
        return [(self.starts_on, self.baseline), (self.ends_on, self.target)]

    def expected(self, on: date) -> float | None:
        """The value the pace asks for on a day, None where there is no pace."""
        course = self.course
        if not course or on < course[0][0]:
            return None
        for (first_on, first), (next_on, following) in pairwise(course):
            if first_on <= on < next_on:
                if self.is_stepped:
                    return first
                return first + (following - first) * (on - first_on).days / (next_on - first_on).days
        return course[-1][1]


def of_milestones(
    title: str,
    milestones: Iterable[tuple[float, date | None, date | None]],
    *,
    starts_on: date,
    ends_on: date,
    today: date,
) -> GoalChart:
    """Chart of a milestone goal in percent of weight. `milestones`: weight, due_on, done_on; cancelled ones left out.

    There is a pace only when every milestone has a due date (method.md, expected progress).
    """
    known = list(milestones)
    total = sum(weight for weight, _, _ in known) or 1
    due = [(on, weight) for weight, on, _ in known if on is not None]
    done = [(on, weight) for weight, _, on in known if on is not None]
    return GoalChart(
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        today=today,
        readings=_adding_up(done, total, starts_on),
        pace=_adding_up(due, total, starts_on) if len(due) == len(known) else (),
        unit="%",
        decimals=0,
        low=None,
        target=100,
        is_stepped=True,
    )


def goal_chart(chart: GoalChart) -> str:
    """Draw the chart: axis and months, range or target, pace, measured values, today."""
    plot = _Plot(chart)
    parts = [open_svg(WIDTH, HEIGHT, chart.title, "time-chart")]
    parts += _grid(plot)
    parts += _range(plot)
    if chart.starts_on <= chart.today <= chart.ends_on:
        x = plot.x(chart.today)
        parts.append(f'<path class="today" d="M{x:.1f} {TOP - 16}V{HEIGHT - BOTTOM}"/>')
        parts.append(text(x + 5, TOP - 8, "today", "t-small"))
    parts += _rails(plot)
    parts += _target(plot)
    parts += _pace(plot)
    parts += _checkpoints(plot)
    parts += _readings(plot)
    return "".join(parts) + "</svg>"


def trend(
    series: Mapping[str, Values], waves: Sequence[str], title: str, *, width: int = 500, height: int = 220
) -> str:
    """Few waves, few lines, a direct label at the end of each. Scores 0 to 100; the axis is cut to the values."""
    shown = [value for values in series.values() for value in values if value is not None]
    if not shown:
        return ""
    low, high, step = nice_scale(min(shown), max(shown), floor_at=0, ceiling_at=100)
    left, right, top, bottom = 34, 120, 14, 30

    def x(place: int) -> float:
        return left + 14 + (width - left - right - 28) * place / max(1, len(waves) - 1)

    def y(value: float) -> float:
        return top + (height - top - bottom) * (high - value) / (high - low)

    parts = [open_svg(width, height, title, "time-chart")]
    for tick in _ticks(low, high, step):
        parts.append(f'<path class="grid-l" d="M{left} {y(tick):.1f}H{width - right}"/>')
        parts.append(text(left - 6, y(tick) + 4, f"{tick:g}", anchor="end"))
    parts += [text(x(place), height - 8, wave, anchor="middle") for place, wave in enumerate(waves)]
    ends = []
    for who in WHO:
        points = [(x(place), y(value)) for place, value in enumerate(series.get(who, ())) if value is not None]
        if points:
            parts.append(f'<path class="s-{who}" d="{path(points)}"/>')
            parts += [marker(who, *point) for point in points]
            last = next(value for value in reversed(series[who]) if value is not None)
            ends.append((points[-1][1], points[-1][0], f"{last:.0f} {who}", who))
    for label_y, (_, label_x, words, who) in zip(_apart([end[0] for end in sorted(ends)]), sorted(ends), strict=True):
        parts.append(text(label_x + 12, label_y + 4, words, f"a-{who} t-end"))
    return "".join(parts) + "</svg>"


def nice_scale(
    low: float, high: float, *, floor_at: float | None = None, ceiling_at: float | None = None, is_whole: bool = False
) -> tuple[float, float, float]:
    """Axis limits and step around the values: four to seven round steps, whole ones for counts, extremes off the edge."""
    spread = (high - low) or abs(high) or 1
    raw = max(spread / 5, 1 if is_whole else 0)
    power = 10 ** floor(log10(raw))
    step = next(
        factor * power
        for factor in ((1, 2, 5, 10) if is_whole else (1, 2, 2.5, 5, 10))
        if factor * power >= raw * 0.999
    )
    bottom, top = floor(low / step) * step, ceil(high / step) * step
    if bottom == low and (floor_at is None or bottom > floor_at):
        bottom -= step
    if top == high and (ceiling_at is None or top < ceiling_at):
        top += step
    if floor_at is not None:
        bottom = max(bottom, floor_at)
    if ceiling_at is not None:
        top = min(top, ceiling_at)
    return bottom, top, step


class _Plot:
    """Places dates and values of one chart on the drawing."""

    def __init__(self, chart: GoalChart) -> None:
        self.chart = chart
        self.days = max(1, (chart.ends_on - chart.starts_on).days)
        fixed = (chart.baseline, chart.target, chart.low, chart.high)
        values = [value for value in fixed if value is not None]
        dated = (*chart.readings, *chart.course, *chart.checkpoints)
        values += [value for _, value in dated]
        values += [limit + side for limit in (chart.low, chart.high) if limit is not None for side in _margin(limit)]
        values = values or [0, 1]
        floor_at = 0 if min(values) >= 0 else None
        ceiling_at = 100 if chart.unit == "%" and max(values) <= 104 else None
        if chart.is_stepped:
            self.low, self.high, self.step = 0.0, 100.0, 25.0
        else:
            self.low, self.high, self.step = nice_scale(
                min(values), max(values), floor_at=floor_at, ceiling_at=ceiling_at, is_whole=chart.decimals == 0
            )

    def x(self, on: date) -> float:
        days = min(max((on - self.chart.starts_on).days, 0), self.days)
        return LEFT + (WIDTH - LEFT - RIGHT) * days / self.days

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)

    def number(self, value: float, decimals: int | None = None) -> str:
        digits = f".{self.chart.decimals if decimals is None else decimals}f"
        return f"{value:,{digits}}" if abs(value) >= GROUPED_FROM else f"{value:{digits}}"

    def stated(self, value: float) -> str:
        """A measured value; what people stated is never rounded and may have more digits than the chart's."""
        if not self.chart.is_stated:
            return self.number(value)
        digits = as_typed(round(Decimal(value), MOST_DECIMALS), self.chart.decimals).partition(".")[2]
        return self.number(value, len(digits))

    def line(self, points: Sequence[Dated]) -> str:
        if not self.chart.is_stepped:
            return path([(self.x(on), self.y(value)) for on, value in points])
        (first_on, first), *others = points
        steps = "".join(f"H{self.x(on):.1f}V{self.y(value):.1f}" for on, value in others)
        return f"M{self.x(first_on):.1f} {self.y(first):.1f}{steps}"


def _grid(plot: _Plot) -> Iterator[str]:
    for tick in _ticks(plot.low, plot.high, plot.step):
        yield f'<path class="grid-l" d="M{LEFT} {plot.y(tick):.1f}H{WIDTH - RIGHT}"/>'
        yield text(LEFT - 8, plot.y(tick) + 4, _short(tick), anchor="end")
    for place, (middle, words) in enumerate(time_ticks(plot.chart.starts_on, plot.chart.ends_on)):
        yield text(plot.x(middle), HEIGHT - 10, words, "t-odd" if place % 2 else "", "middle")


def _short(value: float) -> str:
    """A number as short as the room beside a line: 86, 25k, 1.5M."""
    for least, size, letter in ((1e9, 1e9, "bn"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(value) >= least:
            return f"{value / size:.4g}{letter}"
    return f"{value:g}"


def _range(plot: _Plot) -> Iterator[str]:
    """The range of a goal that should hold, with its limits in words at the end of the line."""
    low, high = plot.chart.low, plot.chart.high
    if low is None and high is None:
        return
    top = plot.y(plot.high if high is None else high)
    bottom = plot.y(plot.low if low is None else low)
    yield (
        f'<rect class="zone" x="{LEFT}" y="{top:.1f}" width="{WIDTH - LEFT - RIGHT}" height="{max(bottom - top, 0):.1f}"/>'
    )
    for limit, words in ((low, "at least"), (high, "at most")):
        if limit is not None:
            yield f'<path class="target-l" d="M{LEFT} {plot.y(limit):.1f}H{WIDTH - RIGHT}"/>'
            yield text(WIDTH - RIGHT + 8, plot.y(limit) + 4, f"{words} {_short(limit)}", "t-strong")


def _target(plot: _Plot) -> Iterator[str]:
    target = plot.chart.target
    if target is not None:
        yield f'<path class="target-l" d="M{LEFT} {plot.y(target):.1f}H{WIDTH - RIGHT}"/>'
        yield text(WIDTH - RIGHT + 8, plot.y(target) + 4, f"Target {_short(target)}", "t-strong")


def _pace(plot: _Plot) -> Iterator[str]:
    """The expected course, and where it stands today: its label keeps clear of the line and of the measured value."""
    chart = plot.chart
    if not chart.course:
        return
    yield f'<path class="pace" d="{plot.line(chart.course)}"/>'
    value = chart.expected(chart.today) if chart.today <= chart.ends_on else None
    if value is None:
        return
    x, y = plot.x(chart.today), plot.y(value)
    yield f'<circle class="expected" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
    is_lower = bool(chart.readings) and plot.y(chart.readings[-1][1]) > y  # lower on the drawing
    is_rising = plot.y(chart.course[-1][1]) < plot.y(chart.course[0][1])
    is_left = (is_lower == is_rising) and x > LEFT + 90
    shift = -9 if is_left else 9
    words = f"expected {plot.number(value)}"
    yield text(x + shift, y + (-8 if is_lower else 17), words, "halo", "end" if is_left else "start")


def _checkpoints(plot: _Plot) -> Iterator[str]:
    """A square on the pace for each value that is to be reached by a day."""
    for on, value in plot.chart.checkpoints:
        x, y = plot.x(on), plot.y(value)
        yield f'<rect class="checkpoint" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'


def _rails(plot: _Plot) -> Iterator[str]:
    """Readings of guardrails on the time axis: a tick where they held, a cross where one was broken."""
    y = HEIGHT - BOTTOM
    for on, is_broken in plot.chart.rails:
        x = plot.x(on)
        if is_broken:
            yield f'<path class="rail-broken" d="M{x - 5:.1f} {y - 5}l10 10m0 -10l-10 10"/>'
        else:
            yield f'<path class="rail-held" d="M{x:.1f} {y - 5}v10"/>'


def _readings(plot: _Plot) -> Iterator[str]:
    readings = sorted(plot.chart.readings)
    if not readings:
        return
    points = [(plot.x(on), plot.y(value)) for on, value in readings]
    if plot.chart.is_stepped and plot.chart.today > readings[-1][0]:
        today = min(plot.chart.today, plot.chart.ends_on)
        yield f'<path class="series" d="{plot.line([*readings, (today, readings[-1][1])])}"/>'
    elif len(points) > 1:
        yield f'<path class="series" d="{plot.line(readings)}"/>'
    yield from (f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="5.5"/>' for x, y in points)
    end_x, end_y = points[-1]
    printed_x = points[0][0]
    for (x, y), (_, value) in list(zip(points, readings, strict=True))[1:-1]:
        if x - printed_x >= LABEL_GAP and end_x - x >= LABEL_GAP:
            yield text(x, y - 12, plot.stated(value), "t-mid halo", "middle")
            printed_x = x
    is_at_end = end_x > WIDTH - RIGHT - 60
    words = f"{plot.stated(readings[-1][1])}{'' if plot.chart.unit == '%' else ' '}{plot.chart.unit}".strip()
    yield text(end_x + (-4 if is_at_end else 10), end_y - 12, words, "t-num halo", "end" if is_at_end else "start")


def time_ticks(starts_on: date, ends_on: date) -> list[tuple[date, str]]:
    """Labels of the time axis, at most twelve: months at their middle, weeks for a period under two months."""
    days = (ends_on - starts_on).days
    if days < 60:
        every = max(7, 7 * ceil(days / 7 / 6))
        starts = (starts_on + timedelta(offset) for offset in range(0, days + 1, every))
        return [(on, f"{on.day} {MONTHS[on.month - 1]}") for on in starts]
    months = []
    first = starts_on.replace(day=1)
    while first <= ends_on:
        following = (first + timedelta(32)).replace(day=1)
        seen_from, seen_to = max(first, starts_on), min(following, ends_on)
        if (seen_to - seen_from).days >= 10:  # a stub of a month has no room for its name
            months.append((seen_from + (seen_to - seen_from) / 2, first))
        first = following
    every = ceil(len(months) / MOST_TICKS)
    is_long = len(months) > MOST_TICKS
    return [
        (middle, f"{MONTHS[month.month - 1]} {month:%y}" if is_long else MONTHS[month.month - 1])
        for middle, month in months[::every]
    ]


def _margin(limit: float) -> tuple[float, float]:
    """How far to show both sides of the limit of a goal that should hold."""
    reach = 0.04 * abs(limit) or 1
    return -reach, reach


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [round(low + place * step, 10) for place in range(round((high - low) / step) + 1)]


def _adding_up(dated: Iterable[Dated], total: float, starts_on: date) -> list[Dated]:
    """Running share in percent, starting at 0."""
    course: list[Dated] = [(starts_on, 0.0)]
    for on, weight in sorted(dated):
        course.append((max(on, starts_on), course[-1][1] + 100 * weight / total))
    return course


def _apart(heights: Sequence[float], gap: float = 20) -> list[float]:
    """Push labels down until none covers the one above it. `heights` ascending."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + gap) if placed else height)
    return placed
