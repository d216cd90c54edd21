"""Geometry of the charts: what is drawn where, what is said in words, and that nothing inline or unescaped gets in."""

import re
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest

from core import charts
from core.goal_chart import GoalChart, goal_chart, nice_scale, of_milestones, time_ticks, trend

LABELS = ["Strategy", "Characteristics", "Leaders", "Commitment", "Communication", "Competency", "Consequence"]
EMPLOYEES = [66, 61, 52, 70, 58, 64, 47]
YEAR: Any = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "today": date(2026, 7, 1)}
HOURS = GoalChart(
    title="Hours fell from 30 to 27. Expected by now: 25.",
    readings=[(date(2026, 1, 1), 30.0), (date(2026, 4, 1), 29.0), (date(2026, 7, 1), 27.0)],
    unit="hours",
    baseline=30,
    target=20,
    **YEAR,
)
IN_TIME = GoalChart(
    title="94.2% start in the window", readings=[(date(2026, 6, 1), 94.2)], unit="%", low=95, high=None, **YEAR
)
MILESTONES = of_milestones(
    "2 of 4 done",
    [
        (1, date(2026, 3, 1), date(2026, 3, 10)),
        (1, date(2026, 6, 1), date(2026, 5, 20)),
        (2, date(2026, 11, 1), None),
    ],
    **YEAR,
)
EVERY_CHART = {
    "wheel": charts.wheel(LABELS, {"employees": EMPLOYEES, "leaders": [78] * 7}, "Profile"),
    "waves": charts.waves(
        ["May 2025", "May 2026"],
        {"employees": {0: (62.4, 58, 66), 1: (66.0, None, None)}, "series": {0: (51.0, 40, 62), 1: (55.0, 44, 66)}},
        "Tarn <Ltd> 62, 66; Helpdesk 51, 55",
    ),
    "glyph": charts.glyph(3),
    "mark": charts.mark(),
    "key": charts.key("customers"),
    "line key": charts.line_key("pace"),
    "scale": charts.scale(),
    "spread": charts.spread({"employees": 66, "customers": 58, "desired": 80}),
    "track": charts.track(24, 50),
    "progress line": charts.progress_line(33, label="Survey progress"),
    "answer bar": charts.answer_bar([6, 15, 26, 38, 15], ["a", "b", "c", "d", "e"]),
    "split bar": charts.split_bar([("a4", 71), ("a2", 29)], label="Context 71%, person 29%"),
    "spark": charts.spark([0, 1, 3, 4, 6], [0, 5]),
    "falling goal": goal_chart(HOURS),
    "goal that holds": goal_chart(IN_TIME),
    "milestones": goal_chart(MILESTONES),
    "trend": trend({"employees": [58, 60], "leaders": [71, 76]}, ["Autumn", "Spring"], "Up 2"),
}


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def words(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in parse(svg).iter("text")]


@pytest.mark.parametrize("name", EVERY_CHART)
def test_every_chart_is_well_formed_and_carries_no_inline_style_or_script(name: str) -> None:
    svg = EVERY_CHART[name]

    parse(svg)
    assert "style" not in svg
    assert "script" not in svg
    assert "nan" not in svg


@pytest.mark.parametrize("name", EVERY_CHART)
def test_every_chart_says_its_finding_or_is_hidden_from_assistive_technology(name: str) -> None:
    root = parse(EVERY_CHART[name])

    if root.get("aria-hidden") != "true":
        assert root.get("role") in {"img", "progressbar"}
        assert root.get("aria-label")


def test_words_in_a_chart_are_escaped() -> None:
    evil = '"><script>alert(1)</script>'

    svg = charts.wheel([evil, *LABELS[1:]], {"employees": EMPLOYEES}, evil)
    svg += goal_chart(
        GoalChart(title=evil, readings=[(date(2026, 2, 1), 1.0)], unit=evil, baseline=0, target=2, **YEAR)
    )
    svg += charts.track(1, 2, label=evil) + charts.answer_bar([100], [evil]) + charts.progress_line(1, label=evil)

    assert "<script" not in svg


# --- wheel ------------------------------------------------------------------------------------------------------------


def test_the_wheel_puts_100_on_the_rim_and_0_in_the_centre() -> None:
    svg = charts.wheel(LABELS, {"employees": [100, *[0] * 6]}, "Profile", size=200)

    points = re.search(r'class="s-employees" points="([^"]+)"', svg)
    assert points is not None
    corners = points[1].split()
    assert corners[0] == "206.0,46.0"  # straight up: half the width plus the margin, top margin
    assert set(corners[1:]) == {"206.0,146.0"}


