"""Server time and queries of the main pages at three sizes: python -m bench.pages [--people 200 10000 100000].

Each size gets a database of its own, filled by `manage.py seed`. A page is asked for 40 times in one process, through all
middleware and templates, with the sessions and the cache of production; the first five are thrown away. The ratio between
the sizes is what matters: wall times depend on the machine. A number of queries that differs between sizes is an error.
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
# Label, role, route or function of the models' rows, query string.
PAGES: tuple[tuple[str, str, str, str], ...] = (
    ("employee home", "Employee", "dashboards:home", ""),
    ("manager dashboard", "Manager", "dashboards:team", ""),
    ("manager dashboard, whole tree of the chief", "Executive", "dashboards:team", "?line=all"),
    ("people and goals of a manager", "Manager", "dashboards:team_goals", ""),
    ("people and goals, whole tree of the chief", "Executive", "dashboards:team_goals", "?line=all"),
    ("the same, behind the pace", "Executive", "dashboards:team_goals", "?line=all&show=behind"),
    ("executive page", "Executive", "dashboards:overview", ""),
    ("results page", "Executive", "surveys:results", ""),
    ("results page, against the organisation", "Executive", "surveys:results", "?compare=organisation"),
    ("team results", "Manager", "surveys:team_results", ""),
    ("one C", "Executive", "one C", ""),
    ("what we learned", "Employee", "what we learned", ""),
    ("goal tree", "Manager", "goals:tree", ""),
    ("page of an organisation goal", "Executive", "goal at the top", ""),
    ("page of a person's goal", "Manager", "goal of a report", ""),
    ("my goals", "Employee", "goals:mine", ""),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[200, 10_000, 100_000])
    parser.add_argument(
        "--measure-here", action="store_true", help="measure in the database of the environment, print JSON"
    )
    options = parser.parse_args()
    if options.measure_here:
        print(json.dumps(measure()))
        return 0
    results: dict[int, dict[str, list[float]]] = {}
    for people in options.people:
        with scratch.database(f"pages_{people}") as environment:
            began = time.monotonic()
            scratch.manage(environment, "seed", "--people", str(people))
            scratch.analyse(environment)
            print(f"seeded {people:,} people in {time.monotonic() - began:.1f} s", flush=True)
            command = [sys.executable, "-m", "bench.pages", "--measure-here"]
            answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
            if answer.returncode:
                print(f"The pages could not be measured at {people:,} people: see above.", file=sys.stderr)
                break
            *conditions, figures = answer.stdout.splitlines()
            results[people] = json.loads(figures)
    if not results:
        return 1
    print(*conditions, sep="\n")
    _print(results)
    if len(results) < len(options.people):
        return 1
    return 1 if _uneven(results) else 0


def _uneven(results: dict[int, dict[str, list[float]]]) -> list[str]:
    """Pages that take another number of queries at another size."""
    found = [label for label, *_ in PAGES if len({figures[label][2] for figures in results.values()}) > 1]
    for label in found:
        print(f"The number of queries grows with the organisation: {label}", file=sys.stderr)
    return found


def measure() -> dict[str, list[float]]:
    """p50 and p95 in ms and the number of queries of each page, in this process and its database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "culture.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415 - all of these need the settings
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from bench.conditions import conditions  # noqa: PLC0415
    from culture import warm  # noqa: PLC0415
    from culture.demo import SIGN_INS  # noqa: PLC0415
    from people.models import User  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    warm.warm()  # as gunicorn.conf.py does
    print(*conditions(), sep="\n")
    emails = {role: email for role, email, _ in SIGN_INS}
    figures = {}
    for label, role, name, query in PAGES:
        client, user = Client(), User.objects.get(email=emails[role])
        client.force_login(user)
        address = (reverse(name) if ":" in name else _page_of(name, user)) + query
        times = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            answer = client.get(address, follow=True)
            times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{label} answered {answer.status_code}")
        with CaptureQueriesContext(connection) as queries:
            client.get(address, follow=True)
        figures[label] = [percentile(times[WARM_UP:], 0.5), percentile(times[WARM_UP:], 0.95), len(queries)]
    return figures


def _page_of(name: str, user: Any) -> str:
    """The address of a page that is about one thing."""
    from django.urls import reverse  # noqa: PLC0415 - needs the settings

    if name == "one C":
        return reverse("dashboards:construct", args=["consequence"])
    if name == "what we learned":
        from assessments.surveys.models import Campaign  # noqa: PLC0415

        newest = Campaign.objects.published().filter(audience="staff").order_by("-closes_at")[0]
        return reverse("dashboards:summary", args=[newest.pk])
    return _goal_page(name, user)


def _goal_page(which: str, user: Any) -> str:
    """The page of the organisation's first goal, or of a direct report's."""
    from goals.models import Goal  # noqa: PLC0415

    goals = Goal.objects.current().exclude(visibility=Goal.Visibility.PRIVATE).order_by("pk")
    chosen = goals.filter(parent=None) if which == "goal at the top" else goals.filter(owner__manager=user.employee)
    found = chosen.first()
    if found is None:
        raise SystemExit(f"There is no {which}.")
    return found.get_absolute_url()


def _print(results: dict[int, dict[str, list[float]]]) -> None:
    sizes = list(results)
    heads = [f"{people:,} people: p50 p95 ms, queries" for people in sizes]
    print(f"{'':44}" + "".join(f"{head:>42}" for head in heads) + f"{'p50 ratio':>12}")
    for label, *_ in PAGES:
        cells = [results[people][label] for people in sizes]
        shown = "".join(
            f"{p50:>22.1f} {p95:>8.1f}{'!' if p95 > P95_GOAL else ' '} {queries:>9.0f}" for p50, p95, queries in cells
        )
        print(f"{label:44}{shown}{cells[-1][0] / cells[0][0]:>12.1f}")
    print(f"! p95 above the goal of {P95_GOAL:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
