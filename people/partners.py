"""A file of HR partners: who looks after which units, and the check that says row by row what an import would do.

One row is one person with the keys of all their units. The check reads the database and writes nothing; services/partners.py
writes. Whoever is not in the file stays as they are; no unit key means: is HR partner no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core import tables
from people import imports
from people.imports import Column, Draft, Kind
from people.models import Employee, ImportLine, PeopleImport, RoleGrant, Unit, User
from people.undo import WHOLE, Plan, Step, Written

UNITS = "unit_keys"
COLUMNS = (
    Column("employee_number", "Number by which we know the person.", "10417", 40, True),
    Column("name", "For your eyes; the number counts.", "Chiara Mbeki", 160),
    Column(
        UNITS, "Keys of the units, with all below, set apart by spaces. Empty: no HR partner.", "field-east sales", 2000
    ),
)
NAMES = [column.name for column in COLUMNS]
Keys = list[int] | None


@dataclass
class Partner(Draft):
    """One row: the units it names, and those of today, None for who is no HR partner."""

    units: list[Unit] = field(default_factory=list)
    today: list[Unit] | None = None

    @property
    def kind(self) -> ImportLine.Kind:
        if self.problems:
            return Kind.REFUSED
        if not self.changes:
            return Kind.UNCHANGED
        if self.today is None:
            return Kind.ADDED
        return Kind.CHANGED if self.units else Kind.LEAVING


def rows_of(table: Sequence[Sequence[str]]) -> list[tuple[int, dict[str, str]]]:
    """Row number in the file and cells by column name. Raises tables.TableRefused."""
    rows = imports.rows_of(table, COLUMNS)
    if UNITS not in rows[0][1]:
        raise tables.TableRefused(f"The column “{UNITS}” is missing. It says which units each person looks after.")
    return rows


def check(rows: Sequence[tuple[int, Mapping[str, str]]], *, by: User) -> list[Draft]:
    """What each row would do. A fixed number of queries, whatever the number of rows."""
    people = {person.number: person for person in Employee.objects.select_related("user")}
    known = {unit.key: unit for unit in Unit.objects.active()}
    today = units_today()
    first: dict[str, int] = {}
    drafts: list[Draft] = []
    for row, cells in rows:
        draft = Partner(row, dict(cells), people.get(cells["employee_number"]))
        _refuse_person(draft, first, by)
        draft.units = _units(draft, known)
        draft.today = today.get(draft.person.user_id) if draft.person else None
        if not draft.problems:
            _compare(draft)
        first.setdefault(draft.number, row)
        drafts.append(draft)
    return drafts


def units_today() -> dict[int, list[Unit]]:
    """The units of each HR partner, by user, in the order of the tree."""
    grants = RoleGrant.objects.filter(role=RoleGrant.Role.HR_PARTNER).prefetch_related("units")
    return {grant.user_id: list(grant.units.all()) for grant in grants}


def ids(units: Iterable[Unit] | None) -> Keys:
    return None if units is None else sorted(unit.pk for unit in units)


def plan(file: PeopleImport, *, by: User) -> Plan:
    """What taking the file back would do: a role goes back only while it is as the import left it."""
    today, active = units_today(), set(Unit.objects.active().values_list("pk", flat=True))
    people = {person.user_id: person for person in Employee.objects.select_related("user")}
    steps = []
    for line in file.lines.exclude(written=None):
        assert line.written is not None
        step = Step(line, written := Written(**line.written), people.get(written.user))
        before, after = written.facts[UNITS]
        if (now := ids(today.get(written.user))) != before:
            _look_at(step, now, before, after, active, by)
        steps.append(step)
    return Plan(steps)


def _look_at(step: Step, now: Keys, before: Keys, after: Keys, active: set[int], by: User) -> None:
    if step.person is None or not step.person.is_active:
        step.keep(WHOLE, "Does not work here any more.")
    elif now != after:
        step.keep(UNITS, "Was changed again since; the newer one stays.")
    elif step.written.user == by.pk:
        step.keep(UNITS, "That is you. Ask another HR administrator.")
    elif before is not None and not active.issuperset(before):
        step.keep(UNITS, "One of those units has been closed since.")
    else:
        step.back[UNITS] = before
        step.notes = ["Signs in again."]


def _refuse_person(draft: Partner, first: Mapping[str, int], by: User) -> None:
    column = "employee_number"
    if not draft.number:
        draft.refuse(column, "Is empty. Number by which we know the person.")
    elif draft.number in first:
        draft.refuse(column, f"Row {first[draft.number]} has it already. Put all units of one person into one row.")
    elif draft.person is None:
        draft.refuse(column, "Nobody here has this number.")
    elif not draft.person.is_active:
        draft.refuse(column, "Has left.")
    elif draft.person.user_id == by.pk:
        draft.refuse(column, "That is you. Nobody changes their own roles; ask another HR administrator.")
    elif not draft.person.user.address:
        draft.refuse(column, "Has no e-mail, and a role needs a sign-in.")


def _units(draft: Partner, known: Mapping[str, Unit]) -> list[Unit]:
    keys = dict.fromkeys(re.split(r"[\s,;]+", draft.cells.get(UNITS, "").strip()))
    for key in keys:
        if key and key not in known:
            draft.refuse(UNITS, f"“{key[:80]}”: {imports.no_such(key, known, 'unit')}")
    return sorted((known[key] for key in keys if key in known), key=lambda unit: unit.position)


def _compare(draft: Partner) -> None:
    if ids(draft.today or []) == ids(draft.units):
        return
    draft.changes[UNITS] = {"old": _words(draft.today), "new": _words(draft.units)}
    for unit in draft.units:
        if above := next((one for one in draft.units if one.pk != unit.pk and one.contains(unit)), None):
            draft.notes.append(f"{unit} lies below {above} and would be looked after anyway.")
    draft.notes.append("Is HR partner no more." if not draft.units else "Signs in again.")


def _words(units: Iterable[Unit] | None) -> str:
    return ", ".join(f"{unit.name} ({unit.key})" for unit in units or [])
