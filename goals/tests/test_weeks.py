"""Progress week by week, and the most urgent goals of every unit: both kept beside the roll-up, both equal to counting anew."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from goals import attention, bulk, rollup
from goals.models import Goal, GoalWeek, UnitSummary, UnitWeek
from goals.progress import Need
from goals.queries import trends
from goals.rollup import summaries, urgent, weeks
from goals.tests.factories import NOON, TODAY, check_in, goal
from goals.tests.test_rollup_agreement import Undone
from goals.tests.trees import plant, sprouts

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(1)


@pytest.fixture
def family(cycle, cast):
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, metric_type="none")
    department = goal(cast.max, cycle, level="department", parent=top)
    low = goal(cast.eve, cycle, parent=department)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    return [top, department, low]


def sweep_now(cycle, on=TODAY):
    return rollup.sweep(cycle.pk, on=on, at=NOON + (on - TODAY))


def test_the_turn_of_a_day_keeps_the_day_before_in_the_row_of_its_week(family, cycle, cast):
    top, department, low = family
    check_in(low, 40)
    check_in(department, 30)
    sweep_now(cycle)

    sweep_now(cycle, TOMORROW)

    kept = trends._trends(GoalWeek, cycle.pk, [goal.pk for goal in family])
    this_week = date(2026, 6, 29)
    assert kept[top.pk] == [(this_week, {"progress": 300_000, "supporting": 300_000})]
    assert kept[department.pk] == [(this_week, {"progress": 300_000, "supporting": 400_000})]
    assert kept[low.pk] == [(this_week, {"progress": 400_000, "supporting": None})]
    ((week, helpdesk),) = trends.unit_trends(cycle.pk, [cast.helpdesk.pk])[cast.helpdesk.pk]
    assert (week, helpdesk["goals"], helpdesk["progress"]) == (this_week, 2, 350_000)
    assert (helpdesk["people"], helpdesk["covered"]) == (3, 2)


def test_a_week_has_one_row_with_the_numbers_of_its_last_day(family, cycle):
    for day in range(8):
        sweep_now(cycle, TODAY + timedelta(day))
        check_in(family[2], 10 * day, at=NOON + timedelta(day))

    trend = trends._trends(GoalWeek, cycle.pk, [family[2].pk])[family[2].pk]
    assert [week for week, _ in trend] == [date(2026, 6, 29), date(2026, 7, 6)]
    assert [values["progress"] for _, values in trend] == [400_000, 600_000]  # Sunday's, and yesterday's
    assert trends.goal_trend(family[2]) == [(week, values["progress"]) for week, values in trend]
    assert GoalWeek.objects.count() == 2


def test_weeks_are_worked_out_again_from_check_ins(family, cycle, cast):
    top, department, low = family
    for day, value in ((date(2026, 2, 10), 10), (date(2026, 2, 12), 20), (date(2026, 5, 4), 50)):
        check_in(low, value, measured_on=day)
    check_in(department, 5, measured_on=date(2026, 3, 3))
    sweep_now(cycle)

    assert rollup.rewrite(cycle.pk, on=TODAY) == 27

    trend = dict(trends._trends(GoalWeek, cycle.pk, [low.pk])[low.pk])
    assert trend[date(2025, 12, 29)]["progress"] == 0
    assert trend[date(2026, 2, 9)]["progress"] == 200_000
    assert trend[date(2026, 4, 27)]["progress"] == 200_000
    assert trend[date(2026, 6, 29)]["progress"] == 500_000
    above = dict(trends._trends(GoalWeek, cycle.pk, [top.pk])[top.pk])
    assert above[date(2026, 2, 23)]["progress"] == 0
    assert above[date(2026, 3, 2)]["progress"] == 50_000
    unit = dict(trends.unit_trends(cycle.pk, [cast.company.pk])[cast.company.pk])
    live = summaries.totals_of(bulk.standings(cycle.pk, TODAY), summaries.unit_ranges())
    assert unit[date(2026, 6, 29)]["progress"] == round(live["progress_sum"].max() / live["with_data"].max())


def test_a_private_goal_leaves_no_trace_in_the_weeks(cycle, cast):
    secret = goal(cast.eve, cycle, visibility=Goal.Visibility.PRIVATE)
    check_in(secret, 70)
    sweep_now(cycle)
    weeks.record(cycle.pk, on=TODAY)
    rollup.rewrite(cycle.pk, on=TODAY)

    assert trends._trends(GoalWeek, cycle.pk, [secret.pk]) == {secret.pk: []}
    assert not GoalWeek.objects.exists()
    assert all(
        values["goals"] in (0, None) for _, values in trends.unit_trends(cycle.pk, [cast.helpdesk.pk])[cast.helpdesk.pk]
    )
    assert UnitWeek.objects.exists()


def test_the_urgent_goals_of_a_unit_are_in_order_of_need(cycle, cast):
    """Asking for help comes first, then a broken guardrail, then how far behind, then silence."""
    names = ("stale", "behind", "far behind", "asks", "fine")
    made = {name: goal(cast.eve, cycle, title=name) for name in names}
    check_in(made["behind"], 30)
    check_in(made["far behind"], 1)
    check_in(made["asks"], 50, blocker="Two signatures")
    check_in(made["fine"], 55)
    check_in(made["stale"], 48, measured_on=TODAY - timedelta(50))
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)

    found = bulk.standings(cycle.pk, TODAY)
    needs = dict(zip(found.tree["id"].tolist(), attention.needs_of(found, attention.asking(cycle.pk)), strict=True))
    named = {goal.pk: name for name, goal in made.items()}
    listed = UnitSummary.objects.get(unit=cast.helpdesk).urgent_goals
    assert [(named[pk], needs[pk]) for pk in listed] == [
        ("asks", Need.ASKS),
        ("far behind", Need.OFF_TRACK),
        ("behind", Need.AT_RISK),
        ("stale", Need.STALE),
    ]
    assert UnitSummary.objects.get(unit=cast.company).urgent_goals == listed
    assert UnitSummary.objects.get(unit=cast.sales).urgent_goals == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(shape=sprouts())
def test_every_unit_lists_the_first_of_all_goals_below_it(shape, cycle, cast):
    with Undone():
        goals = plant(shape, cycle, cast.eve)
        for place, one in enumerate(goals):
            Goal.objects.filter(pk=one.pk).update(unit=(cast.company, cast.helpdesk, cast.sales)[place % 3])
        rollup.rebuild(cycle.pk, on=TODAY, at=NOON)

        found = bulk.standings(cycle.pk, TODAY)
        needs = attention.needs_of(found, attention.asking(cycle.pk))
        for unit in (cast.company, cast.helpdesk, cast.sales):
            below = {unit.pk} if unit != cast.company else {cast.company.pk, cast.helpdesk.pk, cast.sales.pk}
            among = found.tree["id"] > 0
            among &= [one in below for one in found.tree["unit"].tolist()]
            expected = found.tree["id"][attention.in_order(found, needs, among)][: urgent.KEPT].tolist()
            assert UnitSummary.objects.get(cycle=cycle, unit=unit).urgent_goals == expected
