"""Take in a file of people: upload and check it, then write all of it or nothing."""

import hashlib
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core import audit, bulk, tables, uploads
from core.errors import DomainError
from people import imports, partners, tree
from people.imports import Draft
from people.models import Employee, ImportLine, PeopleImport, RoleGrant, Unit, User, no_address
from people.services import partners as partner_services
from people.undo import Written

Holds = PeopleImport.Holds
RULES: Any = {Holds.PEOPLE: imports, Holds.PARTNERS: partners}  # rows_of and check of each kind of file
BATCH = 2000
ROWS_AT_ONCE = 1000  # a larger file waits for the clock, so that no browser waits for it
ATTEMPTS = 3
_HOLDS_REFUSALS = "Some rows cannot be imported, so nothing was changed. Mend them and upload again."
_COLUMN_OF = {"name": "name", "unit_key": "unit", "job_title": "title", "job_role_key": "job_role", "site": "site"}
_COLUMN_OF |= {"hired_on": "hired_on"}


class HoldsRefusals(DomainError):
    """Rows that cannot be imported keep the whole file from being imported."""


class ChangedSince(DomainError):
    """The organisation changed after the check, so that the file would now do something else."""


@transaction.atomic
def upload(file_name: str, content: bytes, *, by: User, at: datetime, holds: Holds = Holds.PEOPLE) -> PeopleImport:
    """Read and check a file and keep what it would do. Nothing of the organisation changes.

    Raises core.tables.TableRefused when no row can be read.
    """
    rules = RULES[holds]
    drafts = rules.check(rules.rows_of(tables.read(file_name, content)), by=by)
    digest = hashlib.sha256(content).hexdigest()
    file = PeopleImport.objects.create(holds=holds, file_name=file_name[-200:], digest=digest, made_by=by, made_at=at)
    ImportLine.objects.bulk_create((_line(file, draft) for draft in drafts), batch_size=BATCH)
    audit.record("checked for import", file, by=by, changes={"rows": len(drafts)})
    return file


@transaction.atomic
def agree(file: PeopleImport, *, by: User, at: datetime) -> None:
    """Let the clock import a large file: a row in the database, so that no restart loses it (see apply_agreed)."""
    kept = PeopleImport.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if kept.applied_at or kept.agreed_at:
        return
    if kept.lines.filter(kind=ImportLine.Kind.REFUSED).exists():
        raise HoldsRefusals(_HOLDS_REFUSALS)
    kept.agreed_by, kept.agreed_at, kept.attempts, kept.refusal = by, at, 0, ""
    kept.save(update_fields=["agreed_by", "agreed_at", "attempts", "refusal"])
    audit.record("agreed to import", kept, by=by)


def apply_agreed(*, at: datetime) -> int:
    """Import the files that wait, oldest first; returns how many were imported. Safe to run twice, and at once.

    A refusal is kept for the page. After three attempts that ended without an answer (a killed worker, a fault of ours)
    the file is handed back as well, so that it cannot keep the worker busy for ever.
    """
    done = 0
    with tree.only_importer() as is_alone:
        waiting = PeopleImport.objects.filter(applied_at=None).exclude(agreed_at=None).order_by("agreed_at")
        for file in waiting if is_alone else ():
            done += _try(file, at=at)
    return done


def _try(file: PeopleImport, *, at: datetime) -> bool:
    assert file.agreed_by is not None
    if file.attempts >= ATTEMPTS:
        _hand_back(file, "The import broke off several times. Nothing was changed; the log says why.")
        return False
    PeopleImport.objects.filter(pk=file.pk).update(attempts=F("attempts") + 1)
    try:
        return apply(file, by=file.agreed_by, at=at)
    except DomainError as refusal:
        _hand_back(file, str(refusal))
        return False


def _hand_back(file: PeopleImport, refusal: str) -> None:
    PeopleImport.objects.filter(pk=file.pk).update(agreed_at=None, agreed_by=None, refusal=refusal[:300])