def test_the_wheel_prints_names_and_the_numbers_of_one_viewpoint() -> None:
    svg = charts.wheel(LABELS, {"employees": EMPLOYEES, "leaders": [99] * 7}, "Profile")

    printed = words(svg)
    assert "7 Consequence" in printed
    assert "47" in printed
    assert "99" not in printed


def test_a_hidden_value_leaves_a_gap_in_the_line_of_the_wheel() -> None:
    svg = charts.wheel(LABELS, {"employees": [66, None, 52, 70, 58, 64, 47]}, "Profile")

    assert 'polygon class="s-employees"' not in svg
    assert svg.count('path class="s-employees"') == 5
    assert svg.count("m-employees") == 6


def test_viewpoints_differ_by_marker_and_not_by_colour_alone() -> None:
    markers = {who: re.sub(r"m-\w+|[\d.]+", "", charts.marker(who, 10, 10)) for who in charts.WHO}

    assert len(set(markers.values())) == 4


# --- bars -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "expected", "width", "label"),
    [
        (24, 50, "24%", "24% done, 50% expected by now"),
        (-3.75, 50, "0%", "-4% done, 50% expected by now"),
        (112.5, None, "100%", "112% done"),
        (0, 0, "0%", "0% done, 0% expected by now"),
    ],
)
def test_a_track_stays_inside_its_bar_and_says_the_true_numbers(
    done: float, expected: float | None, width: str, label: str
) -> None:
    root = parse(charts.track(done, expected))

    assert root[0].get("width") == width
    assert root.get("aria-label") == label
    assert len(root) == (1 if expected is None else 2)


def test_an_answer_bar_fills_its_width_and_labels_only_wide_parts() -> None:
    root = parse(charts.answer_bar([6, 15, 26, 38, 15], ["no", "rather no", "neither", "rather yes", "yes"]))

    widths = [float((bar.get("width") or "").rstrip("%")) for bar in root.iter("rect")]
    assert sum(widths) == pytest.approx(100)
    assert [label.text for label in root.iter("text")] == ["15", "26", "38", "15"]
    assert root.get("aria-label") == "no 6%, rather no 15%, neither 26%, rather yes 38%, yes 15%"


def test_an_answer_bar_of_nobody_is_empty() -> None:
    assert "rect" not in charts.answer_bar([0, 0, 0, 0, 0], ["a", "b", "c", "d", "e"])


def test_a_spark_of_one_value_is_a_dot_and_of_none_is_nothing() -> None:
    assert "series" not in charts.spark([3.0])
    assert "circle" in charts.spark([3.0])
    assert charts.spark([]) == ""


# --- goals over time --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "limits"),
    [
        (20, 30.5, (17.5, 32.5, 2.5)),
        (0, 10, (0, 12, 2)),
        (78, 86, (76, 88, 2)),
        (95, 95, (80, 100, 20)),
        (0.2, 0.9, (0, 1.0, 0.2)),
        (-5, 5, (-6, 6, 2)),
    ],
)
def test_axis_limits_are_round_and_leave_the_extremes_off_the_edge(
    low: float, high: float, limits: tuple[float, float, float]
) -> None:
    assert nice_scale(low, high, floor_at=0 if low >= 0 else None) == pytest.approx(limits)


def test_counts_get_whole_steps() -> None:
    assert nice_scale(0, 3, floor_at=0, is_whole=True) == (0, 4, 1)
    assert nice_scale(0, 12, floor_at=0, is_whole=True) == (0, 15, 5)


def test_a_falling_goal_shows_pace_target_today_and_both_values() -> None:
    svg = goal_chart(HOURS)

    printed = words(svg)
    assert {"today", "Target 20", "27.0 hours", "29.0"} <= set(printed)
    assert "expected 25.0" in printed
    assert 'class="zone"' not in svg


def test_the_label_of_the_expected_value_keeps_away_from_the_measured_one() -> None:
    for reading in (27.0, 23.0):
        root = parse(
            goal_chart(GoalChart(title="t", readings=[(date(2026, 7, 1), reading)], baseline=30, target=20, **YEAR))
        )
        height = {"".join(label.itertext()): float(label.get("y") or 0) for label in root.iter("text")}
        assert abs(height["expected 25.0"] - height[f"{reading:.1f}"]) > 16


