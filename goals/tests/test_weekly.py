"""The weeks of a goal without a measure of its own, on its page: a line for whoever sees all it is made of."""

from datetime import date, timedelta

import pytest

from goals import rollup
from goals.models import Goal
from goals.queries.explainer import opened
from goals.queries.weekly import weekly_of
from goals.services import cancel_goal
from goals.tests.factories import NOON, TODAY, check_in, goal
from people.access import Viewer

pytestmark = pytest.mark.django_db
PUBLIC, LINE = Goal.Visibility.PUBLIC, Goal.Visibility.LINE


@pytest.fixture
def team(cycle, cast):
    return goal(cast.max, cycle, level="team", metric_type="none", metric_name="", title="Answer well")


def weekly(of: Goal, person):
    viewer, of = Viewer.of(person.user), Goal.objects.with_words().get(pk=of.pk)
    return weekly_of(opened(of, viewer, on=TODAY), viewer, on=TODAY)


def roll(cycle):
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    rollup.rewrite(cycle.pk, on=TODAY)


def test_a_goal_without_a_measure_shows_its_weeks_against_the_pace_of_its_parts(
    team, cycle, cast, client_of, time_machine
):
    time_machine.move_to(NOON)
    low = goal(cast.eve, cycle, parent=team, visibility=PUBLIC, weight=3)
    late = goal(cast.ed, cycle, parent=team, visibility=PUBLIC, starts_on=date(2026, 6, 1))
    check_in(low, 20, measured_on=date(2026, 3, 2))
    check_in(low, 50)
    roll(cycle)

    found = weekly(team, cast.olga)

    assert found.weeks[0] == (TODAY, "38%")  # (3 * 50 + 0) / 4
    assert dict(found.weeks)[date(2026, 3, 8)] == "20%"  # the late goal had not begun
    assert (found.chart.readings[-1], found.chart.target) == ((TODAY, 37.5), 100)
    pace = dict(found.chart.pace)
    assert pace[date(2026, 1, 1)] == 0
    assert pace[date(2026, 12, 31)] == 100
    assert pace[TODAY] == pytest.approx((3 * 181 / 364 + 30 / 213) / 4 * 100, abs=0.01)
    page = client_of(cast.olga).get(team.get_absolute_url()).content.decode()
    assert "Week by week" in page
    assert "8 March 2026" in page
    assert weekly(late, cast.olga) is None  # it has a measure of its own


def test_weeks_are_kept_back_where_a_sum_of_earlier_could_tell_one_persons_progress(team, cycle, cast, client_of):
    for owner, starts_on in ((cast.eve, TODAY - timedelta(60)), (cast.ed, TODAY)):
        goal(owner, cycle, parent=team, visibility=LINE, starts_on=starts_on)
    roll(cycle)

    assert weekly(team, cast.olga).is_kept_back  # two hide each other today, a week ago one was alone
    assert "Earlier weeks are shown to those" in client_of(cast.olga).get(team.get_absolute_url()).content.decode()
    assert weekly(team, cast.max).weeks
    assert weekly(team, cast.hana).weeks


def test_a_withdrawn_goal_of_the_line_keeps_the_weeks_back(team, cycle, cast):
    goal(cast.max, cycle, level="team", parent=team)
    gone = goal(cast.eve, cycle, parent=team, visibility=LINE)
    roll(cycle)
    cancel_goal(gone, because="Merged", by=cast.eve.user)
    roll(cycle)

    assert weekly(team, cast.olga).is_kept_back
    assert not weekly(team, cast.max).is_kept_back