def apply(file: PeopleImport, *, by: User, at: datetime) -> bool:
    """Write what the check showed, all of it or nothing. False if it had been written before: a second click is harmless.

    Raises HoldsRefusals while a row cannot be imported, ChangedSince (with the check brought up to date) if the file
    would now do something else than was shown.
    """
    with transaction.atomic():
        tree.lock_organisation()
        kept = PeopleImport.objects.select_for_update(of=("self",)).get(pk=file.pk)
        if kept.applied_at:
            return False
        lines = list(kept.lines.all())
        drafts = RULES[kept.holds].check([(line.row, line.cells) for line in lines], by=by)
        is_as_shown = all(_told(line) == _told(_line(kept, draft)) for line, draft in zip(lines, drafts, strict=True))
        if is_as_shown:
            if any(draft.problems for draft in drafts):
                raise HoldsRefusals(_HOLDS_REFUSALS)
            if kept.holds == Holds.PARTNERS:
                replaced = partner_services.write(drafts, by=by)
            else:
                replaced = _write(drafts, by=by, on=timezone.localdate(at))
            _keep_for_undo(lines, replaced)
            kept.applied_at, kept.applied_by = at, by
            kept.save(update_fields=["applied_at", "applied_by"])
            audit.record("imported", kept, by=by, changes=dict(Counter(draft.kind.label for draft in drafts)))
        else:
            kept.lines.all().delete()
            ImportLine.objects.bulk_create((_line(kept, draft) for draft in drafts), batch_size=BATCH)
    if not is_as_shown:
        raise ChangedSince("Somebody changed the organisation after this check. Below is what the file would do now.")
    return True


@transaction.atomic
def discard(file: PeopleImport, *, by: User) -> None:
    """Throw away a file that was not imported, with all it says about people."""
    kept = PeopleImport.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if kept.applied_at:
        raise DomainError("This file has been imported. What it changed is in the audit trail.")
    if kept.agreed_at:
        raise DomainError("This file is being imported. Wait a moment.")
    audit.record("discarded the import", kept, by=by)
    kept.delete()


def forget_old(*, at: datetime) -> int:
    """Delete what nobody imported, and old rows of what was; returns how many rows went."""
    return uploads.forget_old(PeopleImport, ImportLine, at=at)


def _line(file: PeopleImport, draft: Draft) -> ImportLine:
    return ImportLine(
        file=file,
        row=draft.row,
        kind=draft.kind,
        person=draft.label[:200],
        cells=draft.cells,
        changes=draft.changes,
        problems=draft.problems,
        notes=draft.notes,
    )


def _keep_for_undo(lines: Iterable[ImportLine], replaced: Mapping[str, Written]) -> None:
    changing = [line for line in lines if line.cells["employee_number"] in replaced]
    for line in changing:
        line.written = asdict(replaced[line.cells["employee_number"]])
    bulk.update_rows(changing, ["written"])


def _told(line: ImportLine) -> tuple[Any, ...]:
    return str(line.kind), line.changes, line.problems


# --- writing: few statements, whatever the number of rows ---------------------------------------------------------------


def _write(drafts: Sequence[Draft], *, by: User, on: date) -> dict[str, Written]:
    """Returns what was replaced, by employee number, for an undo."""
    people = {person.number: person for person in Employee.objects.select_related("user")}
    added = [draft for draft in drafts if draft.person is None]
    touched = [draft for draft in drafts if draft.person is not None and draft.changes]
    before = _as_it_was(touched, people)
    _add(added, people)
    _change(touched, people, on=on)
    _close_accounts([people[draft.number].user_id for draft in touched if draft.leaves])
    tree.renumber_line()
    audit.record_many(_entries([*added, *touched], people), by=by)
    replaced = {draft.number: Written(people[draft.number].user_id) for draft in added}
    return replaced | {number: one.then(people[number]) for number, one in before.items()}