def test_a_goal_that_should_hold_shows_its_range_and_no_pace() -> None:
    svg = goal_chart(IN_TIME)

    assert 'class="zone"' in svg
    assert 'class="pace"' not in svg
    assert "at least 95" in words(svg)
    assert IN_TIME.expected(date(2026, 7, 1)) is None


def test_checkpoints_bend_the_pace() -> None:
    seasonal = GoalChart(
        title="t",
        readings=[],
        baseline=0,
        target=100,
        pace=[(date(2026, 1, 1), 0.0), (date(2026, 10, 1), 20.0), (date(2026, 12, 31), 100.0)],
        **YEAR,
    )

    assert seasonal.expected(date(2026, 10, 1)) == 20
    assert seasonal.expected(date(2026, 7, 1)) == pytest.approx(20 * 181 / 273)
    assert seasonal.expected(date(2027, 5, 1)) == 100


def test_milestones_rise_in_steps_by_weight() -> None:
    assert list(MILESTONES.readings) == [
        (date(2026, 1, 1), 0),
        (date(2026, 3, 10), 25),
        (date(2026, 5, 20), 50),
    ]
    assert MILESTONES.expected(date(2026, 10, 31)) == 50
    assert MILESTONES.expected(date(2026, 11, 1)) == 100
    assert "expected 50" in words(goal_chart(MILESTONES))


def test_milestones_without_all_due_dates_have_no_pace() -> None:
    some_open = of_milestones("t", [(1, None, None), (1, date(2026, 3, 1), None)], **YEAR)

    assert list(some_open.pace) == []
    assert 'class="pace"' not in goal_chart(some_open)


def test_a_goal_without_any_reading_still_shows_where_it_should_go() -> None:
    svg = goal_chart(GoalChart(title="No value yet", readings=[], baseline=30, target=20, **YEAR))

    assert 'class="pace"' in svg
    assert 'class="series"' not in svg


def test_the_lines_of_large_numbers_have_short_labels() -> None:
    svg = goal_chart(
        GoalChart(title="t", readings=[(date(2026, 3, 1), 1_500_000)], baseline=1_000_000, target=2_500_000, **YEAR)
    )

    assert "Target 2.5M" in words(svg)
    assert "1,500,000.0" in words(svg)
    assert "e+06" not in svg


def test_today_is_left_out_when_the_goal_is_over() -> None:
    over = GoalChart(
        title="t",
        readings=[],
        baseline=0,
        target=1,
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 6, 30),
        today=date(2026, 7, 1),
    )

    assert "today" not in words(goal_chart(over))


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "first", "count"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), "Jan", 12),
        (date(2026, 3, 15), date(2026, 6, 30), "Mar", 4),
        (date(2025, 1, 1), date(2026, 12, 31), "Jan 25", 12),
        (date(2026, 7, 1), date(2026, 7, 29), "1 Jul", 5),
        (date(2026, 7, 1), date(2026, 7, 1), "1 Jul", 1),
    ],
)
def test_the_time_axis_has_at_most_twelve_labels(starts_on: date, ends_on: date, first: str, count: int) -> None:
    ticks = time_ticks(starts_on, ends_on)

    assert ticks[0][1] == first
    assert len(ticks) == count
    assert all(starts_on <= on <= ends_on for on, _ in ticks)


def test_the_labels_at_the_end_of_trend_lines_do_not_cover_each_other() -> None:
    root = parse(trend({"employees": [60, 61], "leaders": [60, 62], "customers": [60, 61.5]}, ["a", "b"], "Level"))

    heights = sorted(float(label.get("y") or 0) for label in root.iter("text") if "t-end" in (label.get("class") or ""))
    assert len(heights) == 3
    assert all(following - first >= 15 for first, following in zip(heights, heights[1:], strict=False))


def test_checkpoints_and_readings_of_guardrails_stand_on_the_chart():
    svg = goal_chart(
        GoalChart(
            title="Seasonal",
            baseline=0,
            target=100,
            readings=[(date(2026, 3, 1), 10)],
            checkpoints=[(date(2026, 6, 30), 20), (date(2026, 9, 30), 80)],
            rails=[(date(2026, 4, 1), False), (date(2026, 5, 1), True)],
            **YEAR,
        )
    )

    assert (svg.count('class="checkpoint"'), svg.count('class="rail-held"'), svg.count('class="rail-broken"')) == (
        2,
        1,
        1,
    )
