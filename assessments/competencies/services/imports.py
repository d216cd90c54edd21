"""Take in a file of competencies: upload and check it, then write all of it or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from assessments.competencies import cluster_files, import_check
from assessments.competencies.cluster_files import ClusterRow
from assessments.competencies.import_check import Draft
from assessments.competencies.library_files import CELL_CHARACTERS, NAMES, ROWS, Cells, parsed, rows_of, rows_of_json
from assessments.competencies.models import Framework, LibraryImport, LibraryImportLine
from assessments.competencies.services import bulk, frameworks
from assessments.competencies.services.locking import lock_framework_and_competencies
from assessments.competencies.services.refusals import NotReady
from core import audit, tables, uploads
from core.errors import DomainError
from people.models import User

Kind = LibraryImportLine.Kind
LIMITS = tables.Limits(rows=ROWS, columns=len(NAMES), cell_characters=CELL_CHARACTERS)


class HoldsRefusals(DomainError):
    """Rows that cannot be imported keep the whole file from being imported."""


class ChangedSince(DomainError):
    """The library changed after the check, so that the file would now do something else."""


@transaction.atomic
def upload(
    framework: Framework,
    file_name: str,
    content: bytes,
    *,
    publishes: bool,
    change_note: str,
    by: User,
    at: datetime,
) -> LibraryImport:
    """Read and check a CSV, XLSX or JSON file and keep what it would do. Nothing of the library changes.

    Raises core.tables.TableRefused when no row can be read.
    """
    if publishes and not change_note.strip():
        raise NotReady("Say in a sentence what changed and why; everyone who is assessed can read it.")
    rows, clusters = _read(file_name, content)
    changes = cluster_files.changes(framework, clusters)
    checked = import_check.check(rows, framework, publishes=publishes, clusters=clusters)
    file = LibraryImport.objects.create(
        framework=framework,
        file_name=file_name[-200:],
        publishes=publishes,
        change_note=change_note.strip(),
        clusters=[asdict(row) for row in clusters],
        cluster_changes=[change.stored for change in changes],
        made_by=by,
        made_at=at,
    )
    _store(file, checked)
    audit.record("checked for import", file, by=by, changes={"rows": len(checked)})
    return file


def _read(file_name: str, content: bytes) -> tuple[list[tuple[int, Cells]], list[ClusterRow]]:
    """The rows of the file, and its clusters, which only JSON has."""
    if file_name.lower().endswith(".json"):
        if len(content) > LIMITS.file_bytes:
            raise tables.TableRefused(f"The file is larger than {LIMITS.file_bytes // 1024 // 1024} MB. Split it.")
        data = parsed(content)
        return rows_of_json(data), cluster_files.rows_of(data)
    return rows_of(tables.read(file_name, content, LIMITS)), []


def _store(file: LibraryImport, checked: list[Draft]) -> None:
    LibraryImportLine.objects.bulk_create(
        LibraryImportLine(file=file, **import_check.line_of(draft)) for draft in checked
    )


def apply(file: LibraryImport, *, by: User, at: datetime) -> bool:
    """Write what the check showed, all of it or nothing. False if it had been written before: a second click is harmless.

    Raises HoldsRefusals while a row cannot be imported, ChangedSince (with the check brought up to date) if the file
    would now do something else than was shown.
    """
    with transaction.atomic():
        framework = lock_framework_and_competencies(file.framework_id)
        kept = LibraryImport.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if kept.applied_at:
            return False
        lines = list(kept.lines.all())
        rows = [(line.row, line.cells) for line in lines]
        clusters = [ClusterRow(**row) for row in kept.clusters]
        changes = cluster_files.changes(framework, clusters)
        shown = [change.stored for change in changes]
        checked = import_check.check(rows, framework, publishes=kept.publishes, clusters=clusters)
        is_as_shown = kept.cluster_changes == shown and all(
            import_check.told(line.kind, line.changes, line.problems)
            == import_check.told(draft.kind, draft.changes, draft.problems)
            for line, draft in zip(lines, checked, strict=True)
        )
        if is_as_shown:
            if any(draft.problems for draft in checked):
                raise HoldsRefusals("Some rows cannot be imported, so nothing was changed. Mend them and upload again.")
            frameworks.take_clusters(framework, changes, by=by)
            bulk.write(framework, checked, change_note=kept.change_note if kept.publishes else None, by=by, at=at)
            kept.applied_at, kept.applied_by = at, by
            kept.save(update_fields=["applied_at", "applied_by"])
            audit.record("imported", kept, by=by, changes=dict(Counter(draft.kind.label for draft in checked)))
        else:
            kept.cluster_changes = shown
            kept.save(update_fields=["cluster_changes"])
            kept.lines.all().delete()
            _store(kept, checked)
    if not is_as_shown:
        raise ChangedSince("Somebody changed the library after this check. Below is what the file would do now.")
    return True


@transaction.atomic
def discard(file: LibraryImport, *, by: User) -> None:
    """Throw away a file that was not imported."""
    kept = LibraryImport.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if kept.applied_at:
        raise DomainError("This file has been imported. What it changed is in the versions of each competency.")
    audit.record("discarded the import", kept, by=by)
    kept.delete()


def forget_old(*, at: datetime) -> int:
    """Delete what nobody imported, and old rows of what was; returns how many rows went."""
    return uploads.forget_old(LibraryImport, LibraryImportLine, at=at)