def _add(drafts: Sequence[Draft], people: dict[str, Employee]) -> None:
    """Managers before their reports, so that each row is written once with its manager's id."""
    users = [User(email=draft.facts["email"] or no_address(), password=_no_password()) for draft in drafts]
    User.objects.bulk_create(users, batch_size=BATCH)
    waiting = [(draft, _new(draft, user)) for draft, user in zip(drafts, users, strict=True)]
    while waiting:
        level = [
            (d, person)
            for d, person in waiting
            if not d.facts.get("manager_number") or d.facts["manager_number"] in people
        ]
        for draft, person in level:
            person.manager = people.get(draft.facts.get("manager_number", ""))
        Employee.objects.bulk_create([person for _, person in level], batch_size=BATCH)
        people |= {person.number: person for _, person in level}
        written = {person.number for _, person in level}
        waiting = [(draft, person) for draft, person in waiting if person.number not in written]


def _no_password() -> str:
    """What make_password(None) gives, thirty times faster; random, so that links to choose one cannot be foreseen."""
    return UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20)


def _new(draft: Draft, user: User) -> Employee:
    return Employee(user=user, number=draft.number, **_facts(draft))


def _facts(draft: Draft) -> dict[str, Any]:
    return {_COLUMN_OF[name]: fact for name, fact in draft.facts.items() if name in _COLUMN_OF}


def _change(drafts: Iterable[Draft], people: Mapping[str, Employee], *, on: date) -> None:
    changed, renamed, returned = [], [], []
    for draft in drafts:
        person = people[draft.number]
        for column, fact in _facts(draft).items():
            setattr(person, column, fact)
        if "manager_number" in draft.facts:
            person.manager = people.get(draft.facts["manager_number"])
        if "status" in draft.changes:
            person.is_active = not draft.leaves
            person.left_on = on if draft.leaves else None
            returned += [] if draft.leaves else [person.user_id]
        if "email" in draft.changes:
            person.user.email = draft.facts["email"] or no_address()
            renamed.append(person.user)
        person.version += 1
        changed.append(person)
    bulk.update_rows(changed, [*_COLUMN_OF.values(), "manager", "is_active", "left_on", "version"])
    EmailAddress.objects.filter(user__in=renamed).delete()
    bulk.update_rows(renamed, ["email"])
    without = [user.pk for user in renamed if not user.address]  # they can sign in no more
    User.objects.filter(pk__in=without).update(session_epoch=F("session_epoch") + 1)
    User.objects.filter(pk__in=returned).update(is_active=True)


def _close_accounts(users: Sequence[int]) -> None:
    RoleGrant.objects.filter(user__in=users).delete()
    Unit.objects.filter(head__user__in=users).update(head=None)
    User.objects.filter(pk__in=users).update(is_active=False, session_epoch=F("session_epoch") + 1)


def _as_it_was(drafts: Iterable[Draft], people: Mapping[str, Employee]) -> dict[str, Written]:
    """What the drafts are about to replace, with the roles and units that a departure ends."""
    leavers = [people[draft.number].user_id for draft in drafts if draft.leaves]
    roles, heads = defaultdict(list), defaultdict(list)
    for grant in RoleGrant.objects.filter(user__in=leavers).prefetch_related("units"):
        roles[grant.user_id].append((grant.role, [unit.pk for unit in grant.units.all()]))
    for unit, user in Unit.objects.filter(head__user__in=leavers).values_list("pk", "head__user"):
        heads[user].append(unit)
    return {
        draft.number: Written.before(
            people[draft.number],
            draft.changes,
            roles[people[draft.number].user_id],
            heads[people[draft.number].user_id],
        )
        for draft in drafts
    }


def _entries(drafts: Iterable[Draft], people: Mapping[str, Employee]) -> Iterable[audit.Entry]:
    verbs = {ImportLine.Kind.ADDED: "added", ImportLine.Kind.LEAVING: "marked as left"}
    for draft in drafts:
        person = people[draft.number]
        changes = {name.replace("_", " "): change for name, change in draft.changes.items()}
        yield audit.Entry(verbs.get(draft.kind, "changed"), person, person.user, changes)
