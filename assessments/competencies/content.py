"""Load a competency library from a file such as competencies.yaml. Adds what is missing, never overwrites what is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.competencies import services
from assessments.competencies.models import (
    Cluster,
    Competency,
    Framework,
    LearningKind,
    Level,
    ProfileSet,
    Scale,
)
from assessments.competencies.queries.profiles import Cell
from assessments.competencies.services import frameworks
from assessments.competencies.wording import Activity, Wording
from core import shipped
from core.constructs import Construct
from core.errors import DomainError
from people.models import JobRole, User

SCHEMA = "competency-library/1"


class UnknownLibrary(DomainError):
    """The file does not say what this loader reads."""


@dataclass(frozen=True)
class LoadReport:
    """How much was added; zeros when everything was there already."""

    competencies: int
    profiles: int


@transaction.atomic
def load(path: Path, *, by: User | None) -> LoadReport:
    """Add the file's framework, clusters, competencies, job roles and role profiles where they are missing.

    A competency that exists, in whatever wording, is HR's and stays as it is; so do role profiles once there are some.
    """
    data = shipped.read(path)
    _check(data, path)
    at = timezone.now()
    framework = _framework(data, at=at)
    for row in data["clusters"]:
        defaults = {"name": row["name"], "text": row["text"], "order": row["order"]}
        Cluster.objects.get_or_create(framework=framework, key=row["key"], defaults=defaults)
    present = set(Competency.objects.values_list("key", flat=True))
    missing = [row for row in data["competencies"] if row["key"] not in present]
    for row in missing:
        _add_competency(framework, row, by=by, at=at)
    return LoadReport(len(missing), _add_profiles(framework, data["role_profiles"], by=by, at=at))


def _check(data: Any, path: Path) -> None:
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise UnknownLibrary(f"{path.name} is no competency library: its schema must be {SCHEMA}.")
    constructs = {c for row in data["competencies"] for c in row["seven_c"]}
    if strange := constructs - set(Construct.values):
        raise UnknownLibrary(f"{path.name} names Cs that do not exist: {', '.join(sorted(strange))}.")
    kinds = {activity["kind"] for row in data["competencies"] for activity in row["learning"]}
    if strange := kinds - set(LearningKind.values):
        raise UnknownLibrary(f"{path.name} names kinds of learning that do not exist: {', '.join(sorted(strange))}.")


def _framework(data: dict[str, Any], *, at: datetime) -> Framework:
    guides = {"rating_guide": data["rating_guide"], "interview_guide": data["incident_interview"]}
    framework, is_new = Framework.objects.get_or_create(
        key=data["key"], defaults={"name": data.get("name", "Customer-focus library"), **guides}
    )
    if is_new and not Framework.objects.in_use().exists():
        frameworks.put_into_use(framework, at=at)
    if is_new:
        scale = Scale.objects.create(framework=framework)
        zero, levels = data["level_scale"]["zero"], data["level_scale"]["levels"]
        Level.objects.bulk_create(Level(scale=scale, **row) for row in [zero, *levels])
    return framework


def _add_competency(framework: Framework, row: dict[str, Any], *, by: User | None, at: datetime) -> None:
    wording = Wording(
        name=row["name"],
        cluster=row["cluster"],
        definition=row["definition"],
        constructs=tuple(row["seven_c"]),
        indicators={int(level): tuple(lines) for level, lines in row["levels"].items()},
        job_description_sentence=row["job_description_sentence"],
        interview_questions=tuple(row["interview_questions"]),
        contrary={int(level): tuple(lines) for level, lines in row.get("levels_not", {}).items()},
        learning=tuple(Activity.of(activity) for activity in row["learning"]),
    )
    competency = Competency.objects.create(framework=framework, key=row["key"], order=row["order"])
    draft = services.start_first_draft(competency, wording, by=by, at=at)
    services.publish(competency, started_from=draft.mark, change_note="Shipped with the product.", by=by, at=at)


def _add_profiles(framework: Framework, rows: list[dict[str, Any]], *, by: User | None, at: datetime) -> int:
    for row in rows:
        JobRole.objects.get_or_create(key=row["key"], defaults={"name": row["name"]})
    if ProfileSet.objects.filter(framework=framework).exists():
        return 0
    roles = JobRole.objects.in_bulk([row["key"] for row in rows], field_name="key")
    profiles = [
        services.NewProfile(
            job_role=roles[row["key"]],
            name=row["name"],
            purpose=row["purpose"],
            cells={key: Cell(level, key in row["focus"]) for key, level in row["required"].items()},
        )
        for row in rows
    ]
    services.save_profiles(framework, profiles, follows=0, change_note="Shipped with the product.", by=by, at=at)
    return len(profiles)
