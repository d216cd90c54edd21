"""Write a planned organisation: units, job roles, accounts, employees, heads and granted roles, in bulk."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from culture.demo import SIGN_INS
from culture.demo.company import Plan, PlannedPerson, PlannedUnit
from people import tree
from people.models import Employee, JobRole, RoleGrant, Unit, User

BATCH = 2000
GRANTS = {
    "HR administrator": (RoleGrant.Role.HR_ADMIN, ()),
    "Executive": (RoleGrant.Role.EXECUTIVE, ()),
    "HR partner": (RoleGrant.Role.HR_PARTNER, ("service", "field")),
    "Auditor": (RoleGrant.Role.AUDITOR, ()),
}


@transaction.atomic
def write(plan: Plan, job_roles: Sequence[Mapping[str, Any]]) -> None:
    """Add everyone of the plan to an empty organisation, all or nothing. `job_roles` have a key and a name."""
    roles = {r["key"]: JobRole.objects.get_or_create(key=r["key"], defaults={"name": r["name"]})[0] for r in job_roles}
    units = _write_units(plan.units)
    users = _write_users(plan.people)
    people = _write_employees(plan.people, users, units, roles)
    for key, number in plan.heads.items():
        units[key].head = people[number]
    Unit.objects.bulk_update(units.values(), ["head"], batch_size=BATCH)
    tree.renumber_units()
    tree.renumber_line()
    _grant_roles(users, units)


def _write_units(planned: Sequence[PlannedUnit]) -> dict[str, Unit]:
    """Level by level, since a parent must have its id before its children are written."""
    units: dict[str, Unit] = {}
    waiting = list(planned)
    while waiting:
        level = [unit for unit in waiting if unit.parent is None or unit.parent in units]
        made = [
            Unit(key=u.key, name=u.name, parent=units[u.parent] if u.parent else None, order=u.order) for u in level
        ]
        Unit.objects.bulk_create(made, batch_size=BATCH)
        units |= {unit.key: unit for unit in made}
        waiting = [unit for unit in waiting if unit.key not in units]
    return units


def _write_users(planned: Sequence[PlannedPerson]) -> dict[str, User]:
    """Accounts; only the printed sign-ins get a password that works."""
    passwords = {email: make_password(password) for _, email, password in SIGN_INS}
    users = [User(email=p.email, password=passwords.get(p.email) or make_password(None)) for p in planned]
    User.objects.bulk_create(users, batch_size=BATCH)
    return {user.email: user for user in users}


def _write_employees(
    planned: Sequence[PlannedPerson],
    users: Mapping[str, User],
    units: Mapping[str, Unit],
    roles: Mapping[str, JobRole],
) -> dict[str, Employee]:
    """Level by level from the top of the reporting line, for the same reason."""
    people: dict[str, Employee] = {}
    waiting = list(planned)
    while waiting:
        level = [person for person in waiting if person.manager is None or person.manager in people]
        made = [
            Employee(
                user=users[person.email],
                number=person.number,
                name=person.name,
                title=person.title,
                unit=units[person.unit],
                manager=people[person.manager] if person.manager else None,
                job_role=roles[person.role],
                site=person.site,
                hired_on=person.hired_on,
            )
            for person in level
        ]
        Employee.objects.bulk_create(made, batch_size=BATCH)
        people |= {employee.number: employee for employee in made}
        waiting = [person for person in waiting if person.number not in people]
    return people


def _grant_roles(users: Mapping[str, User], units: Mapping[str, Unit]) -> None:
    for label, email, _ in SIGN_INS:
        if label in GRANTS and email in users:
            role, keys = GRANTS[label]
            grant = RoleGrant.objects.create(user=users[email], role=role)
            grant.units.set([units[key] for key in keys if key in units])
