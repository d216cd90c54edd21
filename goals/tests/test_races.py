"""Many at once, and processes that die: real transactions on real connections."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from core import wakeups
from goals import rollup, schedule, services, tasks
from goals.models import CheckIn, FinalScore, Goal, RollupMark, RollupState
from goals.services import place
from goals.tests.factories import TODAY, check_in, goal
from goals.tests.trees import Naive, stored

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60  # seconds, on a busy machine


@pytest.fixture
def forest(cycle, cast):
    """One organisation goal, one team goal, ten goals of Eve below it; rolled up for today."""
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company)
    team = goal(cast.max, cycle, level="team", parent=top)
    low = [goal(cast.eve, cycle, parent=team, weight=place + 1) for place in range(10)]
    rollup.rebuild(cycle.pk, on=timezone.localdate(), at=timezone.now())
    return [top, team, *low]


def at_once(jobs: list[Callable[[], object]]) -> list[BaseException]:
    """Run each job in a thread with a connection of its own; returns what they raised."""
    raised: list[BaseException] = []
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            start.wait()
            job()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def sweep_all_marks(cycle_id: int) -> None:
    while RollupMark.objects.exists():
        rollup.sweep(cycle_id, on=timezone.localdate(), at=timezone.now())


def assert_right() -> None:
    assert stored() == Naive(list(Goal.objects.all()), timezone.localdate()).numbers()


def test_f36_fifty_check_ins_at_once_with_two_sweepers_beside_them(forest, cycle):
    def check(place: int) -> Callable[[], object]:
        return lambda: check_in(forest[2 + place % 10], place, at=timezone.now(), measured_on=timezone.localdate())

    sweepers = [lambda: [tasks.sweep(cycle.pk) for _ in range(5)]] * 2
    assert at_once([check(place) for place in range(50)] + sweepers) == []

    sweep_all_marks(cycle.pk)
    assert CheckIn.objects.count() == 50
    for low in forest[2:]:
        latest = low.check_ins.first()
        low.refresh_from_db()
        assert low.own_ppm == latest.progress_ppm
    assert_right()
    assert rollup.prove(cycle.pk, at=timezone.now()) == 0


def test_fifty_check_ins_on_one_goal_all_stand_and_the_latest_counts(forest, cycle):
    low = forest[2]
    jobs = [
        lambda value=value: check_in(low, value, at=timezone.now(), measured_on=timezone.localdate())
        for value in range(50)
    ]
    assert at_once(jobs) == []

    sweep_all_marks(cycle.pk)
    low.refresh_from_db()
    assert low.check_ins.count() == 50
    assert low.own_ppm == low.check_ins.first().progress_ppm
    assert_right()


def test_f12_two_sweepers_share_the_work_without_harm(forest, cycle):
    for low in forest[2:]:
        check_in(low, 50, at=timezone.now(), measured_on=timezone.localdate())

    assert at_once([lambda: tasks.sweep(cycle.pk)] * 4) == []

    sweep_all_marks(cycle.pk)
    assert_right()


def test_a_check_in_that_commits_after_a_later_one_was_swept_is_not_lost(forest, cycle):
    first, second = forest[2], forest[3]
    halfway, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            check_in(first, 80, at=timezone.now(), measured_on=timezone.localdate())
            halfway.set()
            go_on.wait(10)

    def sweep_between() -> None:
        halfway.wait(10)
        check_in(second, 30, at=timezone.now(), measured_on=timezone.localdate())
        tasks.sweep(cycle.pk)
        assert not RollupMark.objects.exists()  # the slow one's mark is not to be seen yet
        go_on.set()

    assert at_once([slow, sweep_between]) == []
    assert RollupMark.objects.count() == 1
    tasks.sweep(cycle.pk)
    assert_right()


DYING_SWEEPER = """
import os, sys, time
import django
django.setup()
from django.utils import timezone
from goals import rollup
from goals.rollup import incremental

def work_and_hang(cycle_id, goals, day):
    done = recompute_above(cycle_id, goals, day)
    print("written, not committed", done, flush=True)
    time.sleep(60)

