"""Inline SVG charts in pure Python: geometry here, colour in static/css by class, no script and no style attribute.

Every chart that says something has role="img" and an aria-label with the finding in words; the page shows the same
numbers as text or table beside it. Small repeated marks (glyph, key, marker rows) are aria-hidden: the word stands next
to them. All functions take plain values and return markup in which every text is escaped.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from itertools import pairwise
from math import cos, pi, sin

# Whose view a line shows. This is also the drawing order, so that the employees' own line lies on top.
WHO = ("desired", "leaders", "customers", "employees")
SPOKES = 7
BAND_LIMITS = (50, 65, 80, 100)  # method.md 1.6: where Mixed, Good and Strong begin, and the rim
ANSWER_LABEL_FROM = 7  # percent: narrower parts of an answer bar have no room for their number

Values = Sequence[float | None]
Wave = tuple[float, float | None, float | None]  # score, and between what it is likely to be


def wheel(
    labels: Sequence[str],
    series: Mapping[str, Values],
    title: str,
    *,
    size: int = 350,
    numbers: str = "employees",
    with_scale: bool = True,
) -> str:
    """Profile of the seven Cs: one spoke each, centre 0, rim 100, rings at the band limits.

    `series` maps a viewpoint of WHO to seven values; None leaves a gap in its line. `numbers` names the viewpoint
    whose values are printed at the spokes ("" prints none). Follow it with the table of the same numbers.
    """
    pad_x, pad_y = 106, 46
    radius = size / 2
    centre = (radius + pad_x, radius + pad_y)
    parts = [open_svg(size + 2 * pad_x, size + 2 * pad_y, title, "wheel")]
    parts += [_ring(centre, radius * limit / 100) for limit in BAND_LIMITS]
    for spoke in range(SPOKES):
        x, y = _on_wheel(centre, radius, spoke)
        parts.append(f'<path class="grid-l" d="M{centre[0]:g} {centre[1]:g}L{x:.1f} {y:.1f}"/>')
    for who in WHO:
        if who in series:
            parts += _wheel_line(who, series[who], centre, radius)
    if with_scale:
        for limit in BAND_LIMITS:  # half way between the first two spokes, where no line label stands
            x, y = _on_wheel(centre, radius * limit / 100 * cos(pi / SPOKES), 0.5)
            parts.append(text(x, y + 4, limit, "t-small halo", "middle"))
    printed = series.get(numbers, [None] * SPOKES)
    for spoke, (label, value) in enumerate(zip(labels, printed, strict=True)):
        parts += _spoke_label(spoke, label, value, centre, radius)
    return "".join(parts) + "</svg>"


@cache
def glyph(number: int, *, large: bool = False) -> str:
    """Small wheel with spoke `number` (1 to 7) lit: the sign of one C, used beside its name everywhere."""
    parts = [f'<svg class="cglyph{" cglyph-lg" if large else ""}" viewBox="0 0 24 24" aria-hidden="true">']
    for spoke in range(SPOKES):
        (x1, y1), (x2, y2) = _on_wheel((12, 12), 3.6, spoke), _on_wheel((12, 12), 10.6, spoke)
        lit = ' class="on"' if spoke + 1 == number else ""
        parts.append(f'<path{lit} d="M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}"/>')
    return "".join(parts) + '<circle cx="12" cy="12" r="2"/></svg>'


@cache
def mark() -> str:
    """The product's mark: the wheel with spokes of unequal length."""
    parts = ['<svg class="product-mark" viewBox="0 0 28 28" aria-hidden="true">']
    for spoke in range(SPOKES):
        outer = 10 if spoke in (0, 3, 5) else 12.2
        (x1, y1), (x2, y2) = _on_wheel((14, 14), 4.8, spoke), _on_wheel((14, 14), outer, spoke)
        parts.append(f'<path d="M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}"/>')
    return "".join(parts) + "</svg>"


@cache
def key(who: str) -> str:
    """Line and marker of one viewpoint, for legends."""
    return (
        '<svg class="key" viewBox="0 0 40 14" aria-hidden="true">'
        f'<path class="s-{escape(who)}" d="M1 7H39"/>{marker(who, 20, 7, 4.5)}</svg>'
    )


def line_key(kind: str) -> str:
    """Line of a goal chart, for legends: "series", "pace" or "target-l"."""
    return f'<svg class="key chart" viewBox="0 0 40 14" aria-hidden="true"><path class="{escape(kind)}" d="M1 7H39"/></svg>'


@cache
def scale(*, width: int = 190) -> str:
    """Axis head 0 to 100 for a column of spread() rows."""
    anchors = {0: "start", 100: "end"}
    ticks = "".join(
        text(_on_scale(value, width), 12, value, "t-small", anchors.get(value, "middle"))
        for value in (0, 25, 50, 75, 100)
    )
    return f'<svg class="chart" viewBox="0 0 {width} 16" aria-hidden="true">{ticks}</svg>'


