"""Write the rows of a checked file with a handful of statements, whatever their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Max

from assessments.competencies.import_check import Draft
from assessments.competencies.models import Competency, CompetencyVersion, Framework, Indicator, LibraryImportLine
from assessments.competencies.services import drafts
from core import audit
from people.models import User

State = CompetencyVersion.State
_PUBLICATION = ["state", "change_note", "published_at", "published_by"]


def write(
    framework: Framework, rows: Sequence[Draft], *, change_note: str | None, by: User | None, at: datetime
) -> None:
    """Save each changed row as a draft, and publish it when there is a change note.

    What drafts.save_draft and drafts.publish do for one competency; the check of the file has made sure of their rules,
    and the caller holds the locks.
    """
    rows = [row for row in rows if row.kind != LibraryImportLine.Kind.UNCHANGED]
    competencies = _competencies(framework, rows)
    issued = CompetencyVersion.objects.issued_now().filter(competency__in=competencies)
    followed = dict(issued.values_list("competency_id", "number"))
    if change_note is not None:
        issued.update(state=State.RETIRED, retired_at=at)
    versions = list(_versions(framework, rows, competencies, by=by, at=at))
    for version in versions if change_note is not None else ():
        version.state, version.change_note = State.PUBLISHED, change_note or ""
        version.published_at, version.published_by = at, by
    _store(versions, rows)
    verb = "draft saved" if change_note is None else "published"
    changes = {"note": change_note} if change_note is not None else {}
    audit.record_many(
        (
            audit.Entry(verb, version, changes={**changes, "follows": followed.get(version.competency_id)})
            for version in versions
        ),
        by=by,
    )


def _competencies(framework: Framework, rows: Sequence[Draft]) -> list[Competency]:
    """The competency of each row, those that are new added behind the last one."""
    last = framework.competencies.aggregate(last=Max("order"))["last"] or 0
    taken = set(Competency.objects.values_list("key", flat=True)) | drafts.RESERVED
    taken |= {key for row in rows if row.current is None and (key := row.cells.get("key"))}
    added: dict[int, Competency] = {}
    for row in rows:
        if row.current is None:
            key = row.cells.get("key") or drafts.free_key(row.wording.name, taken)
            taken.add(key)
            added[row.row] = Competency(framework=framework, key=key, order=last + len(added) + 1)
    Competency.objects.bulk_create(added.values())
    return [row.current.competency if row.current else added[row.row] for row in rows]


def _versions(
    framework: Framework, rows: Sequence[Draft], competencies: Sequence[Competency], *, by: User | None, at: datetime
) -> Iterator[CompetencyVersion]:
    """The draft that waits, or the next version, filled with the words of the row. Not saved."""
    clusters = {cluster.key: cluster for cluster in framework.clusters.all()}
    scale = framework.scales.order_by("-number").first()
    numbered = CompetencyVersion.objects.filter(competency__framework=framework).values_list("competency")
    numbers = dict(numbered.annotate(last=Max("number")).order_by())
    for row, competency in zip(rows, competencies, strict=True):
        if row.current and row.current.is_draft:
            version = row.current
            version.revision += 1
        else:
            number = numbers.get(competency.pk, 0) + 1
            version = CompetencyVersion(competency=competency, number=number, scale=scale)
        drafts.fill(version, row.wording, clusters[row.wording.cluster], by=by, at=at)
        yield version


def _store(versions: Sequence[CompetencyVersion], rows: Sequence[Draft]) -> None:
    waiting = [version for version in versions if version.pk]
    CompetencyVersion.objects.bulk_create(version for version in versions if not version.pk)
    CompetencyVersion.objects.bulk_update(waiting, [*drafts.WRITTEN, *_PUBLICATION])
    Indicator.objects.filter(version__in=waiting).delete()
    Indicator.objects.bulk_create(
        indicator
        for version, row in zip(versions, rows, strict=True)
        for indicator in drafts.indicators_of(version, row.wording)
    )
