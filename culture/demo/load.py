"""Load the demo company step by step. A step that was completed is never repeated, so an interrupted load goes on.

Each completed step leaves an audit entry, which is also its marker. Dates are shifted as goals.yaml says: by the days from
its anchor date to the day on which the load began.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import timezone

from core import audit
from core.errors import DomainError
from core.models import AuditEntry
from culture.demo import company
from culture.demo import people as demo_people
from people.models import Employee, Unit

CONTENT = Path(settings.BASE_DIR) / "culture" / "content"
_VERB = "loaded the demo: "


class NotEmpty(DomainError):
    """Somebody else's organisation is in the database."""


@dataclass(frozen=True)
class Step:
    """`run` gets the moment to which the demo's dates refer and returns one line on what there is now."""

    key: str
    run: Callable[[datetime], str]


@cache
def content(name: str) -> Any:
    return yaml.safe_load((CONTENT / name).read_text(encoding="utf-8"))


def load(say: Callable[[str], None], *, at: datetime) -> None:
    """Run every step that has not been completed; `say` hears one line per step. Raises NotEmpty."""
    if Employee.objects.exists() and not is_loaded("people"):
        raise NotEmpty("The database already holds people who are not the demo company's. Use an empty database.")
    for number, step in enumerate(STEPS, start=1):
        label = f"{number} of {len(STEPS)}, {step.key}"
        if is_loaded(step.key):
            say(f"{label}: was loaded before")
            continue
        said = step.run(_began_at(at))
        audit.record(_VERB + step.key, Unit.objects.get(parent=None), by=None, changes={"at": at.isoformat()})
        say(f"{label}: {said}")


def is_loaded(key: str) -> bool:
    return AuditEntry.objects.filter(verb=_VERB + key).exists()


def is_complete() -> bool:
    return all(is_loaded(step.key) for step in STEPS)


def _began_at(at: datetime) -> datetime:
    """When the load began: a resumed load keeps the dates of the first one."""
    first = AuditEntry.objects.filter(verb__startswith=_VERB).order_by("pk").first()
    return datetime.fromisoformat(first.changes["at"]) if first else at


def _people(at: datetime) -> str:
    plan = company.tarnbrook(content("goals.yaml"), _day(at))
    demo_people.write(plan, content("competencies.yaml")["role_profiles"])
    return f"{len(plan.people)} people in {len(plan.units)} units"


def _day(at: datetime) -> date:
    return timezone.localdate(at)


STEPS = [Step("people", _people)]