def spread(values: Mapping[str, float | None], *, width: int = 190) -> str:
    """One row of a range plot: viewpoints on a common scale 0 to 100, joined by a line. Print the numbers beside it."""
    parts = [f'<svg class="chart" viewBox="0 0 {width} 26" aria-hidden="true">']
    parts += [f'<path class="grid-l" d="M{_on_scale(tick, width):.1f} 0V26"/>' for tick in (0, 25, 50, 75, 100)]
    ends = [_on_scale(value, width) for who, value in values.items() if value is not None and who != "desired"]
    if len(ends) > 1:
        parts.append(f'<path class="axis-l" d="M{min(ends):.1f} 13H{max(ends):.1f}"/>')
    for who in WHO:
        value = values.get(who)
        if value is not None:
            parts.append(marker(who, _on_scale(value, width), 13, 6))
    return "".join(parts) + "</svg>"


def track(done: float, expected: float | None = None, *, label: str = "") -> str:
    """Progress bar in percent with a mark at the progress expected by now. Say both numbers in text beside it."""
    shown = min(max(done, 0), 100)
    words = label or _progress_words(done, expected)
    tick = ""
    if expected is not None:
        tick = f'<rect class="expected" x="{min(max(expected, 0), 100):g}%" y="-4" width="2" height="16" rx="1"/>'
    return (
        f'<svg class="track" role="img" aria-label="{escape(words)}">'
        f'<rect class="done" width="{shown:g}%" height="8" rx="4"/>{tick}</svg>'
    )


def progress_line(done: float, *, label: str) -> str:
    """Thin bar without a mark: how far a questionnaire, an assessment or a job has come, in percent."""
    shown = min(max(done, 0), 100)
    return (
        f'<svg class="progress-line" role="progressbar" aria-label="{escape(label)}" aria-valuenow="{shown:.0f}" '
        f'aria-valuemin="0" aria-valuemax="100"><rect class="done" width="{shown:g}%" height="100%" rx="3"/></svg>'
    )


def answer_bar(shares: Sequence[float], answers: Sequence[str]) -> str:
    """Distribution of one statement: `shares` in percent, unfavourable first; `answers` are the words, same order."""
    words = ", ".join(f"{answer} {share:.0f}%" for answer, share in zip(answers, shares, strict=True))
    total = sum(shares) or 1
    parts = [f'<svg class="dbar" role="img" aria-label="{escape(words)}">']
    start = 0.0
    for place, share in enumerate(shares, start=1):
        width = 100 * share / total
        if width:
            parts.append(f'<rect class="a{place}" x="{start:.2f}%" width="{width:.2f}%" height="100%"/>')
        if share >= ANSWER_LABEL_FROM:
            parts.append(f'<text class="a{place}" x="{start + width / 2:.2f}%" y="50%" dy=".35em">{share:.0f}</text>')
        start += width
    return "".join(parts) + "</svg>"


def split_bar(parts: Sequence[tuple[str, float]], *, label: str) -> str:
    """One bar in parts of unequal length. `parts`: css class (a1 to a5) and amount."""
    total = sum(amount for _, amount in parts) or 1
    out = [f'<svg class="dbar" role="img" aria-label="{escape(label)}">']
    start = 0.0
    for css_class, amount in parts:
        width = 100 * amount / total
        out.append(f'<rect class="{escape(css_class)}" x="{start:.2f}%" width="{width:.2f}%" height="100%"/>')
        out.append(
            f'<text class="{escape(css_class)}" x="{start + width / 2:.2f}%" y="50%" dy=".35em">{amount:g}</text>'
        )
        start += width
    return "".join(out) + "</svg>"


def _progress_words(done: float, expected: float | None) -> str:
    words = f"{done:.0f}% done"
    return words if expected is None else f"{words}, {expected:.0f}% expected by now"


def open_svg(width: float, height: float, title: str, kind: str = "") -> str:
    return (
        f'<svg class="chart{" " + kind if kind else ""}" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(title)}">'
    )


def text(x: float, y: float, words: object, css_class: str = "", anchor: str = "start") -> str:
    classes = f' class="{css_class}"' if css_class else ""
    return f'<text{classes} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(str(words))}</text>'


def marker(who: str, x: float, y: float, size: float = 5) -> str:
    """The four shapes: filled circle, square, triangle, hollow diamond. Shape tells them apart where hue does not."""
    if who == "employees":
        return f'<circle class="m-employees" cx="{x:.1f}" cy="{y:.1f}" r="{size:g}"/>'
    if who == "leaders":
        side = 2 * size - 1
        return f'<rect class="m-leaders" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:g}" height="{side:g}"/>'
    reach = size + 1
    if who == "customers":
        return f'<path class="m-customers" d="M{x:.1f} {y - reach:.1f}l{reach:g} {2 * size:g}h-{2 * reach:g}z"/>'
    step = f"{reach:g}"
    return f'<path class="m-desired" d="M{x:.1f} {y - reach:.1f}l{step} {step}l-{step} {step}l-{step} -{step}z"/>'


def _on_wheel(centre: tuple[float, float], radius: float, spoke: float) -> tuple[float, float]:
    angle = -pi / 2 + 2 * pi * spoke / SPOKES
    return centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)


def _on_scale(value: float, width: int) -> float:
    return 8 + (width - 16) * value / 100


