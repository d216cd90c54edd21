"""A file of people: its columns, and the check that says row by row what an import would do.

The check reads the database and writes nothing. services/imports.py stores what it says and, when HR agrees, checks again
and writes. People are known by their employee number. A column that is not in the file leaves its facts as they are; an
empty cell empties an optional fact. Whoever is not in the file stays as they are: leavers are marked by `status`.
Units and job roles are named by key and must exist.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core import tables
from people import tree
from people.models import Employee, ImportLine, JobRole, RoleGrant, Unit, User

Kind = ImportLine.Kind
ACTIVE, LEFT = "active", "left"


@dataclass(frozen=True)
class Column:
    """`length` in characters; a required column may not be emptied and must be filled for somebody new."""

    name: str
    help: str
    example: str
    length: int
    is_required: bool = False


_EMAIL_HELP = (
    "Work address; the person signs in with it. Empty: has none, cannot sign in, answers surveys by a code on paper."
)
COLUMNS = (
    Column("employee_number", "Number by which we know the person. Never changes.", "10417", 40, True),
    Column("name", "First and last name.", "Chiara Mbeki", 160, True),
    Column("email", _EMAIL_HELP, "chiara.mbeki@example.org", 254),
    Column("unit_key", "Key of the unit; the second sheet lists them.", "field-east", 80, True),
    Column("manager_number", "Employee number of the manager. Empty: nobody above.", "10003", 40),
    Column("job_title", "Title as on the door.", "Crew lead, East", 160),
    Column("job_role_key", "Key of the job role; the third sheet lists them.", "team_lead", 60),
    Column("site", "Place of work.", "Leeds", 80),
    Column("hired_on", "First day, as 2024-03-31.", "2021-09-01", 10),
    Column("status", "active or left. Empty: active.", ACTIVE, 10),
)
NO_SIGN_IN = "Cannot sign in: has no e-mail. Answers surveys by a code on paper."
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
NAMES = [column.name for column in COLUMNS]
# The column of addresses has to be there, or a file without it would add everybody as somebody who cannot sign in.
NEEDED_FOR_NEW = {column.name for column in COLUMNS if column.is_required} | {"email"}
_BY_NAME = {column.name: column for column in COLUMNS}


@dataclass
class Draft:
    """One row on its way through the check. `facts` holds what could be read of it, by column."""

    row: int
    cells: dict[str, str]
    person: Employee | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)
    changes: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.cells.get("employee_number", "")

    @property
    def label(self) -> str:
        return self.cells.get("name") or (self.person.name if self.person else "") or self.number

    @property
    def leaves(self) -> bool:
        return self.person is not None and self.person.is_active and self.facts.get("status") == LEFT

    @property
    def kind(self) -> Kind:
        if self.problems:
            return Kind.REFUSED
        if self.person is None:
            return Kind.ADDED
        if self.leaves:
            return Kind.LEAVING
        return Kind.CHANGED if self.changes else Kind.UNCHANGED

    def refuse(self, column: str, problem: str) -> None:
        self.problems.append({"column": column, "said": self.cells.get(column, ""), "problem": problem})


def rows_of(table: Sequence[Sequence[str]], columns: Sequence[Column] = COLUMNS) -> list[tuple[int, dict[str, str]]]:
    """Row number in the file and cells by column name; empty rows are skipped. Raises TableRefused."""
    names = tables.heading(table, [column.name for column in columns])
    if "employee_number" not in names:
        raise tables.TableRefused("The column “employee_number” is missing. It is how we know who is who.")
    return tables.rows_under(names, table)


def no_such(key: str, known: Mapping[str, Any], kind: str) -> str:
    """The refusal of a key, with the closest one that there is."""
    keys = {thing.name.lower(): key for key, thing in known.items()} | {key: key for key in known}
    close = difflib.get_close_matches(key.lower(), keys, n=1, cutoff=0.5)
    hint = f" Closest: {keys[close[0]]} ({known[keys[close[0]]].name})." if close else ""
    return f"There is no {kind} with this key.{hint}"


def check(rows: Sequence[tuple[int, Mapping[str, str]]], *, by: User) -> list[Draft]:
    """What each row would do. Reads the organisation in a fixed number of queries, whatever the number of rows."""
    return Check(rows, by).run()


class Check:
    """The organisation as it is, the file on top of it, and the rules between them."""

    def __init__(self, rows: Sequence[tuple[int, Mapping[str, str]]], by: User) -> None:
        self.by = by
        people = Employee.objects.select_related("user", "unit", "job_role", "manager")
        self.people = {person.number: person for person in people}
        self.units = {unit.key: unit for unit in Unit.objects.active()}
        self.job_roles = {role.key: role for role in JobRole.objects.all()}
        self.emails = {email: pk for pk, email in User.objects.values_list("pk", "email")}
        self.with_roles = set(RoleGrant.objects.values_list("user_id", flat=True))
        self.heads = defaultdict(list)
        for unit in Unit.objects.exclude(head=None):
            self.heads[unit.head_id].append(unit.name)
        self.drafts = [Draft(row, dict(cells), self.people.get(cells["employee_number"])) for row, cells in rows]
        self.by_number: dict[str, Draft] = {}

    def run(self) -> list[Draft]:
        for draft in self.drafts:
            self._read(draft)
        self._refuse_doubles()
        for draft in self.drafts:
            self._check_manager(draft)
        self._refuse_loops()
        self._check_leavers()
        for draft in self.drafts:
            if not draft.problems:
                self._compare(draft)
        return self.drafts

    # --- one row ------------------------------------------------------------------------------------------------------

    def _read(self, draft: Draft) -> None:
        for name, text in draft.cells.items():
            column = _BY_NAME[name]
            if _UNSEEN.search(text):
                draft.refuse(name, "Holds a line break or another character that cannot be seen. Type it again.")
            elif len(text) > column.length:
                draft.refuse(name, f"Longer than {column.length} characters. Shorten it.")
            elif not text and column.is_required:
                draft.refuse(name, "Is empty. " + column.help)
            else:
                draft.facts[name] = self._fact(draft, name, text)
        if draft.person is None:
            for column in COLUMNS:
                if column.name in NEEDED_FOR_NEW and column.name not in draft.cells:
                    draft.refuse(column.name, "Nobody here has this number, and somebody new needs this column.")
            draft.facts.setdefault("status", ACTIVE)
            if draft.facts["status"] == LEFT:
                draft.refuse("status", "Nobody here has this number, so nobody can leave. Take the row out.")

    def _fact(self, draft: Draft, name: str, text: str) -> Any:
        reader = getattr(self, f"_read_{name}", None)
        return reader(draft, text) if reader else text

    def _read_email(self, draft: Draft, text: str) -> str:
        if not text:
            if draft.person and draft.person.user_id in self.with_roles:
                draft.refuse(
                    "email", "Has a role, which needs a sign-in. Take the role away first, or keep the address."
                )
            return ""
        try:
            validate_email(text)
        except ValidationError:
            draft.refuse("email", "Is not an e-mail address.")
        owner = self.emails.get(text.lower())
        if owner and (draft.person is None or draft.person.user_id != owner):
            draft.refuse("email", "Somebody else here has this address already.")
        return text.lower()

    def _read_unit_key(self, draft: Draft, text: str) -> Unit | None:
        return self._named(draft, "unit_key", text, self.units, "unit")

    def _read_job_role_key(self, draft: Draft, text: str) -> JobRole | None:
        return self._named(draft, "job_role_key", text, self.job_roles, "job role") if text else None

    def _named(self, draft: Draft, column: str, text: str, known: Mapping[str, Any], kind: str) -> Any:
        if text in known:
            return known[text]
        draft.refuse(column, no_such(text, known, kind))
        return None

    def _read_hired_on(self, draft: Draft, text: str) -> date | None:
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            draft.refuse("hired_on", "Is not a date that we can read. Write it as 2024-03-31.")
            return None

    def _read_status(self, draft: Draft, text: str) -> str:
        if text.lower() in (ACTIVE, LEFT, ""):
            return text.lower() or ACTIVE
        draft.refuse("status", f"Write {ACTIVE} or {LEFT}.")
        return ACTIVE

    # --- rows among each other ----------------------------------------------------------------------------------------

    def _refuse_doubles(self) -> None:
        numbers: dict[str, Draft] = {}
        emails: dict[str, Draft] = {}
        for draft in self.drafts:
            for seen, value, column in (
                (numbers, draft.number, "employee_number"),
                (emails, draft.facts.get("email"), "email"),
            ):
                if value and value in seen:
                    draft.refuse(column, f"Row {seen[value].row} has it already. Keep one of the two rows.")
                elif value:
                    seen[value] = draft
        self.by_number = numbers

    def _check_manager(self, draft: Draft) -> None:
        text = draft.facts.get("manager_number")
        if not text:
            return
        in_file, here = self.by_number.get(text), self.people.get(text)
        if text == draft.number:
            draft.refuse("manager_number", "Nobody is their own manager.")
        elif in_file is None and here is None:
            draft.refuse("manager_number", "Nobody has this number, neither here nor in the file.")
        elif not draft.leaves and not self._is_active_after(text):
            draft.refuse("manager_number", f"{self._name(text)} has left or leaves with this file. Name somebody else.")

    def _is_active_after(self, number: str) -> bool:
        in_file, here = self.by_number.get(number), self.people.get(number)
        if in_file and "status" in in_file.facts:
            return bool(in_file.facts["status"] == ACTIVE)
        return here is not None and here.is_active

    def _name(self, number: str) -> str:
        in_file, here = self.by_number.get(number), self.people.get(number)
        return in_file.label if in_file else here.name if here else number

    def _managers_after(self) -> dict[str, str]:
        """Employee number to the manager's number, as it would be."""
        after = {number: person.manager.number for number, person in self.people.items() if person.manager}
        for number, draft in self.by_number.items():
            if "manager_number" in draft.facts:
                after[number] = draft.facts["manager_number"]
        return {number: manager for number, manager in after.items() if manager}

    def _refuse_loops(self) -> None:
        for circle in tree.circles(self._managers_after()):
            self._refuse_loop(circle)

    def _refuse_loop(self, circle: list[str]) -> None:
        names = [self._name(number) for number in circle]
        told = ", ".join(f"{name} reports to {boss}" for name, boss in zip(names, [*names[1:], names[0]], strict=True))
        for number in circle:
            draft = self.by_number.get(number)
            if draft and "manager_number" in draft.facts and len(circle) > 1:
                draft.refuse("manager_number", f"Would make a circle: {told}.")

    def _check_leavers(self) -> None:
        leavers = {draft.number: draft for draft in self.by_number.values() if draft.leaves}
        if not leavers:
            return
        reports = defaultdict(list)
        for number, manager in self._managers_after().items():
            if manager in leavers and number not in leavers and self._is_active_after(number):
                reports[manager].append(self._name(number))
        admins = set(
            RoleGrant.objects.filter(role=RoleGrant.Role.HR_ADMIN, user__is_active=True).values_list(
                "user_id", flat=True
            )
        )
        remaining = admins - {draft.person.user_id for draft in leavers.values() if draft.person}
        for number, draft in leavers.items():
            if reports[number]:
                draft.refuse(
                    "status", f"Is still the manager of {_some(reports[number])}. Name another manager for them."
                )
            if draft.person and draft.person.user_id == self.by.pk:
                draft.refuse("status", "You cannot mark yourself as left. Ask another HR administrator.")
            elif draft.person and draft.person.user_id in admins and not remaining:
                draft.refuse("status", "Is the only HR administrator. Give somebody else that role first.")

    # --- what changes -------------------------------------------------------------------------------------------------

    def _compare(self, draft: Draft) -> None:
        old = self._known(draft.person) if draft.person else {}
        for name, fact in draft.facts.items():
            if name == ("employee_number" if draft.person else "status"):
                continue
            before, after = old.get(name, ""), self._words(name, fact)
            if before != after:
                draft.changes[name] = {"old": before, "new": after}
        draft.notes = self._notes(draft)

    def _known(self, person: Employee) -> dict[str, str]:
        facts = {
            "name": person.name,
            "email": person.user.address,
            "unit_key": person.unit,
            "manager_number": person.manager.number if person.manager else "",
            "job_title": person.title,
            "job_role_key": person.job_role,
            "site": person.site,
            "hired_on": person.hired_on,
            "status": ACTIVE if person.is_active else LEFT,
        }
        return {name: self._words(name, fact) for name, fact in facts.items()}

    def _words(self, name: str, fact: Any) -> str:
        if fact is None or fact == "":
            return ""
        if name == "manager_number":
            return f"{self._name(fact)} ({fact})"
        if isinstance(fact, Unit | JobRole):
            return f"{fact.name} ({fact.key})"
        return fact.isoformat() if isinstance(fact, date) else str(fact)

    def _notes(self, draft: Draft) -> list[str]:
        if draft.person is None:
            can_sign_in = bool(draft.facts.get("email"))
            return ["Chooses a password by the link on the sign-in page." if can_sign_in else NO_SIGN_IN]
        if draft.leaves:
            heads = [f"Head of {unit}: choose a new one." for unit in self.heads[draft.person.pk]]
            return ["Can sign in no more from the moment of the import. Answers and results stay.", *heads]
        notes = {
            "status": "Can sign in again.",
            "unit_key": "Counts in the new unit from the next survey on.",
            "job_role_key": "Has another role profile from the next review cycle on.",
            "email": "Signs in with the new address." if draft.facts.get("email") else NO_SIGN_IN,
        }
        return [note for name, note in notes.items() if name in draft.changes]


def _some(names: Sequence[str]) -> str:
    shown = sorted(names)[:3]
    return ", ".join(shown) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
