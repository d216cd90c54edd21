"""The page of a goal says how its own number, its pace and its status come about, so that anybody can check them by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from goals import services
from goals.models import Goal
from goals.queries.explainer import explain
from goals.tests.factories import NOON, TODAY, check_in, goal
from people.access import Viewer

pytestmark = pytest.mark.django_db


def said(one, person, on=TODAY):
    return explain(Goal.objects.with_words().get(pk=one.pk), Viewer.of(person.user), on=on).own_sentences


def number(cast, cycle, first, target, unit="", **given):
    given.setdefault("metric_type", "increase" if target > first else "decrease")
    return goal(cast.eve, cycle, baseline=Decimal(first), target=Decimal(target), metric_unit=unit, decimals=1, **given)


def test_e22_a_falling_measure_on_its_pace(cycle, cast):
    hours = number(cast, cycle, 48, 24, "hours", due_on=date(2026, 4, 1))
    check_in(hours, 36, measured_on=date(2026, 2, 15))

    assert said(hours, cast.max, date(2026, 2, 15)) == (
        "From 48 hours to 24 is a way of 24; 36.0 is 12 of it: 12 ÷ 24 = 50.0%.",
        "45 of 90 days have gone: 50.0% expected.",
        "Level with the pace: on track (on track up to 10 points behind, at risk up to 25).",
    )


def test_e23_a_kept_value_outside_and_inside_of_its_bounds(cycle, cast):
    kept = goal(
        cast.eve, cycle, metric_type="maintain", low=Decimal(95), tolerance=Decimal(3), metric_unit="%", decimals=1
    )
    assert said(kept, cast.max)[0] == "Nothing has been measured yet: no data, which is not 0."

    check_in(kept, "94.2")
    assert said(kept, cast.max) == (
        "94.2% lies 0.8 outside of 95% or above; tolerance 3: 1 − 0.8 ÷ 3 = 73.3%.",
        "Outside by less than the tolerance: at risk.",
    )
    check_in(kept, 90)
    assert said(kept, cast.max)[0].endswith("tolerance 3, so nothing is left of it: 0%.")
    check_in(kept, 96)
    assert said(kept, cast.max) == ("96.0% lies inside of 95% or above: 100%.", "Inside: on track.")


def test_e24_a_measure_that_moved_the_wrong_way_counts_as_0_above(cycle, cast):
    away = number(cast, cycle, 9, 5)
    check_in(away, "9.3")

    way, pace, status = said(away, cast.max)

    assert way == (
        "From 9 to 5 is a way of 4; 9.3 lies 0.3 before the start: −0.3 ÷ 4 = −7.5%. "
        "Where it supports another goal it counts as 0."
    )
    assert pace == "181 of 364 days have gone: 49.7% expected."
    assert status.startswith("57.2 points behind the pace: off track")


def test_before_the_first_check_in_and_beyond_the_target(cycle, cast):
    calls = number(cast, cycle, 0, 40, starts_on=TODAY)
    assert said(calls, cast.max)[0] == "No check-in yet, so it stands at its start, 0: 0%."

    check_in(calls, 50)
    way, _, status = said(calls, cast.max)
    assert way.endswith("50 ÷ 40 = 125.0%. Where it supports another goal it counts as 100.")
    assert status == "The whole way: achieved."


def test_milestones_count_by_their_weight_and_are_expected_by_their_days(cycle, cast):
    steps = [
        services.MilestonePlan("First", weight=1, due_on=date(2026, 3, 1)),
        services.MilestonePlan("Second", weight=2, due_on=date(2026, 6, 1)),
        services.MilestonePlan("Third", weight=3, due_on=date(2026, 12, 1)),
    ]
    way = goal(cast.eve, cycle, metric_type="milestone", milestones=steps)
    check_in(way, milestones_done=[way.milestones.get(title="First").pk])

    assert said(way, cast.max) == (
        "1 of 3 milestones done, weight 1 of 6: 16.7%.",
        "By now milestones of weight 3 of 6 are due: 50.0% expected.",
        "33.3 points behind the pace: off track (on track up to 10 points behind, at risk up to 25).",
    )


def test_a_bent_pace_names_the_checkpoints_on_both_sides(cycle, cast):
    points = ((date(2026, 6, 1), 200_000), (date(2026, 10, 1), 700_000))
    season = number(cast, cycle, 0, 100, checkpoints=points)

    assert said(season, cast.max)[1].startswith(
        "On the line of the checkpoints, between 1 June (20.0%) and 1 October (70.0%): "
    )


def test_what_is_stale_not_begun_or_broken_is_said(cycle, cast):
    rails = [services.GuardrailPlan("Reopened", "<=", Decimal(6), "%")]
    silent = number(cast, cycle, 0, 100, guardrails=rails)
    check_in(silent, 60, measured_on=TODAY - timedelta(50))
    rail = silent.guardrails.get()
    services.read_guardrail(rail, value=Decimal(9), read_on=TODAY, note="", by=cast.eve, at=NOON)
    later = number(cast, cycle, 0, 100, starts_on=date(2026, 9, 1))

    assert said(silent, cast.max)[2].endswith(
        "A guardrail is broken, so it is shown as at risk. Stale: no check-in for 45 days or more."
    )
    assert said(later, cast.max)[-1] == "It starts on 1 September, so it counts for nothing before."


def test_the_sentences_stand_on_the_page_and_a_goal_without_a_measure_has_none(cycle, cast, client_of, time_machine):
    time_machine.move_to(NOON)
    bare = goal(cast.max, cycle, level="team", metric_type="none", metric_name="")
    part = number(cast, cycle, 0, 100, parent=bare)
    check_in(part, 60)

    page = client_of(cast.max).get(part.get_absolute_url()).content.decode()

    assert "How 60% comes about" in page
    assert "60.0 is 60 of it: 60 ÷ 100 = 60.0%." in page
    assert said(bare, cast.max) == ()
