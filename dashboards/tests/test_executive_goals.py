"""The executive's goals: by C, with what owners expect, and where results and supporting goals tell different stories."""

import pytest
import time_machine
from django.urls import reverse

from core.constructs import Construct
from goals import queries, rollup
from goals.models import Goal
from goals.tests import factories
from goals.tests.factories import NOON, TODAY, check_in, goal
from people.access import Viewer


@pytest.fixture(autouse=True)
def in_july():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def set_out(cast):
    """An organisation goal at 80%, its two supporting goals at 10 and 20%; owners say what they expect."""
    cycle = factories.cycle()
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Be there", constructs=["commitment"])
    low = [
        goal(owner, cycle, level="department", parent=top, title=f"Part of {owner.name}", constructs=["commitment"])
        for owner in (cast.max, cast.sam)
    ]
    check_in(top, 80, confidence=8, call="on_track")
    check_in(low[0], 10, confidence=3, call="off_track")
    check_in(low[1], 20, confidence=6, call="on_track")
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    return top, *low


def test_the_overview_says_what_owners_expect_and_where_stories_differ(set_out, cast, client_of):
    page = client_of(cast.ada).get(reverse("dashboards:overview")).content.decode()

    assert "On track, confidence 8 of 10" in page
    assert "Below: 1 of 2 say on track, mean confidence 4.5" in page
    assert "Result 80%, supporting goals 15%. The result moves without its supporting goals." in page
    assert "2 of departments, 0 of teams" in page
    assert "Roll-ups as of today, 12:00." in page or "Roll-ups as of today" in page


def test_a_forecast_leaves_out_what_owners_keep_to_their_line(set_out, cast):
    hidden = goal(cast.eve, set_out[0].cycle, parent=set_out[0], visibility=Goal.Visibility.LINE)
    check_in(hidden, 1, confidence=0, call="off_track")
    goals = queries.organisation_goals(Viewer.of(cast.ada.user), on=TODAY)

    forecast = queries.forecasts(goals, Viewer.of(cast.ada.user))[set_out[0].pk]

    assert (forecast.asked, forecast.mean_confidence) == (2, 4.5)


def test_the_page_of_a_c_gets_its_goals(set_out, cast):
    viewer = Viewer.of(cast.eve.user)

    found = queries.goals_of_construct(Construct.COMMITMENT, viewer, on=TODAY)

    assert [row.title for row in found.goals] == ["Be there"]
    assert [row.title for row in found.others] == ["Part of Max Berg", "Part of Sam Hart"]
    assert (found.on_pace, found.departments, found.teams, found.more) == (1, 2, 0, 0)
    assert queries.goals_of_construct(Construct.COMPETENCY, viewer, on=TODAY).goals == ()


def test_a_goal_that_names_no_c_serves_those_of_the_goal_it_supports(set_out, cast):
    top, first, _ = set_out
    cycle = top.cycle
    bare = goal(cast.max, cycle, level="department", parent=top, title="Names none", constructs=[])
    goal(cast.max, cycle, level="team", parent=bare, title="Two below", constructs=[])
    goal(cast.max, cycle, level="team", parent=bare, title="Has its own", constructs=["competency"])
    goal(cast.max, cycle, level="team", title="Alone", constructs=[])
    goal(cast.eve, cycle, parent=first, title="One of a person", constructs=[])
    viewer = Viewer.of(cast.eve.user)

    commitment = queries.goals_of_construct(Construct.COMMITMENT, viewer, on=TODAY)
    competency = queries.goals_of_construct(Construct.COMPETENCY, viewer, on=TODAY)
    lines = {line.construct: line for line in queries.by_construct(commitment.goals, viewer, stamp="")}

    assert {row.title for row in commitment.others} == {
        *("Part of Max Berg", "Part of Sam Hart", "Names none", "Two below"),
    }
    assert [row.title for row in competency.others] == ["Has its own"]
    assert (lines[Construct.COMMITMENT].departments, lines[Construct.COMMITMENT].teams) == (3, 1)
    assert (lines[Construct.COMPETENCY].departments, lines[Construct.COMPETENCY].teams) == (0, 1)
