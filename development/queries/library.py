"""The catalogue beside the competency library: what it names and the catalogue has not met, and what serves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from assessments.competencies.models import CompetencyVersion
from development.models import Activity, Aim


@dataclass(frozen=True)
class NamedLearning:
    """One entry of a competency's learning: kind, title, text, hours, for_levels. `competency` is an id."""

    source_key: str
    competency: int
    entry: dict[str, Any]


def not_taken_over() -> list[NamedLearning]:
    """In order of the library; neither what was taken over before under any name, nor what has a title of the catalogue."""
    known = set(Activity.objects.exclude(source_key=None).values_list("source_key", flat=True))
    titles = set(Activity.objects.values_list("title", flat=True))
    versions = CompetencyVersion.objects.published().select_related("competency").order_by("competency__order", "pk")
    found = []
    for version in versions:
        for entry in version.learning:
            source = f"{version.competency.key}:{entry['title']}"
            if source not in known and entry["title"] not in titles:
                titles.add(entry["title"])
                found.append(NamedLearning(source, version.competency_id, entry))
    return found


def activities_by_competency() -> dict[int, int]:
    """How many activities on offer help with each competency, by its id."""
    aims = Aim.objects.filter(activity__in=Activity.objects.offered()).values("competency")
    return dict(aims.annotate(n=Count("activity", distinct=True)).order_by().values_list("competency", "n"))
