"""The roll-up in SQL, in numpy and the slow way give the same numbers on random trees, to the last digit."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals import bulk, rollup
from goals.models import Goal
from goals.progress import Status
from goals.queries import rows
from goals.rollup import full, incremental
from goals.tests import trees
from goals.tests.factories import END, NOON, START, TODAY
from goals.tests.trees import Measured, Naive, Sprout, plant, sprouts

pytestmark = pytest.mark.django_db
on_random_trees = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Undone:
    """Whatever happens inside is rolled back, so that each example starts from nothing."""

    def __enter__(self):
        self.block = transaction.atomic()
        self.block.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.block.__exit__(*error)


@on_random_trees
@given(shape=sprouts())
def test_sql_numpy_and_the_slow_way_agree(shape, cycle, eve):
    with Undone():
        goals = plant(shape, cycle, eve)

        incremental.recompute_above(cycle.pk, [goal.pk for goal in goals], TODAY)
        by_sql = trees.stored()
        Goal.objects.update(supporting_ppm=None)
        full.recompute(cycle.pk, TODAY)
        by_numpy = trees.stored()

        slow = Naive(list(Goal.objects.all())).numbers()
        assert by_sql == slow
        assert by_numpy == slow
        assert full.recompute(cycle.pk, TODAY) == (len(goals), 0)  # nothing is written twice


@on_random_trees
@given(shape=sprouts())
def test_standings_of_a_whole_cycle_are_those_of_each_row(shape, cycle, eve):
    with Undone():
        plant(shape, cycle, eve)
        full.recompute(cycle.pk, TODAY)

        at_once = bulk.standings(cycle.pk, TODAY)
        each = {row.id: row for row in rows.rows_of(Goal.objects.with_words(), TODAY)}

        for place, pk in enumerate(at_once.tree["id"].tolist()):
            row = each[pk]
            assert bulk.STATUSES[at_once.status[place]] is row.status, row
            assert bulk.STATUSES[at_once.shown[place]] is row.shown
            assert bool(at_once.is_stale[place]) == row.is_stale
            assert bool(at_once.is_breached[place]) == bool(row.breached)
            if row.expected_ppm is not None:
                assert at_once.expected[place] == row.expected_ppm


@pytest.mark.parametrize(
    ("due_on", "status"), [(END, Status.ON_TRACK), (TODAY - timedelta(1), Status.ACHIEVED)], ids=["running", "over"]
)
def test_a_goal_without_a_measure_is_achieved_only_when_every_counted_goal_is(due_on, status, cycle, eve):
    """A kept value inside its bounds counts in full, but is achieved only when its time is over."""
    bare = Sprout(None, 1, Measured.NOT, None, START, END, 1, 1, None)
    kept = Sprout(0, 1, Measured.KEPT, 1_000_000, START, due_on, 1, 1, 0)
    plant([bare, kept], cycle, eve)
    full.recompute(cycle.pk, TODAY)

    at_once = bulk.standings(cycle.pk, TODAY)
    row = rows.rows_of(Goal.objects.with_words().filter(parent=None), TODAY)[0]

    assert row.status is status
    assert bulk.STATUSES[at_once.status[at_once.tree["id"] == row.id][0]] is status


@on_random_trees
@given(shape=sprouts(), picks=st.lists(st.tuples(st.integers(0, 24), st.integers(-100_000, 1_100_000)), max_size=6))
def test_working_out_only_what_is_above_the_changed_goals_is_enough(shape, picks, cycle, eve):
    with Undone():
        goals = plant(shape, cycle, eve)
        full.recompute(cycle.pk, TODAY)
        changed = {goals[place % len(goals)].pk: value for place, value in picks}
        for pk, value in changed.items():
            Goal.objects.filter(pk=pk).exclude(measured=Goal.Measured.NOT).update(own_ppm=value)

        incremental.recompute_above(cycle.pk, sorted(changed), TODAY)

        assert trees.stored() == Naive(list(Goal.objects.all())).numbers()


@on_random_trees
@given(shape=sprouts())
def test_the_proof_finds_nothing_in_order_and_everything_that_was_spoilt(shape, cycle, eve):
    with Undone():
        goals = plant(shape, cycle, eve)
        rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
        tree = bulk.load_for_proof(cycle.pk)
        assert np.array_equal(bulk.supporting(tree), tree["supporting"])

        spoilt = goals[0]
        Goal.objects.filter(pk=spoilt.pk).update(supporting_ppm=123)

        assert spoilt.pk in _wrong(cycle.pk) or Naive(goals).numbers()[spoilt.pk] == 123


def _wrong(cycle_id: int) -> list[int]:
    tree = bulk.load_for_proof(cycle_id)
    return tree["id"][bulk.supporting(tree) != tree["supporting"]].tolist()
