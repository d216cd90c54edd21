"""A large invented organisation for measurements: same strands as the demo company, everything written in bulk."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from culture.demo import company
from culture.demo import people as demo_people
from culture.demo.load import NotEmpty, content
from people.models import Employee

SMALLEST = 20


def build(people: int, say: Callable[[str], None], *, at: datetime) -> None:
    """Fill an empty database with `people` employees; `say` hears each strand with its seconds. Raises NotEmpty."""
    if Employee.objects.exists():
        raise NotEmpty("The database already holds people. Use an empty one, or --replace in demo mode.")
    for name, run in (("people", _people),):
        began = time.monotonic()
        said = run(people, at)
        say(f"{name}: {said} ({time.monotonic() - began:.1f} s)")


def _people(people: int, at: datetime) -> str:
    plan = company.large(people, timezone.localdate(at))
    demo_people.write(plan, content("competencies.yaml")["role_profiles"])
    return f"{len(plan.people):,} people in {len(plan.units):,} units"
