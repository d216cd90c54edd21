"""Take in a file of goals: upload and try it out, then write all of it or nothing.

The check is the import itself, row by row in a transaction that is undone: whatever a form would refuse, a file is refused
too, in the same words. Goals are known by their reference; the same file twice changes nothing the second time.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit, notify, tables, uploads
from core.errors import DomainError
from goals import rollup
from goals.files import NAMES, STANDING
from goals.models import GoalCycle, GoalImport, GoalImportLine
from goals.services.trial import Draft, Trial
from people.models import User

LIMITS = tables.Limits(file_bytes=8 * 1024 * 1024, rows=5000, columns=60, cell_characters=4000)
ROWS_AT_ONCE = 300  # a larger file waits for the clock, so that no browser waits for it
BATCH = 1000
_HOLDS_REFUSALS = "Some rows cannot be imported, so nothing was changed. Mend them and upload again."


Kind = GoalImportLine.Kind
Rows = Sequence[tuple[int, Mapping[str, str]]]
Tell = Callable[[int], None] | None


class CycleClosed(DomainError):
    """No goal of a closed cycle changes any more."""


class HoldsRefusals(DomainError):
    """Rows that cannot be imported keep the whole file out."""


class ChangedSince(DomainError):
    """Goals changed after the check, so that the file would now do something else."""


class _Undo(Exception):  # noqa: N818 - nothing went wrong
    """Ends a trial: everything that it wrote is taken back."""


# --- verbs --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def upload(cycle: GoalCycle, file_name: str, content: bytes, *, by: User, at: datetime) -> GoalImport:
    """Read a file, try it out and keep what it would do. No goal changes. A large file waits for the clock to try it.

    Raises CycleClosed, and core.tables.TableRefused when no row can be read.
    """
    if not cycle.is_open:
        raise CycleClosed(f"{cycle.name} is closed; its goals do not change any more.")
    rows = rows_of(tables.read(file_name, content, LIMITS))
    file = GoalImport.objects.create(cycle=cycle, file_name=file_name[-200:], made_by=by, made_at=at)
    if len(rows) > ROWS_AT_ONCE:
        waiting = (GoalImportLine(file=file, row=row, kind=Kind.WAITING, cells=cells) for row, cells in rows)
        GoalImportLine.objects.bulk_create(waiting, batch_size=BATCH)
    else:
        check(file, rows, by=by, at=at)
    audit.record("checked for import", file, by=by, changes={"rows": len(rows)})
    return file


@transaction.atomic
def check(file: GoalImport, rows: Rows, *, by: User, at: datetime, tell: Tell = None) -> None:
    """Try the rows out and keep what each would do."""
    drafts: list[Draft] = []
    with suppress(_Undo), transaction.atomic():
        drafts = Trial(file.cycle, rows, by=by, at=at, is_trial=True).run(tell)
        raise _Undo
    _keep_lines(file, drafts)
    file.checked_at = at
    file.save(update_fields=["checked_at"])


@transaction.atomic
def agree(file: GoalImport, *, by: User, at: datetime) -> None:
    """Let the clock import a large file: a row in the database, so that no restart loses it (goals.services.waiting)."""
    kept = GoalImport.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if kept.applied_at or kept.agreed_at or kept.checked_at is None:
        return
    if kept.lines.filter(kind=Kind.REFUSED).exists():
        raise HoldsRefusals(_HOLDS_REFUSALS)
    kept.agreed_by, kept.agreed_at, kept.attempts, kept.refusal = by, at, 0, ""
    kept.save(update_fields=["agreed_by", "agreed_at", "attempts", "refusal"])
    audit.record("agreed to import", kept, by=by)


def apply(file: GoalImport, *, by: User, at: datetime, tell: Tell = None) -> bool:
    """Write what the check showed, all of it or nothing. False if it had been written before: a second click is harmless.

    Raises HoldsRefusals, or ChangedSince with the check brought up to date.
    """
    with transaction.atomic():
        rollup.wait_for_lock(file.cycle_id)
        kept = GoalImport.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=file.pk)
        if kept.applied_at:
            return False
        lines = list(kept.lines.all())
        rows = [(line.row, line.cells) for line in lines]
        shown = False
        with suppress(_Undo), transaction.atomic():
            drafts = Trial(kept.cycle, rows, by=by, at=at).run(tell)
            shown = all(_told(line) == _told(_line(kept, draft)) for line, draft in zip(lines, drafts, strict=True))
            if not shown:
                raise _Undo
        if shown and any(draft.problems for draft in drafts):
            raise HoldsRefusals(_HOLDS_REFUSALS)
        if shown:
            kept.applied_at, kept.applied_by = at, by
            kept.save(update_fields=["applied_at", "applied_by"])
            audit.record("imported", kept, by=by, changes=dict(Counter(draft.kind.label for draft in drafts)))
            _tell_owners(kept, drafts, by=by, at=at)
        else:
            _keep_lines(kept, drafts)
    if not shown:
        raise ChangedSince("Somebody changed goals after this check. Below is what the file would do now.")
    return True


@transaction.atomic
def discard(file: GoalImport, *, by: User) -> None:
    """Throw away a file that was not imported, with all it says about people."""
    kept = GoalImport.objects.select_for_update().get(pk=file.pk)
    if kept.applied_at:
        raise DomainError("This file has been imported. What it changed stands with each goal.")
    if kept.agreed_at:
        raise DomainError("This file is being imported. Wait a moment.")
    audit.record("discarded the import", kept, by=by)
    kept.delete()


def forget_old(*, at: datetime) -> int:
    """Delete what nobody imported, and old rows of what was; returns how many rows went."""
    return uploads.forget_old(GoalImport, GoalImportLine, at=at)


def rows_of(table: Sequence[Sequence[str]]) -> list[tuple[int, dict[str, str]]]:
    """Row number and cells by column; what an export adds about progress is left out. Raises TableRefused."""
    names = tables.heading(table, [*NAMES, *STANDING])
    if "reference" not in names:
        raise tables.TableRefused("The column “reference” is missing. It is how we know which goal is which.")
    return tables.rows_under([name if name in NAMES else "" for name in names], table)


def _keep_lines(file: GoalImport, drafts: Sequence[Draft]) -> None:
    file.lines.all().delete()
    GoalImportLine.objects.bulk_create((_line(file, draft) for draft in drafts), batch_size=BATCH)


def _line(file: GoalImport, draft: Draft) -> GoalImportLine:
    label = draft.cells.get("title") or (draft.goal.detail.title if draft.goal else "") or draft.reference
    return GoalImportLine(
        file=file,
        row=draft.row,
        kind=draft.kind,
        label=label[:200],
        cells=draft.cells,
        changes=draft.changes,
        problems=draft.problems,
    )


def _told(line: GoalImportLine) -> tuple[Any, ...]:
    return str(line.kind), line.changes, line.problems


def _tell_owners(file: GoalImport, drafts: Sequence[Draft], *, by: User, at: datetime) -> None:
    owners = {draft.goal.owner.user_id for draft in drafts if draft.is_new and draft.goal} - {by.pk}
    words = f"New goals of yours in {file.cycle.name}. Read them, and tell HR if one is not yours."
    notify.tell_all(owners, f"goals-imported:{file.pk}", words, "/goals/mine/", at)
