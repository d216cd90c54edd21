"""Pages that read many people's levels at two sizes: python -m bench.reviews_pages [--people 200 10000].

Each size gets a database of its own, filled by `manage.py seed`, whose review cycle is closed and counted here: the time of
that count is printed too. A page is asked for 40 times in one process as in bench.pages; the first five are thrown away. A
number of queries that differs between sizes is an error.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

import django
from django.conf import settings

from bench import scratch
from bench.conditions import percentile

REPEATS, WARM_UP = 40, 5
P95_GOAL = 100.0  # ms
COUNT_GOAL = 60.0  # s
# Label, role, what of (see _page_of).
PAGES: tuple[tuple[str, str, str], ...] = (
    ("team matrix of a manager", "Manager", "reviews:matrix"),
    ("levels of the organisation, beside the seven Cs", "HR administrator", "top"),
    ("the same, for an executive", "Executive", "top"),
    ("levels of a department", "HR administrator", "department"),
    ("one C beside its competencies", "Executive", "one C"),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.reviews_pages", description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[200, 10_000])
    parser.add_argument("--measure-here", action="store_true", help="measure in the database of the environment")
    options = parser.parse_args()
    if options.measure_here:
        print(json.dumps(measure()))
        return 0
    results: dict[int, dict[str, list[float]]] = {}
    for people in options.people:
        with scratch.database(f"reviews_{people}") as environment:
            scratch.manage(environment, "seed", "--people", str(people))
            command = [sys.executable, "-m", "bench.reviews_pages", "--measure-here"]
            answer = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
            *conditions, figures = answer.stdout.splitlines()
            results[people] = json.loads(figures)
    print(*conditions, sep="\n")
    _print(results)
    return 1 if _uneven(results) or _slow(results) else 0


def measure() -> dict[str, list[float]]:
    """Seconds of the count, its rows and people; then p50 and p95 in ms and the number of queries of each page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "culture.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415 - all of these need the settings
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from bench.conditions import conditions  # noqa: PLC0415
    from culture.demo import SIGN_INS  # noqa: PLC0415
    from people.models import User  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    print(*conditions(), sep="\n")
    figures = {"count": _count()}
    emails = {role: email for role, email, _ in SIGN_INS}
    for label, role, what in PAGES:
        client = Client()
        client.force_login(User.objects.get(email=emails[role]))
        address = _page_of(what)
        times = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            answer = client.get(address)
            times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{label} answered {answer.status_code}")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        figures[label] = [percentile(times[WARM_UP:], 0.5), percentile(times[WARM_UP:], 0.95), len(queries)]
    return figures


def _count() -> list[float]:
    """Close the seeded cycle and count its levels: seconds, people, numbers shown, numbers stored."""
    from django.utils import timezone  # noqa: PLC0415

    from assessments.reviews import services  # noqa: PLC0415
    from assessments.reviews.models import ReviewCycle, UnitLevel  # noqa: PLC0415
    from assessments.reviews.services import summaries  # noqa: PLC0415
    from core import bulk  # noqa: PLC0415

    cycle = ReviewCycle.objects.open().latest("pk")
    services.close(cycle, by=None, at=timezone.now())
    began = time.perf_counter()
    summary = summaries.summarise(cycle, on=timezone.localdate())
    seconds = time.perf_counter() - began
    bulk.refresh_statistics()
    stored = UnitLevel.objects.filter(unit__summary=summary)
    return [seconds, summary.people, stored.filter(hidden="").count(), stored.count()]


def _page_of(what: str) -> str:
    from django.urls import reverse  # noqa: PLC0415 - needs the settings

    from assessments.reviews.models import UnitSummary  # noqa: PLC0415

    if what == "one C":
        return reverse("dashboards:construct", args=["communication"])
    if what in ("top", "department"):
        depth = 0 if what == "top" else 1
        newest: Any = UnitSummary.objects.order_by("-summary__made_on", "-summary_id", "place")
        return reverse("reviews:unit_levels", args=[newest.filter(depth=depth)[0].pk])
    return reverse(what)


def _uneven(results: dict[int, dict[str, list[float]]]) -> list[str]:
    found = [label for label, *_ in PAGES if len({figures[label][2] for figures in results.values()}) > 1]
    for label in found:
        print(f"The number of queries grows with the organisation: {label}", file=sys.stderr)
    return found


def _slow(results: dict[int, dict[str, list[float]]]) -> bool:
    return any(figures["count"][0] > COUNT_GOAL for figures in results.values())


def _print(results: dict[int, dict[str, list[float]]]) -> None:
    for people, figures in results.items():
        seconds, assessed, shown, stored = figures["count"]
        print(
            f"{people:,} people: count of the levels of {assessed:,.0f} in {seconds:.1f} s (goal {COUNT_GOAL:.0f} s), "
            f"{shown:,.0f} of {stored:,.0f} numbers shown"
        )
    heads = [f"{people:,} people: p50 p95 ms, queries" for people in results]
    print(f"{'':50}" + "".join(f"{head:>40}" for head in heads))
    for label, *_ in PAGES:
        cells = [figures[label] for figures in results.values()]
        shown_cells = "".join(
            f"{p50:>20.1f} {p95:>8.1f}{'!' if p95 > P95_GOAL else ' '} {queries:>9.0f}" for p50, p95, queries in cells
        )
        print(f"{label:50}{shown_cells}")
    print(f"! p95 above the goal of {P95_GOAL:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
