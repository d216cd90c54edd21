"""Roll-up of goals: python -m bench.rollup [--goals 10000 100000] [--repeats 3]; a million takes 4 GB and some minutes.

The floor is what no method can avoid, measured in the same run on the same rows: reading the columns by COPY and writing
the changed rows from ready values. Trees are skewed as real ones (few goals with very many supporting goals), all parents
out of date. Everything goes through the product's own functions.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import django
import numpy as np
import numpy.typing as npt

from bench import scratch

START, END, TODAY = date(2026, 1, 1), date(2026, 12, 31), date(2026, 7, 1)
LEVELS = {10_000: 6, 100_000: 7, 1_000_000: 8}
LEAVES = (1, 100, 1_000)
CHECK_INS = 200
FULL_GOAL, INCREMENTAL_GOAL, HOT_GOAL = 1.5, 0.05, 0.99
Ints = npt.NDArray[np.int64]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.rollup", description=__doc__)
    parser.add_argument("--goals", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--measure-here", action="store_true", help="measure in the database of the environment")
    options = parser.parse_args()
    if options.measure_here:
        return measure(options.goals[0], options.repeats)
    for number, goals in enumerate(options.goals):
        with scratch.database("rollup") as environment:
            command = [sys.executable, "-m", "bench.rollup", "--measure-here", "--goals", str(goals)]
            command += ["--repeats", str(options.repeats)]
            quiet = {"BENCH_CONDITIONS": "" if number else "1"}
            code = subprocess.run(command, env={**environment, **quiet}).returncode
            if code:
                return code
    return 0


def measure(goals: int, repeats: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "culture.settings")
    django.setup()
    from bench.conditions import conditions  # noqa: PLC0415 - needs the settings

    if os.environ.get("BENCH_CONDITIONS"):
        print(*conditions(), sep="\n")
    Bench(goals, repeats).run()
    return 0


class Bench:
    """One tree of `size` goals in an empty database, and what is measured on it."""

    def __init__(self, size: int, repeats: int) -> None:
        from django.db import connection  # noqa: PLC0415

        from goals import bulk, columns, rollup, services  # noqa: PLC0415
        from goals.models import Goal, GoalCycle, RollupMark, RollupState  # noqa: PLC0415
        from goals.rollup import full  # noqa: PLC0415

        self.size, self.repeats, self.connection = size, repeats, connection
        self.bulk, self.columns, self.rollup, self.services, self.full = bulk, columns, rollup, services, full
        self.Goal, self.Mark, self.State = Goal, RollupMark, RollupState
        self.random = np.random.default_rng(7)
        self.cycle: GoalCycle = GoalCycle.objects.create(name="Bench", starts_on=START, ends_on=END, state="active")
        self.at = datetime.fromisoformat("2026-07-01T12:00:00+00:00")

    def run(self) -> None:
        parents = self._plant()
        self.rollup.rebuild(self.cycle.pk, on=TODAY, at=self.at)
        self._quiet()
        print(f"\n{self.size:,} goals, {parents:,} with supporting goals, {LEVELS.get(self.size, 7)} levels")
        hot = self._hot()
        self.bulk.load_tree(self.cycle.pk, TODAY)  # everything is cached from here on
        read = self._best(lambda: self.bulk.read_columns(self.cycle.pk, TODAY))
        ready = self.bulk.load_tree(self.cycle.pk, TODAY)
        write = self._best(lambda: self._write_ready(ready), before=self._spoil)
        floor = read + write
        self._say("floor: read the columns, write the rows", floor, f"{read * 1000:.0f} + {write * 1000:.0f} ms")
        whole = self._best(lambda: self.full.recompute(self.cycle.pk, TODAY), before=self._spoil)
        self._say(
            "full roll-up, every parent out of date", whole, self._ratio(whole / floor, FULL_GOAL, "of the floor")
        )
        same = self._best(lambda: self.full.recompute(self.cycle.pk, TODAY))
        self._say("full roll-up, nothing changed", same, self._ratio(same / read, FULL_GOAL, "of reading"))
        self._proof()
        for leaves in LEAVES:
            self._incremental(leaves, whole)
        self._check_ins()
        self._summaries(read)
        _, wrong = self.full.recompute(self.cycle.pk, TODAY)
        print(f"  {wrong} rows differ from a recomputation at the end")
        updated, stayed = (after - before for before, after in zip(hot, self._hot(), strict=True))
        share = stayed / updated if updated else 1.0
        print(f"  heap-only updates: {share:.1%} of {updated:,} (goal: {HOT_GOAL:.0%})")

    # --- what is measured -----------------------------------------------------------------------------------------------

    def _incremental(self, leaves: int, whole: float) -> None:
        """Claim the marks of some changed leaves and roll up what is above them."""
        found = list(self.Goal.objects.filter(supporting_ppm=None).values_list("pk", flat=True))

        def change() -> None:
            chosen = [found[place] for place in self.random.choice(len(found), min(leaves, len(found)), replace=False)]
            self._execute("UPDATE goals_goal SET own_ppm = (random() * 1000000)::int WHERE id = ANY(%s)", [chosen])
            self.Mark.objects.bulk_create([self.Mark(cycle=self.cycle, goal_id=pk) for pk in chosen])
            self.State.objects.update(summarised_at=self.at, summary_ms=10**9)  # the summaries are measured apart

        took = self._best(lambda: self.rollup.sweep(self.cycle.pk, on=TODAY, at=self.at), before=change)
        goal = INCREMENTAL_GOAL if leaves == 100 and self.size >= 1_000_000 else None
        self._say(f"sweep after {leaves:,} changed leaves", took, self._ratio(took / whole, goal, "of full"))

    def _check_ins(self) -> None:
        goals = list(self.Goal.objects.filter(supporting_ppm=None).select_related("owner__user")[:CHECK_INS])
        started = time.perf_counter()
        for goal in goals:
            entry = self.services.CheckInEntry(measured_on=TODAY, value=Decimal(55))
            self.services.check_in(goal, entry, by=goal.owner, at=self.at)
        each = (time.perf_counter() - started) / len(goals)
        self._say(f"check-in, mean of {len(goals):,} through the service", each, "with audit entry and mark")
        self.rollup.sweep(self.cycle.pk, on=TODAY, at=self.at)

    def _summaries(self, read: float) -> None:
        took = self._best(lambda: self.rollup.summarise(self.cycle.pk, on=TODAY, at=self.at))
        units = self.rollup.summarise(self.cycle.pk, on=TODAY, at=self.at)
        self._say(f"unit summaries, {units:,} units", took, self._ratio(took / read, None, "of reading"))

    def _proof(self) -> None:
        started = time.perf_counter()
        wrong = self.rollup.prove(self.cycle.pk, at=self.at)
        self._say("nightly proof, own numbers included", time.perf_counter() - started, f"{wrong} goals wrong")

    def _write_ready(self, tree: Any) -> None:
        chosen = tree["supporting"] != self.bulk.NO_DATA
        self.full._write(tree["id"][chosen], tree["supporting"][chosen])

    # --- around it --------------------------------------------------------------------------------------------------------

    def _best(self, do: Callable[[], object], *, before: Callable[[], None] | None = None) -> float:
        """The best of the repeats, each after `before` and in a transaction of its own."""
        from django.db import transaction  # noqa: PLC0415

        times = []
        for _ in range(self.repeats):
            if before:
                before()
                self._quiet()
            started = time.perf_counter()
            with transaction.atomic():
                do()
            times.append(time.perf_counter() - started)
        return min(times)

    def _spoil(self) -> None:
        """Make every stored roll-up wrong, without leaving the pages full."""
        self._execute("UPDATE goals_goal SET supporting_ppm = (supporting_ppm + 1) % 1000001 WHERE supporting_ppm >= 0")

    def _quiet(self) -> None:
        self._execute("VACUUM ANALYZE goals_goal")
        self._execute("VACUUM ANALYZE goals_rollupmark")
        self._execute("CHECKPOINT")

    def _hot(self) -> tuple[int, int]:
        self._execute("SELECT pg_stat_force_next_flush()")
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'goals_goal'")
            updated, stayed = cursor.fetchone()
            return updated, stayed

    def _execute(self, statement: str, parameters: list[Any] | None = None) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    @staticmethod
    def _say(what: str, seconds: float, remark: str) -> None:
        print(f"  {what:<52} {seconds * 1000:>9,.1f} ms   {remark}")

    @staticmethod
    def _ratio(ratio: float, goal: float | None, of: str) -> str:
        said = f"{ratio:.2f} times" if ratio >= 1 else f"{ratio:.1%}"
        if goal is None:
            return f"{said} {of}"
        wanted = f"{goal:g} times" if goal >= 1 else f"{goal:.0%}"
        return f"{said} {of} (goal: at most {wanted})"

    # --- the tree -----------------------------------------------------------------------------------------------------------

    def _plant(self) -> int:
        """Units, people, goals in parent order, and their words; returns how many goals have supporting goals."""
        units, people = max(50, self.size // 200), max(200, self.size // 4)
        self._people(units, people)
        first_unit, first_person = self._least("people_unit"), self._least("people_employee")
        parent, depth = _tree(self.size, LEVELS.get(self.size, 7), self.random)
        inner = np.bincount(parent[parent >= 0], minlength=self.size) > 0
        bare = inner & (self.random.random(self.size) > 0.15)
        own = self.random.integers(-50_000, 1_100_000, self.size)
        place = np.arange(self.size)
        columns = self.columns
        days = lambda day: np.full(self.size, columns.days(day))  # noqa: E731
        self._execute("CREATE TEMP TABLE planted (id bigint, parent bigint, unit bigint, owner bigint, weight int, own int, "
                      "depth smallint, bare smallint, due int)")  # fmt: skip
        columns.write(
            "planted",
            {
                "id": (place + 1, 8),
                "parent": (parent + 1, 8),
                "unit": (first_unit + place * units // self.size, 8),
                "owner": (first_person + place * people // self.size, 8),
                "weight": (self.random.choice([10, 20, 25, 30, 40, 50, 100], self.size), 4),
                "own": (own, 4),
                "depth": (depth, 2),
                "bare": (bare.astype(np.int64), 2),
                "due": (days(END) - self.random.integers(0, 60, self.size), 4),
            },
        )
        self._execute(_INSERT_GOALS, [self.cycle.pk, START, TODAY - timedelta(10)])
        self._execute(_INSERT_DETAILS)
        self._execute(_INSERT_CHECK_INS, [TODAY - timedelta(10), self.at])
        self._execute("SELECT setval(pg_get_serial_sequence('goals_goal', 'id'), %s)", [self.size])
        self._execute("ANALYZE")
        return int(inner.sum())

    def _people(self, units: int, people: int) -> None:
        from people import tree  # noqa: PLC0415
        from people.models import Employee, Unit, User  # noqa: PLC0415

        root = Unit.objects.create(key="root", name="Root")
        Unit.objects.bulk_create([Unit(key=f"u{n}", name=f"Unit {n}", parent=root, order=n) for n in range(units - 1)])
        tree.renumber_units()
        ids = list(Unit.objects.order_by("position").values_list("pk", flat=True))
        users = User.objects.bulk_create([User(email=f"p{n}@bench.example") for n in range(people)], batch_size=5000)
        Employee.objects.bulk_create(
            [
                Employee(user=user, number=str(n), name=f"Person {n}", unit_id=ids[n * units // people])
                for n, user in enumerate(users)
            ],
            batch_size=5000,
        )

    def _least(self, table: str) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT min(id) FROM {table}")
            found: int = cursor.fetchone()[0]
            return found


_INSERT_GOALS = """
INSERT INTO goals_goal (id, cycle_id, parent_id, unit_id, owner_id, weight, own_ppm, starts_on, due_on, checked_on, depth,
                        state, visibility, measured, is_aligned)
