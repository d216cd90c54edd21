"""Release of a campaign: python -m bench.survey_release [--people 10000] [--units 500].

Everybody answers the full questionnaire; the seal opens, mixes, scores, hides and stores in its one transaction. The
floor of the release is what no method can avoid: reading the answer vectors and writing one packed row per unit, by COPY,
in the same run. Opening the ballots is cryptography and stands apart, with its own floor: the bare library call.
"""

import argparse
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
import numpy as np

from bench import scratch

GOAL_RATIO = 3.0  # docs/decisions/007-release-plan.md
SHORT = 0.05  # seconds below which a release is short enough, whatever the ratio: the floor of 10,000 answers is 0.01 s
REPEATS = 5
CHILDREN = 5  # of a unit


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.survey_release", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--units", type=int, help="default: one for 20 people")
    parser.add_argument("--measure-here", action="store_true", help="measure in the database of the environment")
    options = parser.parse_args()
    units = options.units or max(8, options.people // 20)
    if options.measure_here:
        return measure(options.people, units)
    with scratch.database("survey") as environment:
        command = [sys.executable, "-m", "bench.survey_release", "--measure-here"]
        command += ["--people", str(options.people), "--units", str(units)]
        return subprocess.run(command, env=environment).returncode


def measure(people: int, units: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "culture.settings")
    django.setup()
    from assessments.surveys import ballot_box, ballot_keys, rollup  # noqa: PLC0415 - all of these need the settings
    from assessments.surveys.ballots import SealedBallot  # noqa: PLC0415
    from assessments.surveys.queries.layouts import layout_of  # noqa: PLC0415
    from bench.conditions import conditions  # noqa: PLC0415

    print(*conditions(), sep="\n")
    _organisation(people, units)
    _, campaign = _timed("launch: snapshot and invitations", _launched)
    layout = layout_of(campaign.form)
    _timed("ballots packed, sealed and stored (preparation)", lambda: _answer(campaign, layout))
    print(f"{people:,} answers of {layout.width} bytes, {campaign.units_at_launch.count():,} units")

    keys = ballot_keys.load(campaign.key)
    sealed = SealedBallot.objects.filter(campaign_number=campaign.pk).values_list("payload", flat=True)
    payloads = [bytes(payload) for payload in sealed]
    bare, _ = _timed("floor of opening: the bare library calls", lambda: _open_bare(payloads, keys.private))
    opening, _ = _timed("open all ballots", lambda: len(ballot_box.open_all(payloads, keys.private, layout)))
    at = campaign.closes_at + timedelta(minutes=6)
    sealing, _ = _timed("the whole seal, one transaction", lambda: rollup.seal(campaign.pk, at=at))

    floor, release, computing = _release(campaign, layout)
    print(f"{'floor of the release: read vectors, write packed rows':<58}{floor:8.3f} s")
    print(f"{'release: the same with scores and suppression':<58}{release:8.3f} s, computing {computing:.3f} s")
    print(f"\nopening: {opening / bare:.2f} times its floor; seal: {1e6 * sealing / people:.0f} us an answer in all")
    kept = release <= max(GOAL_RATIO * floor, SHORT)
    goal = f"goal {GOAL_RATIO:g}, or {SHORT:g} s"
    print(f"release: {release / floor:.2f} times its floor, {goal}: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


def _timed(what: str, run: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - started
    print(f"{what:<58}{seconds:8.3f} s", flush=True)
    return seconds, result


def _organisation(people: int, units: int) -> None:
    """Units of five children each, people spread unevenly over all of them."""
    from people import tree  # noqa: PLC0415
    from people.models import Employee, Unit, User  # noqa: PLC0415

    made: list[Unit] = []
    for number in range(units):
        parent = made[(number - 1) // CHILDREN] if number else None
        made.append(Unit.objects.create(key=f"unit-{number}", name=f"Unit {number}", parent=parent, order=number))
    tree.renumber_units()
    users = User.objects.bulk_create((User(email=f"p{n}@example.org") for n in range(people)), batch_size=2000)
    homes = np.random.default_rng(1).choice(units, people, p=_uneven(units))
    Employee.objects.bulk_create(
        (Employee(user=user, number=f"E{n}", name=f"P {n}", unit=made[homes[n]]) for n, user in enumerate(users)),
        batch_size=2000,
    )


def _uneven(units: int) -> Any:
    weights = np.random.default_rng(2).gamma(2.0, size=units)
    return weights / weights.sum()


def _launched() -> Any:
    from django.conf import settings  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from assessments.surveys import content  # noqa: PLC0415
    from assessments.surveys.services import campaigns  # noqa: PLC0415
    from people.models import User  # noqa: PLC0415

    version = content.load(Path(settings.BASE_DIR) / "culture" / "content" / "instrument.yaml")
    at, by = timezone.now(), User.objects.order_by("pk").first()
    campaign = campaigns.create_campaign(
        by=by,
        title="Measured",
        form=version.forms.get(key="employee_full"),
        audience="everyone",
        opens_at=at,
        closes_at=at + timedelta(days=1),
    )
    return campaigns.launch(campaign, by=by, at=at)


def _answer(campaign: Any, layout: Any) -> None:
    """A ballot of every invited person: all statements, some open or not applicable, both markers, a comment from some."""
    from assessments.surveys import ballot_box, ballot_keys  # noqa: PLC0415
    from assessments.surveys.ballots import SealedBallot  # noqa: PLC0415
    from assessments.surveys.vectors import NOT_APPLICABLE, OPEN  # noqa: PLC0415

    random, keys = np.random.default_rng(3), ballot_keys.load(campaign.key)
    seats = list(campaign.invitations.values_list("employee_id", "home__place"))
    vectors = random.integers(1, 6, (len(seats), layout.width)).astype(np.uint8)
    vectors[random.random(vectors.shape) < 0.04] = NOT_APPLICABLE
    vectors[random.random(vectors.shape) < 0.01] = OPEN
    ballots = (
        SealedBallot(
            receipt=keys.receipt_of(campaign.key, employee),
            campaign_number=campaign.pk,
            payload=ballot_box.seal(
                ballot_box.Ballot(place, 0, vectors[n].tobytes(), ("A comment" if n % 4 == 0 else "", "")),
                bytes(campaign.public_key),
            ),
        )
        for n, (employee, place) in enumerate(seats)
    )
    SealedBallot.objects.bulk_create(ballots, batch_size=1000)
    campaign.invitations.update(answered=True)


def _open_bare(payloads: list[bytes], private: bytes) -> None:
    from nacl.public import PrivateKey, SealedBox  # noqa: PLC0415

    box = SealedBox(PrivateKey(private))
    for payload in payloads:
        box.decrypt(payload)


def _release(campaign: Any, layout: Any) -> tuple[float, float, float]:
    """Best of some runs, each rolled back: the floor, the release, and what computing takes of it."""
    from django.db import connection, transaction  # noqa: PLC0415

    from assessments.surveys import release, rollup  # noqa: PLC0415

    units = list(campaign.units_at_launch.order_by("place"))
    tree = rollup.tree_of(units)
    with connection.cursor() as cursor:
        ready = io.BytesIO()
        cursor.copy_expert("COPY surveys_unitrelease TO STDOUT (FORMAT binary)", ready)
    best = [float("inf")] * 3
    for _ in range(REPEATS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM surveys_unitrelease")
            started = time.perf_counter()
            _read(cursor, campaign.pk, layout.width)
            ready.seek(0)
            cursor.copy_expert("COPY surveys_unitrelease FROM STDIN (FORMAT binary)", ready)
            best[0] = min(best[0], time.perf_counter() - started)
            transaction.set_rollback(True)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM surveys_unitrelease")
            started = time.perf_counter()
            homes, vectors = _read(cursor, campaign.pk, layout.width)
            computing = time.perf_counter()
            plan = release.make_plan(layout, tree, homes, vectors, campaign.minimum_group)
            best[2] = min(best[2], time.perf_counter() - computing)
            rollup.write_releases(plan, units, campaign.minimum_group)
            best[1] = min(best[1], time.perf_counter() - started)
            transaction.set_rollback(True)
    return best[0], best[1], best[2]


def _read(cursor: Any, campaign_pk: int, width: int) -> tuple[Any, Any]:
    """Binary COPY of (place, vector): homes from 0 and the answers."""
    content = io.BytesIO()
    cursor.copy_expert(
        f"COPY (SELECT place, vector FROM surveys_response WHERE campaign_number = {int(campaign_pk)}) "
        "TO STDOUT (FORMAT binary)",
        content,
    )
    row = np.dtype([("n", ">i2"), ("l1", ">i4"), ("place", ">i4"), ("l2", ">i4"), ("vector", "u1", width)])
    view = content.getbuffer()
    rows = np.frombuffer(view, row, (len(view) - 21) // row.itemsize, 19)
    return rows["place"].astype(np.int64) - 1, np.ascontiguousarray(rows["vector"])


if __name__ == "__main__":
    sys.exit(main())
