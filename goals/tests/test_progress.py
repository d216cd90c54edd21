"""Goal arithmetic: method.md section 13, worked examples E22 to E24 and the status table."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from goals import progress
from goals.progress import PPM, Measure, MetricType, Part, Standing, Status, Step

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
MIDDLE = date(2026, 7, 1)


def measure(kind: str, **numbers: object) -> Measure:
    return Measure(MetricType(kind), **{name: Decimal(str(value)) for name, value in numbers.items()})


def standing(reached: int | None, expected: int | None = 500_000, **given: object) -> Standing:
    return Standing(*YEAR, reached, expected, **given)  # type: ignore[arg-type]


def test_e22_a_falling_measure_half_way_at_half_time_is_on_track():
    start, due, today = date(2026, 1, 1), date(2026, 4, 1), date(2026, 2, 15)

    reached = measure("decrease", baseline=48, target=24).progress(Decimal(36))
    expected = progress.linear_pace(start, due, today)

    assert (reached, expected) == (500_000, 500_000)
    assert Standing(start, due, reached, expected).status(today) is Status.ON_TRACK


def test_e23_a_kept_value_a_little_outside_is_at_risk_while_it_runs():
    kept = measure("maintain", low=95, tolerance=3)

    assert progress.rounded(kept.progress(Decimal("94.2"))) == 7333
    assert standing(kept.progress(Decimal("94.2")), None, is_kept=True).status(MIDDLE) is Status.AT_RISK
    assert kept.progress(Decimal(95)) == PPM
    assert standing(PPM, None, is_kept=True).status(MIDDLE) is Status.ON_TRACK


def test_e24_pace_on_day_181_of_364():
    assert progress.rounded(progress.linear_pace(*YEAR, MIDDLE)) == 4973


def test_e24_supporting_goals_are_weighted_and_clamped():
    g1 = progress.roll_up(
        [Part(2, 600_000, 497_253, False), Part(1, 550_000, 497_253, False), Part(1, 222_222, 497_253, False)]
    )
    g4 = progress.roll_up(
        [Part(2, -75_000, 497_253, False), Part(1, 650_000, 497_253, False), Part(1, 750_000, PPM, False)]
    )

    assert (progress.rounded(g1.progress), g1.status) == (4931, Status.ON_TRACK)
    assert (progress.rounded(g4.progress), progress.rounded(g4.expected)) == (3500, 6229)
    assert progress.tells_different_story(733_333, g4.progress)
    assert not progress.tells_different_story(562_500, g1.progress)


@pytest.mark.parametrize(
    ("kind", "numbers", "current", "reached"),
    [
        ("increase", {"baseline": 78, "target": 86}, "82.5", 562_500),
        ("increase", {"baseline": 78, "target": 86}, None, 0),
        ("increase", {"baseline": 0, "target": 10}, "12", 1_200_000),
        ("decrease", {"baseline": 9, "target": 5}, "9.3", -75_000),
        ("decrease", {"baseline": 30, "target": 20}, "27", 300_000),
        ("maintain", {"low": 95, "tolerance": 3}, "99", PPM),
        ("maintain", {"low": 95, "tolerance": 3}, "90", 0),
        ("maintain", {"high": 4, "tolerance": 2}, "5", 500_000),
        ("maintain", {"low": 2, "high": 4, "tolerance": 1}, "1.5", 500_000),
        ("maintain", {"low": 95, "tolerance": 3}, None, None),
        ("none", {}, None, None),
    ],
)
def test_progress_of_each_kind_of_measure(kind, numbers, current, reached):
    assert measure(kind, **numbers).progress(Decimal(current) if current else None) == reached


def test_milestones_weigh():
    steps = [Step(1, done_on=MIDDLE), Step(1), Step(2)]

    assert progress.milestones_done(steps) == 250_000
    assert progress.milestones_done([]) is None


def test_milestones_pace_needs_every_date():
    dated = [
        Step(1, date(2026, 3, 15)),
        Step(1, date(2026, 5, 15)),
        Step(2, date(2026, 7, 15)),
        Step(2, date(2026, 9, 30)),
    ]

    assert progress.pace_by_milestones(dated, MIDDLE) == 333_333
    assert progress.pace_by_milestones([*dated, Step(1)], MIDDLE) is None


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 12, 1), 0),
        (date(2026, 1, 1), 0),
        (date(2026, 2, 1), 50_000),
        (date(2026, 3, 4), 100_000),
        (date(2026, 12, 31), PPM),
        (date(2027, 1, 5), PPM),
    ],
)
def test_checkpoints_bend_the_line(on, expected):
    points = [(date(2026, 3, 4), 100_000), (date(2026, 10, 1), 800_000)]

    assert progress.pace_by_checkpoints(*YEAR, points, on) == expected


def test_a_goal_of_one_day_is_expected_from_that_day():
    day = date(2026, 5, 1)

    assert progress.linear_pace(day, day, day - timedelta(1)) == 0
    assert progress.linear_pace(day, day, day) == PPM


@pytest.mark.parametrize(
    ("case", "on", "status"),
    [
        (standing(PPM), date(2025, 12, 31), Status.NOT_STARTED),
        (standing(PPM), MIDDLE, Status.ACHIEVED),
        (standing(999_950), MIDDLE, Status.ACHIEVED),  # 1.0000 after rounding
        (standing(999_949), date(2027, 1, 1), Status.MISSED),
        (standing(400_000), MIDDLE, Status.ON_TRACK),  # exactly .10 behind
        (standing(399_949), MIDDLE, Status.AT_RISK),
        (standing(250_000), MIDDLE, Status.AT_RISK),  # exactly .25 behind
        (standing(249_949), MIDDLE, Status.OFF_TRACK),
        (standing(-300_000, 0), MIDDLE, Status.OFF_TRACK),  # moving backwards counts in full
        (standing(None), MIDDLE, Status.NO_DATA),
        (standing(None), date(2027, 1, 1), Status.MISSED),
        (standing(PPM, None, is_kept=True), MIDDLE, Status.ON_TRACK),
        (standing(1_000, None, is_kept=True), MIDDLE, Status.AT_RISK),
        (standing(0, None, is_kept=True), MIDDLE, Status.OFF_TRACK),
        (standing(PPM, None, is_kept=True), date(2027, 1, 1), Status.ACHIEVED),
        (standing(900_000, None, is_kept=True), date(2027, 1, 1), Status.MISSED),
        (standing(PPM, PPM, has_metric=False), MIDDLE, Status.ON_TRACK),  # not every supporting goal is achieved
        (standing(PPM, PPM, has_metric=False, is_complete=True), MIDDLE, Status.ACHIEVED),
    ],
)
def test_the_status_table(case, on, status):
    assert case.status(on) is status


def test_a_breached_guardrail_takes_on_track_away_and_leaves_achieved():
    assert progress.shown(Status.ON_TRACK, is_breached=True) is Status.AT_RISK
    assert progress.shown(Status.ACHIEVED, is_breached=True) is Status.ACHIEVED
    assert progress.shown(Status.OFF_TRACK, is_breached=True) is Status.OFF_TRACK
    assert progress.shown(Status.ON_TRACK, is_breached=False) is Status.ON_TRACK


def test_stale_after_45_days_while_the_goal_runs():
    start = date(2026, 1, 1)

    def stale(status: Status, days_ago: int | None) -> bool:
        checked_on = None if days_ago is None else MIDDLE - timedelta(days_ago)
        return progress.is_stale(status, starts_on=start, checked_on=checked_on, on=MIDDLE)

    assert stale(Status.ON_TRACK, 45)
    assert not stale(Status.ON_TRACK, 44)
    assert stale(Status.AT_RISK, None)
    assert not stale(Status.ACHIEVED, 100)
    assert not stale(Status.NOT_STARTED, None)


def test_what_has_no_data_or_no_weight_does_not_count():
    assert progress.roll_up([]) is None
    assert progress.roll_up([Part(0, 500_000, 0, False)]) is None
    assert progress.roll_up([Part(3, None, 0, False)]) is None
    assert progress.roll_up([Part(3, None, 0, False), Part(1, 200_000, 0, False)]).progress == 200_000
    assert progress.roll_up([Part(1, PPM, None, False)]).status is Status.ON_TRACK  # kept and running: not achieved
    assert progress.roll_up([Part(1, PPM, PPM, True)]).status is Status.ACHIEVED
