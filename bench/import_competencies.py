"""Import of competencies from a file, check and apply: python -m bench.import_competencies [--rows 500].

Into a framework of five levels the file adds everything and publishes it, comes again unchanged, and then changes every
definition. The floor of an apply is what PostgreSQL takes for the bare rows: competencies, versions, indicators and audit
entries, inserted in the same run and rolled back.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import django

from bench import scratch

GOAL_SECONDS = 10
LEVELS, LINES = 5, 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.import_competencies", description=__doc__)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--measure-here", action="store_true", help="measure in the database of the environment")
    options = parser.parse_args()
    if options.measure_here:
        return measure(options.rows)
    with scratch.database("competencies") as environment:
        command = [sys.executable, "-m", "bench.import_competencies", "--measure-here", "--rows", str(options.rows)]
        return subprocess.run(command, env=environment).returncode


def measure(rows: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "culture.settings")
    django.setup()
    from assessments.competencies.library_files import NAMES  # noqa: PLC0415
    from bench.conditions import conditions  # noqa: PLC0415
    from core import tables  # noqa: PLC0415 - all of these need the settings
    from people.models import User  # noqa: PLC0415

    print(*conditions(), sep="\n")
    by = User.objects.create_user("hr@example.org")
    framework = _framework(by)
    first, changed = _rows(rows, NAMES), _rows(rows, NAMES, word="gladly")
    csv, xlsx = tables.to_csv(NAMES, first), tables.to_xlsx([("Competencies", NAMES, first)])
    print(f"{rows:,} competencies of {LEVELS * LINES} indicators, {len(csv) / 1e6:.1f} MB CSV")
    floor = _timed("floor: bare INSERT of the rows", lambda: _bare_insert(framework, by, rows))[0]
    checked, file = _timed("dry run, all new (XLSX)", lambda: _upload(framework, "a.xlsx", xlsx, by))
    applied = _timed("apply and publish, all new", lambda: _apply(file, by))[0]
    _timed("dry run, the same again (CSV)", lambda: _upload(framework, "a.csv", csv, by))
    rechecked, file = _timed(
        "dry run, all changed (CSV)", lambda: _upload(framework, "b.csv", tables.to_csv(NAMES, changed), by)
    )
    reapplied = _timed("apply and publish, all changed", lambda: _apply(file, by))[0]
    total = max(checked + applied, rechecked + reapplied)
    print(f"\napply of all new: {applied / floor:.1f} times the floor")
    print(f"dry run and apply: {total:.1f} s, goal {GOAL_SECONDS} s: {'kept' if total < GOAL_SECONDS else 'MISSED'}")
    return 0 if total < GOAL_SECONDS else 1


def _framework(by: Any) -> Any:
    from django.utils import timezone  # noqa: PLC0415

    from assessments.competencies.queries import texts  # noqa: PLC0415
    from assessments.competencies.services import frameworks  # noqa: PLC0415

    levels = [frameworks.LevelWords(f"Level {n}", "", "", f"What level {n} means.") for n in range(1, LEVELS + 1)]
    framework = frameworks.create("Bench", "", levels, copy_of=None, by=by, at=timezone.now())
    clusters = [frameworks.ClusterWords("", f"Cluster {n}", "") for n in range(20)]
    frameworks.save_clusters(framework, clusters, started_from=texts.mark_of_clusters(framework), by=by)
    return framework


def _rows(count: int, names: list[str], word: str = "well") -> list[list[str]]:
    """Names and definitions that differ by enough words not to resemble one another all."""
    cells = [
        {
            "name": f"Craft {n * 7919 % 104729:06d} of {n * 15485863 % 32452843:08d}",
            "cluster": f"cluster-{n % 20}",
            "definition": f"Does task {n * 611953 % 1299709} {word} for customer group {n * 3571 % 9973}.",
            "constructs": "strategy, competency",
            **{
                f"level_{level}": "\n".join(f"Shows {n}.{level}.{line} to a customer." for line in range(LINES))
                for level in range(1, LEVELS + 1)
            },
            "interview_questions": f"Tell me about case {n}.",
            "learning": f"coaching; Talk {n}; 2; 2, 3; With a coach.",
        }
        for n in range(1, count + 1)
    ]
    return [[row.get(name, "") for name in names] for row in cells]


def _upload(framework: Any, name: str, content: bytes, by: Any) -> Any:
    from django.utils import timezone  # noqa: PLC0415

    from assessments.competencies.services import imports  # noqa: PLC0415

    given = {"publishes": True, "change_note": "From a file.", "by": by, "at": timezone.now()}
    return imports.upload(framework, name, content, **given)


def _apply(file: Any, by: Any) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from assessments.competencies.services import imports  # noqa: PLC0415

    imports.apply(file, by=by, at=timezone.now())


def _bare_insert(framework: Any, by: Any, rows: int) -> None:
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from assessments.competencies.models import Competency, CompetencyVersion, Indicator  # noqa: PLC0415
    from core import audit  # noqa: PLC0415

    cluster, scale, at = framework.clusters.first(), framework.scales.get(), timezone.now()
    with transaction.atomic():
        made = Competency.objects.bulk_create(
            Competency(framework=framework, key=f"floor_{n}", order=n % 30_000) for n in range(rows)
        )
        versions = CompetencyVersion.objects.bulk_create(
            CompetencyVersion(
                competency=one,
                number=1,
                cluster=cluster,
                scale=scale,
                name=one.key,
                definition="x",
                constructs=[],
                saved_at=at,
            )
            for one in made
        )
        Indicator.objects.bulk_create(
            Indicator(version=version, level=level, order=line, text=f"{level}.{line}")
            for version in versions
            for level in range(1, LEVELS + 1)
            for line in range(LINES)
        )
        audit.record_many((audit.Entry("published", version) for version in versions), by=by)
        transaction.set_rollback(True)


def _timed(label: str, work: Callable[[], Any]) -> tuple[float, Any]:
    began, busy = time.monotonic(), time.process_time()
    answer = work()
    seconds, busy = time.monotonic() - began, time.process_time() - busy
    print(f"{label:<36}{seconds:8.2f} s, of them {busy:.2f} s of this process", flush=True)
    return seconds, answer


if __name__ == "__main__":
    sys.exit(main())
