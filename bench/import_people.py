"""Import of people from a file, check and apply: python -m bench.import_people [--rows 10000].

In an empty organisation of 100 units the file adds everybody (six levels of managers, managers below their reports), comes
again unchanged, and then moves everybody to another unit with another title. The floor of an apply is what PostgreSQL takes
for the bare rows: users, employees and audit entries, inserted in the same run and rolled back.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import django

from bench import scratch

GOAL_SECONDS = 30
UNITS, SPAN = 100, 6


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.import_people", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--measure-here", action="store_true", help="measure in the database of the environment")
    options = parser.parse_args()
    if options.measure_here:
        return measure(options.rows)
    with scratch.database("import") as environment:
        command = [sys.executable, "-m", "bench.import_people", "--measure-here", "--rows", str(options.rows)]
        return subprocess.run(command, env=environment).returncode


def measure(rows: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "culture.settings")
    django.setup()
    from bench.conditions import conditions  # noqa: PLC0415
    from core import tables  # noqa: PLC0415 - all of these need the settings
    from people import imports as rules  # noqa: PLC0415

    print(*conditions(), sep="\n")
    by = _organisation()
    first, moved = _rows(rows), _rows(rows, shift=1)
    csv, xlsx = tables.to_csv(rules.NAMES, first), tables.to_xlsx([("People", rules.NAMES, first)])
    print(f"{rows:,} rows, {len(csv) / 1e6:.1f} MB CSV, {len(xlsx) / 1e6:.1f} MB XLSX")
    _timed("read the CSV file", lambda: tables.read("a.csv", csv))
    _timed("read the XLSX file", lambda: tables.read("a.xlsx", xlsx))
    floor = _timed("floor: bare INSERT of the rows", lambda: _bare_insert(first))
    checked, file = _timed_with("dry run, all new (XLSX)", lambda: _upload(xlsx, by))
    applied = _timed("apply, all new", lambda: _apply(file, by))
    _timed("dry run, the same again (CSV)", lambda: _upload(csv, by))
    rechecked, file = _timed_with("dry run, all moved (CSV)", lambda: _upload(tables.to_csv(rules.NAMES, moved), by))
    reapplied = _timed("apply, all moved", lambda: _apply(file, by))
    total = max(checked + applied, rechecked + reapplied)
    print(f"\napply of all new: {applied / floor:.1f} times the floor")
    print(f"dry run and apply: {total:.1f} s, goal {GOAL_SECONDS} s: {'kept' if total < GOAL_SECONDS else 'MISSED'}")
    return 0 if total < GOAL_SECONDS else 1


def _organisation() -> Any:
    from people import tree  # noqa: PLC0415
    from people.models import JobRole, Unit, User  # noqa: PLC0415

    root = Unit.objects.create(key="org", name="Organisation")
    Unit.objects.bulk_create(Unit(key=f"unit-{n}", name=f"Unit {n}", parent=root, order=n) for n in range(UNITS))
    tree.renumber_units()
    JobRole.objects.create(key="agent", name="Agent")
    return User.objects.create_user("hr@example.org")


def _rows(count: int, shift: int = 0) -> list[list[str]]:
    """Everyone below person number // SPAN; shuffled, so that managers stand anywhere in the file."""
    rows = [
        [
            f"N{n:06d}",
            f"Person Number {n}",
            f"person{n}@example.org",
            f"unit-{(n + shift) % UNITS}",
            f"N{n // SPAN:06d}" if n else "",
            f"Title {shift}",
            "agent",
            "Leeds",
            "2021-09-01",
            "active",
        ]
        for n in range(count)
    ]
    random.Random(1).shuffle(rows)
    return rows


def _upload(content: bytes, by: Any) -> Any:
    from django.utils import timezone  # noqa: PLC0415

    from people.services import imports  # noqa: PLC0415

    return imports.upload("people", content, by=by, at=timezone.now())


def _apply(file: Any, by: Any) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from people.services import imports  # noqa: PLC0415

    imports.apply(file, by=by, at=timezone.now())


def _bare_insert(rows: list[list[str]]) -> None:
    from django.db import connection, transaction  # noqa: PLC0415
    from psycopg2.extras import execute_values  # noqa: PLC0415

    from people.models import Unit  # noqa: PLC0415

    unit = Unit.objects.get(key="org").pk
    with transaction.atomic(), connection.cursor() as wrapped:
        cursor = wrapped.cursor
        users = execute_values(
            cursor,
            "INSERT INTO people_user (password, email, is_active, theme, joined_at, session_epoch) VALUES %s RETURNING id",
            [("!", row[2], True, "auto", "2026-01-01", 0) for row in rows],
            page_size=2000,
            fetch=True,
        )
        execute_values(
            cursor,
            "INSERT INTO people_employee (number, name, title, site, is_active, version, line_first, line_last, unit_id, "
            "user_id) VALUES %s",
            [
                (row[0], row[1], row[5], row[7], True, 1, 0, 0, unit, user)
                for row, (user,) in zip(rows, users, strict=True)
            ],
            page_size=2000,
        )
        execute_values(
            cursor,
            "INSERT INTO core_auditentry (at, verb, subject_kind, subject_key, subject_label, changes, request_id, about_id) "
            "VALUES %s",
            [
                ("2026-01-01", "added", "people.employee", "1", row[1], "{}", "", user)
                for row, (user,) in zip(rows, users, strict=True)
            ],
            page_size=2000,
        )
        transaction.set_rollback(True)


def _timed_with(label: str, work: Callable[[], Any]) -> tuple[float, Any]:
    began, busy = time.monotonic(), time.process_time()
    answer = work()
    seconds, busy = time.monotonic() - began, time.process_time() - busy
    print(f"{label:<36}{seconds:8.2f} s, of them {busy:.2f} s of this process", flush=True)
    return seconds, answer


def _timed(label: str, work: Callable[[], Any]) -> float:
    return _timed_with(label, work)[0]


if __name__ == "__main__":
    sys.exit(main())
