"""Any roll-up opens to its numbers and adds up; what one person keeps to the line is not to be worked out from it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from goals import rollup
from goals.models import Goal
from goals.queries import explainer
from goals.queries.concealed import concealed, veiled
from goals.queries.explainer import explain
from goals.queries.rows import rows_of
from goals.rollup import full
from goals.tests.factories import NOON, TODAY, check_in, goal
from goals.tests.test_rollup_agreement import Undone
from goals.tests.trees import plant, sprouts
from people.access import Viewer
from people.models import Employee

pytestmark = pytest.mark.django_db
LINE = Goal.Visibility.LINE


def explained(one, person):
    one = Goal.objects.with_words().get(pk=one.pk)
    return explain(one, Viewer.of(person.user), on=TODAY)


@pytest.fixture
def team_goal(cycle, cast):
    return goal(cast.max, cycle, level="team", metric_type="none", metric_name="", title="Answer well")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(shape=sprouts(most=16))
def test_every_roll_up_adds_up_from_what_is_listed(shape, cycle, cast, monkeypatch):
    """For somebody who sees every number and for somebody who sees few, with more goals than have a line of their own."""
    monkeypatch.setattr(explainer, "LISTED", 3)
    with Undone():
        planted = plant(shape, cycle, cast.eve)
        full.recompute(cycle.pk, TODAY)
        goals = Goal.objects.with_words().in_bulk([one.pk for one in planted])
        above = {one.parent_id for one in planted if one.parent_id}
        leaf = next(pk for pk in goals if pk not in above)
        for viewer in (Viewer.of(cast.eve.user), Viewer.of(cast.olga.user)):
            for pk in [*sorted(above), leaf]:
                found = explain(goals[pk], viewer, on=TODAY)
                if found.supporting is None or found.is_withheld:
                    assert found.sentence == ""
                else:
                    assert_it_adds_up(found)
                    assert found.supporting.progress == goals[pk].supporting_ppm


def assert_it_adds_up(found):
    listed = [line for line in found.lines if line.counts_as]
    terms = [*(line.total for line in listed), found.further.total, found.hidden.total]
    weights = sum(line.weight for line in listed) + found.further.weight + found.hidden.weight
    assert sum(terms) == found.supporting.total
    assert weights == found.supporting.weight
    assert (sum(terms) + weights // 2) // weights == found.supporting.progress
    shown = [float(line.counts_as) for line in listed]
    shown += [float(rest.counts_as) for rest in (found.further, found.hidden) if rest.counts_as]
    assert abs(sum(shown) - float(found.total)) <= 0.05 * (len(shown) + 1) + 1e-9
    assert found.exact in found.sentence


def test_the_arithmetic_is_one_sentence(cycle, cast, team_goal):
    for weight, value in ((2, 60), (1, 55), (1, 20)):
        check_in(goal(cast.eve, cycle, parent=team_goal, weight=weight), value)

    sentence = explained(team_goal, cast.max).sentence

    assert sentence == "2 × 60.0 + 55.0 + 20.0 = 195.0; divided by the weights, 4 in all: 48.8%."


def test_a_single_goal_of_the_line_is_told_to_nobody_outside_the_line(cycle, cast, team_goal, client_of):
    check_in(goal(cast.eve, cycle, parent=team_goal, visibility=LINE), 37)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)

    assert explained(team_goal, cast.olga).is_withheld
    assert explained(team_goal, cast.ada).is_withheld
    assert not explained(team_goal, cast.max).is_withheld
    assert not explained(team_goal, cast.hana).is_withheld
    assert not explained(team_goal, cast.eve).is_withheld
    page = client_of(cast.olga).get(team_goal.get_absolute_url()).content.decode()
    assert "37%" not in page
    assert "37.0" not in page
    tree = client_of(cast.olga).get(reverse("goals:tree")).content.decode()
    assert "Answer well" in tree
    assert "37%" not in tree
    assert "Not shown: it would show the progress" in page


def test_a_colleague_cannot_subtract_their_own_goal_from_the_sum(cycle, cast, team_goal):
    for person, value in ((cast.eve, 30), (cast.ed, 80)):
        check_in(goal(person, cycle, parent=team_goal, visibility=LINE), value)

    assert explained(team_goal, cast.eve).is_withheld  # all but Ed's number is hers
    assert not explained(team_goal, cast.olga).is_withheld  # two numbers that are not hers


def test_a_sum_that_is_not_shown_is_not_shown_one_level_up_either(cycle, cast, team_goal):
    top = goal(cast.uma, cycle, level="department", metric_type="none", metric_name="", unit=cast.company)
    Goal.objects.filter(pk=team_goal.pk).update(parent=top, depth=1)
    check_in(goal(cast.sam, cycle, parent=top, level="team"), 50)
    check_in(goal(cast.eve, cycle, parent=team_goal, visibility=LINE), 37)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)

    olga = Viewer.of(cast.olga.user)
    assert concealed([top.pk, team_goal.pk], olga, TODAY) == {top.pk, team_goal.pk}
    rows = veiled(rows_of(Goal.objects.with_words().filter(pk__in=[top.pk, team_goal.pk]), TODAY), olga, TODAY)
    assert [(row.progress_ppm, row.supporting_ppm, row.status_words) for row in rows] == [(None, None, "Not shown")] * 2
    assert concealed([top.pk, team_goal.pk], Viewer.of(cast.uma.user), TODAY) == set()


def test_a_private_goal_can_stand_below_no_goal(cycle, cast, team_goal):
    """So none is in any sum: the database refuses it whatever way it comes."""
    shared = goal(cast.eve, cycle, parent=team_goal)

    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.filter(pk=shared.pk).update(visibility=Goal.Visibility.PRIVATE)
    with pytest.raises(DomainError):
        goal(cast.eve, cycle, parent=team_goal, visibility=Goal.Visibility.PRIVATE)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(shape=sprouts(most=8), change=st.integers(0, 1_000_000))
def test_what_a_viewer_is_shown_does_not_depend_on_the_one_number_that_is_hidden(shape, change, cycle, cast):
    """Change the single hidden number of a sum: nothing that an outsider reads about the goal above may move."""
    with Undone():
        goals = plant(shape, cycle, cast.eve)
        full.recompute(cycle.pk, TODAY)
        line = [one for one in goals if one.visibility == LINE and one.parent_id and one.own_ppm is not None]
        hidden = concealed([one.parent_id for one in line], Viewer.of(cast.olga.user), TODAY)
        for one in line:
            alone = [other for other in line if other.parent_id == one.parent_id] == [one]
            if not alone or one.parent_id not in hidden or one.measured == Goal.Measured.NOT:
                continue
            before = _seen_by(cast.olga, one.parent_id)
            Goal.objects.filter(pk=one.pk).update(own_ppm=change)
            full.recompute(cycle.pk, TODAY)
            assert _seen_by(cast.olga, one.parent_id) == before
            Goal.objects.filter(pk=one.pk).update(own_ppm=one.own_ppm)
            full.recompute(cycle.pk, TODAY)


def _seen_by(person: Employee, pk: int) -> tuple[object, ...]:
    viewer, one = Viewer.of(person.user), Goal.objects.with_words().get(pk=pk)
    (row,) = veiled(rows_of([one], TODAY), viewer, TODAY)
    found = explain(one, viewer, on=TODAY)
    numbers = None if found.is_withheld else (found.supporting, found.sentence)
    return row.progress_ppm, row.supporting_ppm, row.status_words, found.is_withheld, numbers


def test_dates_values_and_stale_marks_stand_beside_each_number(cycle, cast, team_goal, client_of):
    check_in(goal(cast.eve, cycle, parent=team_goal, title="Call back"), 44, measured_on=date(2026, 4, 2))
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)

    (line,) = explained(team_goal, cast.max).lines

    assert (line.update, line.progress, line.weight, line.row.is_stale) == ("2 April", "44.0%", 1, True)
    assert "44" in line.row.measure
