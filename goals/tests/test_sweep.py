"""The sweep: marks, days, proofs. Lost, repeated and reordered wake-ups end in the same numbers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import AuditEntry
from goals import rollup, schedule, services, tasks
from goals.models import Goal, GoalCycle, RollupMark, RollupState, UnitSummary
from goals.rollup import full, marks, sweeping
from goals.services import correcting
from goals.tests.factories import NOON, TODAY, check_in, goal
from goals.tests.trees import Naive, stored

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(1)


@pytest.fixture
def family(cycle, cast):
    """An organisation goal over two department goals over two goals of people each; rolled up."""
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company)
    left = goal(cast.max, cycle, level="department", parent=top, weight=2, metric_type="none", metric_name="")
    right = goal(cast.sam, cycle, level="department", parent=top)
    low = [goal(owner, cycle, parent=left) for owner in (cast.eve, cast.ed)]
    low += [goal(cast.olga, cycle, parent=right)]
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    return [top, left, right, *low]


def sweep_now(cycle: GoalCycle, on: date = TODAY) -> rollup.Swept:
    return rollup.sweep(cycle.pk, on=on, at=NOON + (on - TODAY))


def assert_right(on: date = TODAY) -> None:
    assert stored() == Naive(list(Goal.objects.all()), on).numbers()


def test_a_check_in_reaches_everything_above_it(family, cycle):
    top, left, right, low, _, _ = family
    check_in(low, 60)
    check_in(right, 20)

    assert sweep_now(cycle).goals == 2

    left.refresh_from_db()
    top.refresh_from_db()
    assert left.supporting_ppm == left.progress_ppm == 300_000
    assert top.supporting_ppm == (2 * 300_000 + 200_000 + 1) // 3
    assert top.own_ppm == 0  # side by side, never merged
    assert_right()


def test_a_second_sweep_finds_nothing_to_do(family, cycle):
    check_in(family[3], 60)
    sweep_now(cycle)
    before = RollupState.objects.get()

    again = sweep_now(cycle)
    assert (again.goals, again.rows, again.is_busy) == (0, 0, False)
    assert RollupState.objects.get().rolled_up_at == before.rolled_up_at


def test_many_marks_are_rolled_up_as_a_whole(family, cycle):
    RollupMark.objects.bulk_create(RollupMark(cycle=cycle, goal_id=10_000 + n) for n in range(sweeping.SOME + 1))
    check_in(family[3], 60)

    sweep_now(cycle)

    assert not RollupMark.objects.exists()
    assert_right()


def test_a_goal_begins_to_count_on_its_first_day(family, cycle, cast):
    left = family[1]
    late = goal(cast.eve, cycle, parent=left, starts_on=TOMORROW)
    sweep_now(cycle)
    check_in(late, 100)
    sweep_now(cycle)
    left.refresh_from_db()
    assert left.supporting_ppm == 0

    sweep_now(cycle, TOMORROW)

    left.refresh_from_db()
    assert left.supporting_ppm == 333_333
    assert RollupState.objects.get().as_of == TOMORROW
    assert UnitSummary.objects.filter(as_of=TOMORROW).count() == UnitSummary.objects.count()
    assert_right(TOMORROW)


def test_f28_a_clock_that_jumps_back_takes_no_day_back(family, cycle):
    sweep_now(cycle, TOMORROW)
    check_in(family[3], 10)
    sweep_now(cycle, TODAY)

    assert RollupState.objects.get().as_of == TOMORROW
    assert_right(TOMORROW)


def test_a_closed_cycle_keeps_the_day_it_had(family, cycle):
    services.close_cycle(cycle, by=None, at=NOON)
    sweep_now(cycle, TOMORROW)

    assert RollupState.objects.get().as_of == TODAY


def test_the_first_sweep_of_a_day_proves_the_day_before(family, cycle, caplog):
    sweep_now(cycle, TOMORROW)
    assert RollupState.objects.get().drift == 0

    Goal.objects.filter(pk=family[0].pk).update(supporting_ppm=999)
    Goal.objects.filter(pk=family[3].pk).update(own_ppm=5)
    sweep_now(cycle, TOMORROW + timedelta(1))

    state = RollupState.objects.get()
    assert state.drift == 3  # the top, its neighbour of the changed number, and the number itself
    assert set(state.drift_goals) == {family[0].pk, family[1].pk, family[3].pk}
    assert "differs from its recomputation" in caplog.text
    assert AuditEntry.objects.get(verb="found the roll-up wrong").changes["goals"] == 3


def test_the_proof_leaves_out_what_still_waits_for_a_sweep(family, cycle):
    check_in(family[3], 60)

    assert rollup.prove(cycle.pk, at=NOON) == 0
    sweep_now(cycle)
    assert rollup.prove(cycle.pk, at=NOON) == 0


def test_i4_the_proof_finds_a_wrong_place_in_the_tree(family, cycle):
    Goal.objects.filter(pk=family[3].pk).update(depth=7)
    Goal.objects.filter(pk=family[4].pk).update(is_aligned=False)

    assert rollup.prove(cycle.pk, at=NOON) == 2


def test_a_check_in_between_read_and_write_of_a_full_recompute_is_not_lost(family, cycle):
    with transaction.atomic():
        tree = full.bulk.load_tree(cycle.pk, TODAY)
        check_in(family[3], 60)
        full._write(tree["id"], full.bulk.supporting(tree))

    assert Goal.objects.get(pk=family[3].pk).own_ppm == 600_000
    sweep_now(cycle)
    assert_right()


def test_two_updates_of_the_same_goal_wait_as_two_marks(family):
    check_in(family[3], 10)
    check_in(family[3], 20)

    assert RollupMark.objects.count() == 2
    assert marks.claim(family[3].cycle_id) == [family[3].pk]
    assert not RollupMark.objects.exists()


def test_the_clock_sweeps_what_a_lost_wake_up_left(family, cycle, time_machine):
    time_machine.move_to(NOON + timedelta(minutes=1))
    check_in(family[3], 60)

    schedule.sweep_all()

    assert_right()
    assert rollup.due_cycles() == []


def test_the_clock_turns_the_day_of_active_cycles_only(family, cycle, time_machine):
    time_machine.move_to(NOON + timedelta(1))
    schedule.roll_up_new_day()
    assert RollupState.objects.get().as_of == TOMORROW

    services.close_cycle(cycle, by=None, at=NOON + timedelta(1))
    time_machine.move_to(NOON + timedelta(2))
    schedule.roll_up_new_day()
    assert RollupState.objects.get().as_of == TOMORROW


def test_unit_summaries_rest_in_proportion_to_what_they_cost(family, cycle):
    check_in(family[3], 60)
    RollupState.objects.update(summary_ms=10_000, summarised_at=NOON)
    sweep_now(cycle)
    assert rollup.due_cycles() == [cycle.pk]  # rolled up, summaries still waiting
    assert sweep_now(cycle).rests_seconds == 10 * sweeping.SUMMARY_SHARE  # the worker is woken for them then

    rollup.sweep(cycle.pk, on=TODAY, at=NOON + timedelta(seconds=10 * sweeping.SUMMARY_SHARE))

    assert rollup.due_cycles() == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["check in", "correct"]), st.integers(2, 5), st.integers(-20, 130)),
        st.tuples(st.sampled_from(["wake-up", "lost", "repeated", "beat"]), st.just(0), st.just(0)),
        st.tuples(st.just("withdraw"), st.integers(3, 5), st.just(0)),
        st.tuples(st.just("weight"), st.integers(1, 5), st.integers(0, 9)),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_f10_any_order_of_lost_repeated_and_late_wake_ups_ends_in_the_same_numbers(steps, family, cycle, time_machine):
    time_machine.move_to(NOON)
    with transaction.atomic():
        for what, place, number in steps:
            chosen = Goal.objects.get(pk=family[place].pk)
            if what == "check in" and chosen.is_active:
                check_in(chosen, number)
            elif what == "correct" and chosen.is_active and (last := chosen.check_ins.standing().first()):
                entry = services.CheckInEntry(measured_on=last.measured_on, value=Decimal(number))
                correcting.correct(last, entry, by=chosen.owner, at=NOON)
            elif what == "withdraw" and chosen.is_active:
                services.cancel_goal(chosen, because="No longer needed", by=chosen.owner.user)
            elif what == "weight":
                Goal.objects.filter(pk=chosen.pk).update(weight=number)
                rollup.mark(chosen)
            elif what == "beat":
                schedule.sweep_all()
            elif what in ("wake-up", "repeated"):
                for _ in range(1 if what == "wake-up" else 3):
                    tasks.sweep(cycle.pk)
        schedule.sweep_all()
        assert_right()
        assert rollup.prove(cycle.pk, at=NOON) == 0
        transaction.set_rollback(True)