SELECT id, %s, nullif(parent, 0), unit, owner, weight, CASE WHEN bare = 0 THEN own END, %s, DATE '2000-01-01' + due, %s, depth,
       1, 1, CASE WHEN bare = 1 THEN 0 ELSE 1 END, true
FROM planted ORDER BY parent, id"""
_INSERT_DETAILS = """
INSERT INTO goals_goaldetail (goal_id, level, title, customer_benefit, description, constructs, metric_type, metric_name,
                              metric_unit, metric_source, decimals, baseline, target, cancelled_because, version)
SELECT id, CASE WHEN parent = 0 THEN 'organisation' ELSE 'team' END, 'Goal ' || id, 'They notice.', '', '{strategy}',
       CASE WHEN bare = 1 THEN 'none' ELSE 'increase' END, CASE WHEN bare = 1 THEN '' ELSE 'Share' END, '%', '', 0,
       CASE WHEN bare = 0 THEN 0 END, CASE WHEN bare = 0 THEN 100 END, '', 1
FROM planted"""
_INSERT_CHECK_INS = """
INSERT INTO goals_checkin (goal_id, by_id, measured_on, made_at, value, progress_ppm, call, what_changed, next_step, blocker, key)
SELECT id, owner, %s, %s, own / 10000.0, own, '', '', '', '', gen_random_uuid() FROM planted WHERE bare = 0"""


def _tree(size: int, levels: int, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Parents (place of the parent, -1 at the top) and depths of a tree that grows by one ratio, with skewed families."""
    low, high = 1.5, 40.0
    for _ in range(60):
        ratio = (low + high) / 2
        low, high = (ratio, high) if 7 * sum(ratio**level for level in range(levels)) < size else (low, ratio)
    sizes = [max(7, int(7 * ratio**level)) for level in range(levels)]
    sizes[-1] += size - sum(sizes)
    starts = np.cumsum([0, *sizes])
    parent, depth = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    for level in range(1, levels):
        first, begin, end = starts[level - 1], starts[level], starts[level + 1]
        above = np.arange(first, begin)
        able = above if level <= 2 else above[random.random(len(above)) > 0.25]
        share = random.pareto(2.0, len(able)) + 0.3
        parent[begin:end] = able[np.sort(random.choice(len(able), sizes[level], p=share / share.sum()))]
        depth[begin:end] = level
    return parent, depth


if __name__ == "__main__":
    sys.exit(main())
