"""Check-in to dashboard through the whole stack: python -m bench.live [--people 1000] [--rate 20] [--seconds 30].

People check in over HTTP at a steady rate (nobody waits for an answer before the next one sends); gunicorn, PostgreSQL
with fsync, Valkey, a Celery worker and the product's own clock are processes of their own. Measured are the answer itself,
the time until the roll-up that holds the check-in is committed, until the totals of units hold it, and, once a second, until a
goal's page asked over HTTP shows the new number. Then the same with the worker and the broker killed in the middle.
Afterwards everything is worked out again from check-ins: no row may differ, no acknowledged check-in may be missing.
"""

import argparse
import contextlib
import os
import random
import re
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import django

from bench.conditions import percentile
from culture.tests.faults.clients import Visitor
from culture.tests.faults.stack import CELERY, Stack
from devservices import private
from devservices.children import Program

CLIENTS = 16
OWNERS = 200  # who check in, each on one goal
LOOK_EVERY = 0.02  # seconds between two looks into the database
PROBE_EVERY, PROBE_LOOKS = 1.0, 0.05
PATIENCE = 120.0
KILL_AT, BROKER_BACK, WORKER_BACK = 1 / 3, 3.0, 5.0  # of the run; seconds later
_SHOWN = re.compile(r'colspan="3">([\d.]+) divided by')


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=20.0, help="check-ins a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    with private.folder() as folder:
        stack = Stack(folder)
        with _running(stack, folder):
            bench = _prepared(options.people)
            wrong = bench.run(stack, options.rate, options.seconds, kills=False)
            wrong += bench.run(stack, options.rate, options.seconds, kills=True)
    return 1 if wrong else 0


@contextlib.contextmanager
def _running(stack: Stack, folder: Any) -> Iterator[None]:
    os.environ.update(
        DATABASE_URL=stack.postgres.url(),
        REDIS_URL=stack.valkey.url(),
        BALLOT_KEY_DIR=str(stack.keys),
        WHEELHOUSE_MODE="test",
        DJANGO_SETTINGS_MODULE="culture.settings",
    )
    clock = (*CELERY, "culture", "beat", f"--schedule={folder / 'clock'}", "--pidfile=", "--loglevel=INFO")
    stack.beat = Program("Celery beat", clock, folder / "beat.log", env=dict(os.environ))
    try:
        stack.start()
        django.setup()
        yield
    finally:
        stack.stop()


def _prepared(people: int) -> "Bench":
    from django.core.management import call_command  # noqa: PLC0415 - needs the settings

    from bench.conditions import conditions  # noqa: PLC0415

    print(*conditions(), sep="\n")
    began = time.monotonic()
    with open(os.devnull, "w") as nowhere:
        call_command("seed", people=people, stdout=nowhere)
    print(f"seeded {people:,} people in {time.monotonic() - began:.1f} s", flush=True)
    return Bench()


@dataclass
class Sent:
    """One acknowledged check-in. Moments are those of time.time(), which the database server shares."""

    goal: int
    key: uuid.UUID
    sent: float
    answered: float
    rolled_up: float = 0.0
    totalled: float = 0.0


@dataclass
class Run:
    acknowledged: list[Sent] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)


