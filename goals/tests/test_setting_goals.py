"""Setting, changing, moving and withdrawing goals: the rules and where they are kept."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import Conflict, DomainError
from core.models import AuditEntry
from goals import rollup, services
from goals.models import Goal, GoalDetail, Milestone, RollupMark
from goals.models.goal import MAX_DEPTH
from goals.tests import factories
from goals.tests.factories import NOON, TODAY, check_in, goal, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(cycle, cast):
    """Organisation goal of Uma, department goal of Max that supports it, Eve's goal that supports Max's."""
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Top")
    middle = goal(cast.max, cycle, level="department", parent=top, weight=2, title="Middle")
    low = goal(cast.eve, cycle, parent=middle, visibility=Goal.Visibility.LINE, title="Low")
    return top, middle, low


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"metric_type": "increase", "baseline": Decimal(80), "target": Decimal(70)}, "side to move to"),
        ({"metric_type": "decrease", "baseline": Decimal(30), "target": Decimal(30)}, "side to move to"),
        ({"metric_type": "maintain", "low": Decimal(95)}, "tolerance"),
        (
            {"metric_type": "maintain", "low": Decimal(9), "high": Decimal(8), "tolerance": Decimal(1)},
            "numbers do not fit",
        ),
        ({"metric_type": "milestone"}, "at least one milestone"),
        ({"level": "organisation", "constructs": []}, "seven Cs"),
        ({"due_on": date(2025, 12, 31)}, "due on its first day or later"),
        ({"weight": 1001}, "between 0 and 1000"),
        ({"customer_benefit": ""}, "blank|customer notices"),
        ({"metric_name": ""}, "what is measured"),
        ({"from_level": 2, "to_level": 3}, "names a competency"),
        ({"level": "team", "visibility": 2}, "open to everyone"),
        (
            {"metric_type": "milestone", "milestones": [services.MilestonePlan("x" * 201)]},
            "Milestone 1, title: 201 characters. Write at most 200",
        ),
        (
            {"guardrails": [services.GuardrailPlan("Rail", "<=", Decimal(1), unit="x" * 41)]},
            "Guardrail 1, unit: 41 characters. Write at most 40",
        ),
        (
            {"premortem": [services.PremortemPlan("Way"), services.PremortemPlan("Way", "x" * 201)]},
            "pre-mortem 2, what would show it: 201 characters",
        ),
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused_with_a_sentence(cycle, eve, given, words):
    with pytest.raises(DomainError, match=words):
        goal(eve, cycle, **given)
    assert not Goal.objects.exists()


def test_a_goal_knows_its_depth_and_whether_it_leads_to_the_organisation(company, cycle, ed):
    top, middle, low = company
    alone = goal(ed, cycle)

    assert [one.depth for one in (top, middle, low, alone)] == [0, 1, 2, 0]
    assert [one.is_aligned for one in (top, middle, low, alone)] == [True, True, True, False]


def test_moving_a_goal_moves_everything_below_and_marks_both_parents(company, cycle, cast):
    top, middle, low = company
    below = goal(cast.ed, cycle, parent=low)
    RollupMark.objects.all().delete()

    services.change_goal(middle, plan(cast.max, cycle, level="department"), version=1, by=cast.max.user, on=TODAY)

    places = dict(Goal.objects.values_list("pk", "depth"))
    assert (places[middle.pk], places[low.pk], places[below.pk]) == (0, 1, 2)
    assert not Goal.objects.filter(pk__in=[middle.pk, low.pk, below.pk], is_aligned=True).exists()
    assert set(RollupMark.objects.values_list("goal_id", flat=True)) == {top.pk, middle.pk}


def test_a_tree_has_no_loops(company, cycle, cast):
    _, middle, low = company
    team = plan(cast.max, cycle, level="individual", parent=low)
    with pytest.raises(DomainError, match="cannot support itself"):
        services.change_goal(middle, replace(team, owner=cast.max), version=1, by=cast.max.user, on=TODAY)


def test_a_goal_supports_one_of_its_own_level_or_above(company, cycle, cast):
    _, _, low = company
    with pytest.raises(DomainError, match="lower level"):
        goal(cast.max, cycle, level="team", parent=low)
    with pytest.raises(DomainError, match="stands at the top"):
        goal(cast.uma, cycle, level="organisation", parent=low)


def test_a_tree_is_not_deeper_than_it_can_be_read(cycle, eve):
    above = None
    for _ in range(MAX_DEPTH):
        above = goal(eve, cycle, parent=above)
    with pytest.raises(DomainError, match="at most"):
        goal(eve, cycle, parent=above)


def test_a_goal_of_another_cycle_cannot_be_supported_whatever_the_code_says(company, cast):
    top, _, _ = company
    other = goal(cast.ed, factories.cycle("Year 2027"))
    with pytest.raises(DomainError, match="another cycle"):
        goal(cast.ed, other.cycle, parent=top)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="goal_parent_in_same_cycle"), transaction.atomic():
        Goal.objects.filter(pk=other.pk).update(parent=top)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"due_on": date(2025, 1, 1)}, "due on its first day"),
        ({"weight": -1}, "between 0 and 1000"),
        ({"visibility": 3}, "private goal"),
    ],
)
def test_the_database_keeps_the_rules_of_the_narrow_row(company, change, name):
    _, _, low = company
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Goal.objects.filter(pk=low.pk).update(**change)


def test_the_database_keeps_the_rules_of_the_measure(company):
    top, _, _ = company
    for change in ({"target": Decimal(-5)}, {"constructs": []}, {"title": ""}, {"tolerance": Decimal(1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GoalDetail.objects.filter(pk=top.pk).update(**change)


def test_f24_the_second_of_two_editors_is_told(company, cycle, cast):
    _, _, low = company
    first = plan(cast.eve, cycle, parent=low.parent, title="First")
    services.change_goal(low, first, version=1, by=cast.eve.user, on=TODAY)
    with pytest.raises(Conflict):
        services.change_goal(low, replace(first, title="Second"), version=1, by=cast.max.user, on=TODAY)

    assert GoalDetail.objects.get(pk=low.pk).title == "First"


def test_a_new_target_counts_with_the_value_that_is_there(company, cycle, cast):
    _, middle, low = company
    check_in(low, 40)
    nearer = plan(cast.eve, cycle, parent=middle, target=Decimal(80))
    services.change_goal(low, nearer, version=1, by=cast.eve.user, on=TODAY)

    low.refresh_from_db()
    assert low.own_ppm == 500_000
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    assert rollup.prove(cycle.pk, at=NOON) == 0


def test_a_milestone_that_is_left_out_counts_no_more_and_stays_on_record(cycle, eve):
    steps = [services.MilestonePlan("One"), services.MilestonePlan("Two")]
    made = goal(eve, cycle, metric_type="milestone", milestones=steps)
    one, two = made.milestones.all()
    check_in(made, milestones_done=[one.pk])

    fewer = plan(eve, cycle, metric_type="milestone", milestones=[services.MilestonePlan("One", pk=one.pk)])
    services.change_goal(made, fewer, version=1, by=eve.user, on=TODAY)

    made.refresh_from_db()
    assert made.own_ppm == 1_000_000
    assert Milestone.objects.get(pk=two.pk).cancelled_on == TODAY


def test_a_guardrail_with_readings_cannot_be_dropped(cycle, eve):
    made = goal(eve, cycle, guardrails=[services.GuardrailPlan("Reopened", "<=", Decimal(6))])
    rail = made.guardrails.get()
    services.read_guardrail(rail, value=Decimal(9), read_on=TODAY, note="", by=eve, at=NOON)

    with pytest.raises(DomainError, match="has readings"):
        services.change_goal(made, plan(eve, cycle), version=1, by=eve.user, on=TODAY)
    wider = services.GuardrailPlan("Reopened", "<=", Decimal(10), pk=rail.pk)
    services.change_goal(made, plan(eve, cycle, guardrails=[wider]), version=1, by=eve.user, on=TODAY)
    rail.refresh_from_db()
    assert not rail.is_breached


def test_a_withdrawn_goal_counts_no_more_and_unlinks_what_supported_it(company, cycle, cast):
    top, middle, low = company
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    services.cancel_goal(middle, because="Another way was found", by=cast.max.user)
    rollup.sweep(cycle.pk, on=TODAY, at=NOON)

    top.refresh_from_db()
    low.refresh_from_db()
    assert top.supporting_ppm is None
    assert not low.is_aligned
    assert AuditEntry.objects.get(verb="withdrew").changes == {"because": "Another way was found"}
    with pytest.raises(DomainError, match="withdrawn"):
        services.change_goal(middle, plan(cast.max, cycle), version=1, by=cast.max.user, on=TODAY)


def test_a_change_is_logged_with_what_it_was_and_is(company, cycle, cast):
    _, middle, low = company
    heavier = plan(cast.eve, cycle, parent=middle, visibility=2, title="Low", weight=5)
    services.change_goal(low, heavier, version=1, by=cast.eve.user, on=TODAY)

    assert AuditEntry.objects.get(verb="changed", subject_kind="goals.goal").changes == {"weight": {"old": 1, "new": 5}}