def _ring(centre: tuple[float, float], radius: float) -> str:
    points = " ".join("{:.1f},{:.1f}".format(*_on_wheel(centre, radius, spoke)) for spoke in range(SPOKES))
    return f'<polygon class="grid-l" points="{points}"/>'


def _wheel_line(who: str, values: Values, centre: tuple[float, float], radius: float) -> list[str]:
    points = [
        None if value is None else _on_wheel(centre, radius * value / 100, spoke) for spoke, value in enumerate(values)
    ]
    known = [point for point in points if point]
    parts = []
    if len(known) == len(points):
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in known)
        if who == "employees":
            parts.append(f'<polygon class="area-employees" points="{corners}"/>')
        parts.append(f'<polygon class="s-{who}" points="{corners}"/>')
    else:
        for start, end in pairwise([*points, points[0]]):
            if start and end:
                parts.append(f'<path class="s-{who}" d="M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"/>')
    size = 5.5 if who == "employees" else 4.5
    return parts + [marker(who, x, y, size) for x, y in known]


def _spoke_label(spoke: int, label: str, value: float | None, centre: tuple[float, float], radius: float) -> list[str]:
    x, y = _on_wheel(centre, radius + 16, spoke)
    anchor = "middle" if abs(x - centre[0]) < 12 else "start" if x > centre[0] else "end"
    if spoke == 0:
        y -= 22
    elif y > centre[1] + radius * 0.8:
        y += 14
    elif y < centre[1]:
        y -= 4
    parts = []
    if label:
        name = f'{spoke + 1}<tspan class="nm"> {escape(label)}</tspan>'
        parts.append(f'<text class="t-strong" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{name}</text>')
    if value is not None:
        parts.append(text(x, y + 18, f"{value:.0f}", "t-num", anchor))
    return parts


def spark(values: Sequence[float], pace: Sequence[float] = (), *, width: int = 132, height: int = 36) -> str:
    """The course of one value with the expected pace behind it, for cards; evenly spaced."""
    everything = [*values, *pace]
    if not values:
        return ""
    low, high = min(everything), max(everything)

    def line(points: Sequence[float]) -> list[tuple[float, float]]:
        step = (width - 8) / max(1, len(points) - 1)
        return [
            (4 + step * place, height - 5 - (height - 10) * (value - low) / ((high - low) or 1))
            for place, value in enumerate(points)
        ]

    parts = [f'<svg class="chart spark" viewBox="0 0 {width} {height}" aria-hidden="true">']
    if len(pace) > 1:
        parts.append(f'<path class="pace" d="{path(line(pace))}"/>')
    own = line(values)
    if len(own) > 1:
        parts.append(f'<path class="series" d="{path(own)}"/>')
    x, y = own[-1]
    return "".join(parts) + f'<circle class="dot" r="4.5" cx="{x:.1f}" cy="{y:.1f}"/></svg>'


def waves(labels: Sequence[str], lines: Mapping[str, Mapping[int, Wave]], title: str) -> str:
    """Scores from wave to wave, a line per class of `lines` ("employees", "series"), each score with its interval.

    A line maps places among `labels` to (score, low, high), low and high None where there is no interval. Follow it with
    the table of the same numbers.
    """
    width, height, left, right, top, bottom = 500, 220, 34, 470, 12, 190
    found = [value for line in lines.values() for wave in line.values() for value in wave if value is not None]
    lowest = max(
        0, (min(found) // 10 - 1) * 10
    )  # room above and below, so that a point or two looks like a point or two
    highest = min(100, -(-max(found) // 10) * 10 + 10)

    def across(place: int) -> float:
        return left + 30 + (right - left - 60) * place / max(1, len(labels) - 1)

    def up(value: float) -> float:
        return bottom - (bottom - top) * (value - lowest) / (highest - lowest)

    parts = [open_svg(width, height, title, "time-chart")]
    for value in range(int(lowest), int(highest) + 1, 10 if highest - lowest <= 50 else 20):  # noqa: PLR2004 - five lines
        parts.append(f'<path class="grid-l" d="M{left} {up(value):.1f}H{right}"/>')
        parts.append(text(left - 6, up(value) + 4, value, "t-small", "end"))
    for place, label in enumerate(labels):
        parts.append(text(across(place), height - 6, label, "t-small", "middle"))
    for kind, line in lines.items():
        points = [(across(place), up(score)) for place, (score, _, _) in sorted(line.items())]
        parts.append(f'<path class="{"series" if kind == "series" else f"s-{kind}"}" d="{path(points)}"/>')
        for place, (score, low, high) in sorted(line.items()):
            if low is not None and high is not None:
                parts.append(f'<path class="interval" d="M{across(place):.1f} {up(low):.1f}V{up(high):.1f}"/>')
            dot = f'<circle class="dot" r="5" cx="{across(place):.1f}" cy="{up(score):.1f}"/>'
            parts.append(dot if kind == "series" else marker(kind, across(place), up(score)))
    return "".join(parts) + "</svg>"


def path(points: Sequence[tuple[float, float]]) -> str:
    """Straight lines through the points, as path data."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