class Bench:
    """Owners with sessions and a measure each, and one goal beside them whose page is looked at."""

    def __init__(self) -> None:
        from goals.models import Goal, GoalCycle  # noqa: PLC0415

        self.cycle = GoalCycle.objects.active().get()
        below = Goal.objects.current().filter(parent__isnull=False, detail__metric_type__in=["increase", "decrease"])
        owned = below.filter(owner__is_active=True).exclude(visibility=Goal.Visibility.PRIVATE)
        goals = list(owned.select_related("owner__user").order_by("pk"))
        random.Random(7).shuffle(goals)
        self.goals = [(goal.pk, _session(goal.owner.user)) for goal in goals[1 : 1 + OWNERS]]
        self.probe = self._plant_probe(goals[0].owner)

    def _plant_probe(self, owner: Any) -> tuple[int, int, str]:
        """A goal without a measure over one that goes from 0 to 1000: its page shows each value to a tenth."""
        from goals import rollup  # noqa: PLC0415
        from goals.models import Goal, GoalDetail  # noqa: PLC0415

        today = datetime.now().astimezone().date()
        place = {
            "cycle": self.cycle,
            "unit": owner.unit,
            "owner": owner,
            "starts_on": today,
            "due_on": self.cycle.ends_on,
        }
        words = {"level": "individual", "customer_benefit": "They notice."}
        above = Goal.objects.create(**place, measured=Goal.Measured.NOT)
        GoalDetail.objects.create(goal=above, title="Probe", metric_type="none", **words)
        low = Goal.objects.create(**place, parent=above, depth=1, own_ppm=0)
        numbers = {"baseline": 0, "target": 1000, "metric_name": "Probe", "metric_type": "increase"}
        GoalDetail.objects.create(goal=low, title="Probe", **numbers, **words)
        rollup.rebuild(self.cycle.pk, on=today, at=datetime.now().astimezone())
        return above.pk, low.pk, _session(owner.user)

    def run(self, stack: Stack, rate: float, seconds: float, *, kills: bool) -> int:
        """One run with its figures printed; returns how many rows were wrong or missing."""
        run, port = Run(), stack.port
        print(
            f"\n{rate:g} check-ins a second for {seconds:g} s" + (", worker and broker killed" if kills else ""),
            flush=True,
        )
        watch = threading.Thread(target=self._watch, args=(run,))
        probe = threading.Thread(target=self._probe, args=(run, port))
        for thread in (watch, probe):
            thread.start()
        breaking = _breaking(stack, seconds) if kills else []
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            for number in range(int(rate * seconds)):
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
                while breaking and time.monotonic() - began >= breaking[0][0]:
                    breaking.pop(0)[1]()
                goal, session = random.choice(self.goals)
                pool.submit(self._check_in, run, port, goal, session)
        ended = time.monotonic()
        run.is_over.set()
        for thread in (probe, watch):
            thread.join(2 * PATIENCE)
        drained = time.monotonic() - ended
        if not all(one.totalled for one in run.acknowledged):
            print(stack.last_words())
        return self._report(run, drained)

    def _check_in(self, run: Run, port: int, goal: int, session: str) -> None:
        key, sent = uuid.uuid4(), time.time()
        answer = _post_check_in(port, session, goal, random.randint(0, 100), key)
        if answer.is_acknowledged:
            run.acknowledged.append(Sent(goal, key, sent, time.time()))
        else:
            run.refused.append(f"{answer.status} {answer.body[:120]}")

    def _watch(self, run: Run) -> None:
        """Look at marks and totals every few milliseconds and note from when on each check-in is in them."""
        from django.db import connection  # noqa: PLC0415

        from goals.models import RollupState  # noqa: PLC0415

        deadline: float | None = None
        while deadline is None or time.monotonic() < deadline:
            if run.is_over.is_set():
                deadline = deadline or time.monotonic() + PATIENCE
                if all(one.totalled for one in run.acknowledged):
                    break
            waiting = [one for one in list(run.acknowledged) if not one.totalled]
            state = RollupState.objects.get(cycle=self.cycle)
            made = state.summarised_at.timestamp() if state.summarised_at else 0.0
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT goal_id, extract(epoch FROM min(queued_at)) FROM goals_rollupmark GROUP BY goal_id"
                )
                marked = {goal: float(since) for goal, since in cursor.fetchall()}
            now = time.time()
            for one in waiting:
                if not one.rolled_up and marked.get(one.goal, now) > one.answered:
                    one.rolled_up = now
                elif one.rolled_up and (not state.is_summary_due or made > one.rolled_up):
                    one.totalled = now
            time.sleep(LOOK_EVERY)
        connection.close()

    def _probe(self, run: Run, port: int) -> None:
        """Once a second change one number over HTTP and ask for the page above it until it says so."""
        above, low, session = self.probe
        visitor, value = Visitor(port, session), 0
        while not run.is_over.is_set():
            began, value = time.monotonic(), value % 900 + 7
            if not _post_check_in(port, session, low, value, uuid.uuid4()).is_acknowledged:
                time.sleep(PROBE_EVERY)
                continue
            answered = time.monotonic()
            while time.monotonic() - answered < PATIENCE:
                shown = _SHOWN.search(visitor.get(f"/goals/{above}/").body)
                if shown and float(shown[1]) == value / 10:
                    run.pages.append(time.monotonic() - answered)
                    break
                time.sleep(PROBE_LOOKS)
            time.sleep(max(0.0, began + PROBE_EVERY - time.monotonic()))

    def _report(self, run: Run, drained: float) -> int:
        done = run.acknowledged
        print(
            f"  {len(done)} acknowledged, {len(run.refused)} not; everything rolled up {drained:.1f} s after the last"
        )
        _say("answer to the check-in", [one.answered - one.sent for one in done])
        _say("answer to roll-up committed", [one.rolled_up - one.answered for one in done if one.rolled_up])
        _say("answer to totals of units", [one.totalled - one.answered for one in done if one.totalled])
        _say("answer to a page that shows it", run.pages)
        for words in sorted(set(run.refused))[:3]:
            print(f"  not acknowledged: {words}")
        wrong, missing = self._wrong(), self._missing(run)
        print(f"  {wrong} rows differ from a recomputation, {missing} acknowledged check-ins are missing", flush=True)
        return wrong + missing

    def _wrong(self) -> int:
        from goals import rollup  # noqa: PLC0415
        from goals.models import RollupState  # noqa: PLC0415

        now = datetime.now().astimezone()
        as_of = RollupState.objects.get(cycle=self.cycle).as_of or now.date()
        differing = rollup.prove(self.cycle.pk, at=now)
        _, changed = rollup.recompute(self.cycle.pk, as_of)
        return differing + changed

    @staticmethod
    def _missing(run: Run) -> int:
        from goals.models import CheckIn  # noqa: PLC0415

        keys = {one.key for one in run.acknowledged}
        return len(keys) - CheckIn.objects.filter(key__in=keys).count()


