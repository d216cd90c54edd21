"""150 people answer at once: python -m bench.autosave [--people 150] [--every 3] [--seconds 60].

Each saves one answer every three seconds over HTTP, as the page does, through gunicorn, PostgreSQL with fsync and Valkey as
processes of their own; nobody waits for anybody. Afterwards every draft is opened: an acknowledged answer that is missing
fails the run.
"""

import argparse
import contextlib
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

from bench.conditions import percentile
from culture.tests.faults.clients import Visitor
from culture.tests.faults.stack import Stack
from devservices import private

GOAL_P95 = 0.5  # seconds


@dataclass
class Respondent:
    invitation: int
    session: str
    kept: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.autosave", description=__doc__)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two saves of one person")
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    with private.folder() as folder:
        stack = Stack(folder)
        with _running(stack):
            return measure(stack.port, options.people, options.every, options.seconds)


@contextlib.contextmanager
def _running(stack: Stack) -> Iterator[None]:
    os.environ.update(
        DATABASE_URL=stack.postgres.url(),
        REDIS_URL=stack.valkey.url(),
        BALLOT_KEY_DIR=str(stack.keys),
        WHEELHOUSE_MODE="test",
        DJANGO_SETTINGS_MODULE="culture.settings",
    )
    try:
        stack.start()
        django.setup()
        yield
    finally:
        stack.stop()


def measure(port: int, people: int, every: float, seconds: float) -> int:
    from bench.conditions import conditions  # noqa: PLC0415 - needs the settings

    print(*conditions(), sep="\n")
    campaign, codes = _survey(people)
    crowd = _crowd(campaign, people)
    stop_at = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_answer, args=(port, one, campaign.pk, codes, every, stop_at, number))
        for number, one in enumerate(crowd)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [value for one in crowd for value in one.seconds]
    errors = [status for one in crowd for status in one.errors]
    lost = _lost(campaign, crowd)
    p50, p95, p99 = (1000 * percentile(times, share) for share in (0.5, 0.95, 0.99))
    print(f"{people} people, one save every {every:g} s each, for {seconds:g} s: {len(times):,} saves kept")
    print(f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, longest {1000 * max(times):.0f} ms")
    print(f"errors {len(errors)}{f' ({sorted(set(errors))})' if errors else ''}, acknowledged and not there {lost}")
    held = not errors and not lost and p95 <= 1000 * GOAL_P95
    print(f"goal: no error, none lost, p95 at most {1000 * GOAL_P95:.0f} ms: {'kept' if held else 'MISSED'}")
    return 0 if held else 1


def _survey(people: int) -> tuple[Any, list[str]]:
    """An open survey of everyone in one unit."""
    from django.conf import settings  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from assessments.surveys import content  # noqa: PLC0415
    from assessments.surveys.queries.layouts import layout_of  # noqa: PLC0415
    from assessments.surveys.services import campaigns  # noqa: PLC0415
    from people import tree  # noqa: PLC0415
    from people.models import Employee, Unit, User  # noqa: PLC0415

    unit = Unit.objects.create(key="all", name="All")
    tree.renumber_units()
    users = User.objects.bulk_create([User(email=f"p{n}@example.org") for n in range(people)])
    Employee.objects.bulk_create(
        [Employee(user=user, number=f"E{n}", name=f"P {n}", unit=unit) for n, user in enumerate(users)]
    )
    version = content.load(Path(settings.BASE_DIR) / "culture" / "content" / "instrument.yaml")
    at = timezone.now()
    campaign = campaigns.create_campaign(
        by=users[0],
        title="Measured",
        form=version.forms.get(key="employee_full"),
        audience="everyone",
        opens_at=at,
        closes_at=at + timedelta(days=1),
    )
    campaign = campaigns.launch(campaign, by=users[0], at=at)
    return campaign, [slot.code for slot in layout_of(campaign.form).statements]


def _crowd(campaign: Any, people: int) -> list[Respondent]:
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    found = []
    for seat in campaign.invitations.select_related("employee__user").order_by("pk")[:people]:
        client = Client()
        client.force_login(seat.employee.user)
        found.append(Respondent(seat.pk, str(client.cookies[settings.SESSION_COOKIE_NAME].value)))
    return found


def _answer(
    port: int, one: Respondent, campaign: int, codes: list[str], every: float, stop_at: float, number: int
) -> None:
    """One save each `every` seconds, started at a moment of one's own; a slow answer does not put off the next one."""
    chance = random.Random(number)
    visitor = Visitor(port, one.session)
    due = time.monotonic() + chance.random() * every
    sequence = 0
    while due < stop_at:
        time.sleep(max(0.0, due - time.monotonic()))
        sequence += 1
        code, value = codes[sequence % len(codes)], str(chance.randint(1, 5))
        answer = visitor.post(f"/surveys/{campaign}/answers/", key=code, value=value, sequence=sequence)
        if answer.is_acknowledged:
            one.kept[code] = value
            one.seconds.append(answer.seconds)
        else:
            one.errors.append(answer.status)
        due += every


def _lost(campaign: Any, crowd: list[Respondent]) -> int:
    """Acknowledged answers that the person's draft does not hold."""
    from assessments.surveys import ballot_box, ballot_keys  # noqa: PLC0415
    from assessments.surveys.ballots import Draft  # noqa: PLC0415

    keys = ballot_keys.load(campaign.key)
    lost = 0
    for one in crowd:
        stored = Draft.objects.filter(invitation=one.invitation).first()
        draft = ballot_box.unlock_draft(bytes(stored.content), keys.draft) if stored else {}
        lost += sum(str(draft.get(code, ("",))[0]) != value for code, value in one.kept.items())
    return lost


if __name__ == "__main__":
    sys.exit(main())
