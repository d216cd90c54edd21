"""What may help with a gap, for the person's own eyes. The app above that keeps learning says it; nothing here knows it.

    offers.register(queries.plan.offers_for)

in AppConfig.ready(). The function leaves out what is on the person's plan already, which is nobody else's business: never
show its answer to anybody but the person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from people.models import Employee


@dataclass(frozen=True)
class Gap:
    """A competency below what the role needs. `competency_id` is that of the competency it counts for today."""

    competency_id: int
    competency: str
    level: int
    required: int
    is_focus: bool


@dataclass(frozen=True)
class Offer:
    """One activity for one gap. `fields` are posted to `take_url` by the button that puts it on the plan."""

    title: str
    text: str
    facts: str
    competency: str
    level: int
    url: str
    take_url: str
    fields: Mapping[str, int]


Source = Callable[[Employee, Sequence[Gap]], Sequence[Offer]]
_sources: list[Source] = []


def register(source: Source) -> None:
    _sources.append(source)


def for_person(employee: Employee, gaps: Sequence[Gap]) -> list[Offer]:
    """For these gaps of theirs, the most useful first."""
    return [offer for source in _sources for offer in source(employee, gaps)] if gaps else []
