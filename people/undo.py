"""Taking an import back: the look that says row by row what would go back and what has to stay, and why.

It reads the database and writes nothing. services/undo.py writes what it says. A fact goes back only while it is as the
import left it: what somebody built on it since stays. Somebody new is removed only while nothing of theirs is here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import models

from core.models import AuditEntry, Mail, Notification
from people import tree
from people.imports import ACTIVE, LEFT, NAMES
from people.models import Employee, ImportLine, JobRole, PeopleImport, RoleGrant, Unit, User

WHOLE = ""  # stands for the whole row where a column could stand
# What comes by itself with an account, or is looked at elsewhere; it does not keep somebody new here.
_COMES_WITH_ACCOUNT = {AuditEntry, Mail, Notification, EmailAddress, UserSession, Employee}


@dataclass(frozen=True)
class Written:
    """What one row of an import replaced, as ids and plain texts: `facts` is column to (before, after).

    `roles` (role, units), `heads` (units) and `left_on` are what a departure ended, or a return emptied.
    """

    user: int
    facts: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    roles: list[tuple[str, list[int]]] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    left_on: str | None = None

    @classmethod
    def before(
        cls, person: Employee, columns: Iterable[str], roles: list[tuple[str, list[int]]], heads: list[int]
    ) -> Written:
        """What is about to be replaced; `then` adds what came instead."""
        left_on = person.left_on.isoformat() if person.left_on else None
        facts = {column: (fact_of(person, column), None) for column in columns}
        return cls(person.user_id, facts, roles, heads, left_on)

    def then(self, person: Employee) -> Written:
        return replace(self, facts={column: (old, fact_of(person, column)) for column, (old, _) in self.facts.items()})


def fact_of(person: Employee, column: str) -> Any:
    """What a column of the file says about the person today, as it is kept in `Written`."""
    facts = {
        "name": person.name,
        "email": person.user.address,
        "unit_key": person.unit_id,
        "manager_number": person.manager_id,
        "job_title": person.title,
        "job_role_key": person.job_role_id,
        "site": person.site,
        "hired_on": person.hired_on.isoformat() if person.hired_on else None,
        "status": ACTIVE if person.is_active else LEFT,
    }
    return facts[column]


@dataclass
class Step:
    """One row taken back: `back` is column to what it was; `stays` is column (or WHOLE) to the reason why not."""

    line: ImportLine
    written: Written
    person: Employee | None
    removes: bool = False
    back: dict[str, Any] = field(default_factory=dict)
    stays: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def leaves(self) -> bool:
        """Somebody new who cannot be removed any more and is marked as left."""
        return self.line.kind == ImportLine.Kind.ADDED and not self.removes and bool(self.back)

    @property
    def goes(self) -> bool:
        return self.removes or bool(self.back)

    def keep(self, column: str, why: str) -> None:
        self.back.pop(column, None)
        if column == WHOLE:
            self.removes = False
        self.stays[column] = why

    @property
    def words(self) -> dict[str, tuple[str, str]]:
        """Column to what is there now and what it goes back to, in words."""
        status = {"status": {"old": LEFT, "new": ACTIVE}}  # of somebody new, who is marked as left
        changes = status | self.line.changes
        names = dict.fromkeys([*NAMES, *changes])
        return {name: (changes[name]["new"], changes[name]["old"]) for name in names if name in self.back}

    def told(self) -> tuple[Any, ...]:
        return self.line.row, self.removes, sorted(self.back), sorted(self.stays.items()), self.notes


@dataclass(frozen=True)
class Plan:
    """What an undo would do; `shown` is the mark of exactly this outcome, by which a press is held to what was looked at."""

    steps: list[Step]

    @cached_property
    def going(self) -> list[Step]:
        return [step for step in self.steps if step.goes]

    @cached_property
    def staying(self) -> list[Step]:
        return [step for step in self.steps if step.stays]

    @cached_property
    def shown(self) -> str:
        told = json.dumps([step.told() for step in self.steps])
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def plan(file: PeopleImport, *, by: User) -> Plan:
    """What taking the file back would do. A fixed number of queries, whatever the number of rows."""
    return Plan(_Look(file, by).steps)


class _Look:
    """The organisation as it is, what the file replaced, and the rules between them."""

    def __init__(self, file: PeopleImport, by: User) -> None:
        self.by = by
        self.people = {person.pk: person for person in Employee.objects.select_related("user", "unit")}
        self.all_units = {unit.pk: unit for unit in Unit.objects.all()}
        self.units = {pk for pk, unit in self.all_units.items() if unit.is_active}
        self.job_roles = set(JobRole.objects.values_list("pk", flat=True))
        self.emails = {email: pk for pk, email in User.objects.values_list("pk", "email")}
        self.with_roles = set(RoleGrant.objects.values_list("user_id", flat=True))
        self.heads = {unit.head_id for unit in self.all_units.values()}
        of_user = {person.user_id: person for person in self.people.values()}
        self.steps = [
            Step(line, written := Written(**line.written), of_user.get(written.user))
            for line in file.lines.exclude(written=None)
            if line.written
        ]
        self.step_of = {step.person.pk: step for step in self.steps if step.person}
        added = [step.person for step in self.steps if step.person and step.line.kind == ImportLine.Kind.ADDED]
        self.things = _things_of(added) if added else {}
        for step in self.steps:
            self._look_at(step)
        while self._keep_what_is_needed():
            pass
        for step in self.steps:
            step.notes = self._notes(step)

    # --- one row ------------------------------------------------------------------------------------------------------

    def _look_at(self, step: Step) -> None:
        if step.person is None:
            step.stays[WHOLE] = "Is not here any more."
        elif step.line.kind == ImportLine.Kind.ADDED:
            self._look_at_newcomer(step, step.person)
        else:
            for column, (before, after) in step.written.facts.items():
                self._look_at_fact(step, step.person, column, before, after)

    def _look_at_fact(self, step: Step, person: Employee, column: str, before: Any, after: Any) -> None:
        now = fact_of(person, column)
        if now == before:
            return
        if now != after:
            step.stays[column] = "Was changed again since; the newer one stays."
        elif why := self._why_not_back(person, column, before):
            step.stays[column] = why
        else:
            step.back[column] = before

    def _look_at_newcomer(self, step: Step, person: Employee) -> None:
        """Removed while nothing points at them; otherwise marked as left, unless they or HR have made use of the row."""
        if person.user.has_usable_password():
            step.stays[WHOLE] = "Has chosen a password already. Mark them as left on their page."
        elif person.version != 1:
            step.stays[WHOLE] = "Was changed again since. Mark them as left on their page."
        elif person.pk not in self.things:
            step.removes = True
        elif why := self._why_not_left(person):
            step.stays[WHOLE] = why
        else:
            step.back["status"] = LEFT

    def _why_not_back(self, person: Employee, column: str, before: Any) -> str:
        if column == "unit_key" and before not in self.units:
            return "That unit has been closed since."
        if column == "manager_number" and before and before not in self.people:
            return "That manager is not here any more."
        if column == "job_role_key" and before and before not in self.job_roles:
            return "That job role is not here any more."
        if column == "email" and self.emails.get(before, person.user_id) != person.user_id:
            return "Somebody else has that address by now."
        if column == "email" and not before and person.user_id in self.with_roles:
            return "Has a role by now, which needs a sign-in."
        if column == "status":
            return self._why_not_active(person) if before == ACTIVE else self._why_not_left(person)
        return ""

    def _why_not_active(self, person: Employee) -> str:
        if person.erased_on:
            return "Has been erased."
        return "" if person.unit_id in self.units else "Their unit has been closed since. Take them back on their page."

    def _why_not_left(self, person: Employee) -> str:
        if person.user_id == self.by.pk:
            return "That is you. Ask another HR administrator."
        if person.user_id in self.with_roles:
            return "Has been given a role since."
        return "Is head of a unit by now." if person.pk in self.heads else ""

    # --- rows among each other ----------------------------------------------------------------------------------------

    def _keep_what_is_needed(self) -> bool:
        """Keep back whatever would leave somebody with a manager who is gone, or close a circle. False once all is well.

        Each turn only takes steps away, so there is an end.
        """
        managers = {pk: self._manager_after(person) for pk, person in self.people.items()}
        above = {pk: manager for pk, manager in managers.items() if manager}
        kept = [
            self._keep_for(self.people[pk], manager)
            for pk, manager in above.items()
            if self._is_here_after(pk) and not self._is_here_after(manager)
        ]
        for circle in tree.circles(above):
            moved = [self.step_of[pk] for pk in circle if pk in self.step_of]
            for step in moved:
                if "manager_number" in step.back:
                    step.keep("manager_number", "Would make a circle in the reporting line.")
                    kept.append(True)
        return any(kept)

    def _manager_after(self, person: Employee) -> int | None:
        step = self.step_of.get(person.pk)
        return step.back.get("manager_number", person.manager_id) if step else person.manager_id

    def _is_here_after(self, pk: int) -> bool:
        step, person = self.step_of.get(pk), self.people.get(pk)
        if person is None or (step and step.removes):
            return False
        return bool(step.back["status"] == ACTIVE) if step and "status" in step.back else person.is_active

    def _keep_for(self, person: Employee, manager: int) -> bool:
        """`person` works here and would report to somebody who does not: take back one step that leads there, if any."""
        step, boss = self.step_of.get(person.pk), self.step_of.get(manager)
        if boss and boss.removes:
            boss.keep(WHOLE, f"{person.name} reports to them. Give {person.first_name} another manager first.")
        elif boss and boss.back.get("status") == LEFT:
            boss.keep("status", f"Is the manager of {person.name} by now.")
        elif step and "manager_number" in step.back:
            step.keep("manager_number", "That manager does not work here any more.")
        elif step and "status" in step.back:
            step.keep("status", "Their manager has left since. Take them back on their page.")
        else:
            return False
        return True

    # --- what follows -------------------------------------------------------------------------------------------------

    def _notes(self, step: Step) -> list[str]:
        if step.removes:
            return ["Is removed with the account."]
        status = step.back.get("status")
        if status == LEFT:
            things = sorted(self.things.get(step.person.pk, ())) if step.person else []
            why = [f"Cannot be removed any more: {', '.join(things[:4])}."] if things else []
            return [*why, "Can sign in no more."]
        return ["Can sign in again.", *self._roles_again(step), *self._heads_again(step)] if status else []

    def _roles_again(self, step: Step) -> Iterator[str]:
        for role, units in step.written.roles:
            label = RoleGrant.Role(role).label
            is_lost = units and not any(pk in self.units for pk in units)
            yield f"Is not {label} again: its units are closed." if is_lost else f"Is {label} again."

    def _heads_again(self, step: Step) -> Iterator[str]:
        for unit in (self.all_units[pk] for pk in step.written.heads if pk in self.all_units):
            is_free = unit.is_active and unit.head_id is None
            yield f"Is head of {unit} again." if is_free else f"{unit} is closed or has another head by now."


def _things_of(people: Iterable[Employee]) -> dict[int, set[str]]:
    """Person to the kinds of things that point at them or at their account, in words."""
    ids = {
        Employee: {person.pk: person.pk for person in people},
        User: {person.user_id: person.pk for person in people},
    }
    found: dict[int, set[str]] = {}
    for model, people_by in ids.items():
        for relation in _relations(model):
            column = relation.field.attname
            # An import numbers its people in a row: a range costs the server a hundredth of a list of thousands.
            first, last = {f"{column}__gte": min(people_by)}, {f"{column}__lte": max(people_by)}
            near = relation.related_model._base_manager.filter(**first, **last)
            for pk in set(near.order_by().values_list(column, flat=True).distinct()) & people_by.keys():
                found.setdefault(people_by[pk], set()).add(_words(relation.related_model))
    return found


def _relations(model: type[models.Model]) -> Iterator[Any]:
    for relation in model._meta.get_fields(include_hidden=True):
        points_here = relation.one_to_many or (relation.one_to_one and relation.auto_created)
        if points_here and relation.related_model not in _COMES_WITH_ACCOUNT:
            yield relation


def _words(model: Any) -> str:
    """What a thing is called; the table between two models is called as the one that has the field."""
    owner = model._meta.auto_created or model
    return str(owner._meta.verbose_name)