recompute_above, incremental.recompute_above = incremental.recompute_above, work_and_hang
rollup.sweep(int(sys.argv[1]), on=timezone.localdate(), at=timezone.now())
"""


def test_f03_a_sweeper_killed_in_the_middle_leaves_marks_and_numbers_as_they_were(forest, cycle):
    before = stored()
    check_in(forest[2], 90, at=timezone.now(), measured_on=timezone.localdate())
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    sweeper = subprocess.Popen(
        [sys.executable, "-c", DYING_SWEEPER, str(cycle.pk)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DATABASE_URL": address.geturl(), "DJANGO_SETTINGS_MODULE": "culture.settings"},
    )
    assert sweeper.stdout is not None
    assert "written" in sweeper.stdout.readline()
    os.kill(sweeper.pid, signal.SIGKILL)
    sweeper.wait()

    assert stored() == before
    assert RollupMark.objects.count() == 1
    deadline = time.monotonic() + PATIENCE
    while RollupMark.objects.exists() and time.monotonic() < deadline:  # the server takes a moment to see the death
        tasks.sweep(cycle.pk)
    assert_right()
    assert stored() != before


def test_f07_f08_without_cache_and_broker_a_check_in_is_saved_at_once_and_the_clock_heals(forest, cycle, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        }
    }
    wakeups.speak_again()
    started = time.monotonic()
    for value in range(5):
        check_in(forest[2], value, at=timezone.now(), measured_on=timezone.localdate())
    assert (
        time.monotonic() - started < 5
    )  # each waits less than the second after which the broker's connection gives up
    assert wakeups.is_quiet()  # after one failure this process leaves the broker alone for a while
    wakeups.speak_again()

    tasks.sweep(cycle.pk)  # the worker's cache is gone as well

    assert_right()


def test_a_check_in_is_rolled_up_by_a_real_worker(celery_worker, forest, cycle):
    check_in(forest[2], 70, at=timezone.now(), measured_on=timezone.localdate())

    deadline = time.monotonic() + PATIENCE
    while RollupMark.objects.exists() and time.monotonic() < deadline:
        time.sleep(1)
        tasks.sweep.delay(cycle.pk)  # as the clock does, should this process leave the broker alone for a while

    assert_right()
    team = Goal.objects.get(pk=forest[1].pk)
    assert team.supporting_ppm == (700_000 + 55 // 2) // 55
    assert RollupState.objects.get().rolled_up_at is not None


def test_i4_a_parent_that_moved_since_the_form_was_opened_gives_its_place_of_today(forest, cycle, cast):
    """What a view fetched before it had the cycle's lock may be old: depth and alignment come from the rows under the lock."""
    team_as_seen = Goal.objects.select_related("detail").get(pk=forest[1].pk)
    department = goal(cast.max, cycle, level="department", unit=cast.helpdesk)
    moved = services.plan_of(forest[1])
    services.change_goal(forest[1], replace(moved, parent=department), version=1, by=cast.max.user, on=TODAY)

    late = goal(cast.eve, cycle, parent=team_as_seen)

    late.refresh_from_db()
    assert (late.depth, late.is_aligned) == (2, False)
    sweep_all_marks(cycle.pk)
    assert rollup.prove(cycle.pk, at=timezone.now()) == 0


def test_i4_a_parent_that_was_withdrawn_since_the_form_was_opened_is_refused(forest, cycle, cast):
    team_as_seen = Goal.objects.select_related("detail").get(pk=forest[1].pk)
    services.cancel_goal(forest[1], because="No longer needed", by=cast.max.user)

    with pytest.raises(place.BadPlace):
        goal(cast.eve, cycle, parent=team_as_seen)


@pytest.mark.parametrize("seed", range(4))
def test_i3_check_ins_moves_repeated_sweeps_and_recomputes_at_once_end_in_the_same_numbers(seed, forest, cycle, cast):
    """Owners, a manager who moves and withdraws, doubled wake-ups, clocks and HR's recompute, each on a connection of its own."""
    random = Random(seed)
    other = goal(cast.max, cycle, level="team", parent=forest[0], metric_type="none", metric_name="", weight=3)
    leaves = forest[2:]

    def owner() -> None:
        for _ in range(8):
            low = random.choice(leaves[3:])
            check_in(low, random.randint(-20, 120), at=timezone.now(), measured_on=timezone.localdate())

    def manager() -> None:
        for low in leaves[:3]:
            fresh = Goal.objects.select_related("detail", "cycle").get(pk=low.pk)
            moved = replace(services.plan_of(fresh), parent=other, weight=random.randint(1, 9))
            services.change_goal(fresh, moved, version=1, by=cast.max.user, on=TODAY)
        services.cancel_goal(leaves[0], because="No longer needed", by=cast.max.user)

    def worker() -> None:
        for _ in range(6):
            tasks.sweep(cycle.pk)

    def clock() -> None:
        for _ in range(3):
            schedule.sweep_all()
            rollup.ask(cycle.pk, at=timezone.now())

    assert at_once([owner, owner, owner, manager, worker, worker, clock]) == []

    sweep_all_marks(cycle.pk)
    assert_right()
    assert rollup.prove(cycle.pk, at=timezone.now()) == 0


def test_every_check_in_made_while_a_cycle_closes_is_in_its_final_scores_or_refused(forest, cycle):
    def check(place: int) -> Callable[[], object]:
        return lambda: check_in(forest[2 + place % 10], place + 1, at=timezone.now(), measured_on=timezone.localdate())

    jobs = [check(place) for place in range(20)]
    raised = at_once([*jobs, lambda: services.close_cycle(cycle, by=None, at=timezone.now())])

    assert all("takes no updates" in str(error) for error in raised), raised
    assert CheckIn.objects.count() == 20 - len(raised)
    scores = dict(FinalScore.objects.values_list("goal_id", "progress_ppm"))
    assert scores == {one.pk: one.progress_ppm for one in Goal.objects.all()}
    supporting = dict(FinalScore.objects.values_list("goal_id", "supporting_ppm"))
    assert supporting == dict(Goal.objects.values_list("pk", "supporting_ppm"))
    assert_right()