def _breaking(stack: Stack, seconds: float) -> list[tuple[float, Callable[[], None]]]:
    """Worker and broker die at once, the broker with all its data; first the broker comes back, then the worker.

    Seconds since the beginning, and what happens. For the main thread: a program dies with the thread that started it.
    """
    first = seconds * KILL_AT
    return [
        (first, lambda: stack.kill(stack.worker)),
        (first, lambda: stack.kill(stack.valkey)),
        (first, stack.valkey.discard),
        (first + BROKER_BACK, stack.valkey.start),
        (first + WORKER_BACK, stack.worker.start),
    ]


def _post_check_in(port: int, session: str, goal: int, value: int, key: uuid.UUID) -> Any:
    form = {"value": value, "measured_on": datetime.now().astimezone().date().isoformat(), "key": key}
    return Visitor(port, session).post(f"/goals/{goal}/check-ins/", **form)


def _session(user: Any) -> str:
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    client = Client()
    client.force_login(user)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def _say(what: str, seconds: list[float]) -> None:
    if not seconds:
        print(f"  {what:<34} nothing measured")
        return
    p50, p95, p99 = (1000 * percentile(seconds, share) for share in (0.5, 0.95, 0.99))
    print(f"  {what:<34} p50 {p50:>7.0f}   p95 {p95:>7.0f}   p99 {p99:>7.0f}   most {1000 * max(seconds):>7.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
