"""Tarn Ltd, the small company that most tests ask for; conftest.py says who is who."""

from typing import Any

from core import bulk
from people import tree
from people.models import Employee, RoleGrant, Unit, User
from people.tests.factories import EmployeeFactory, JobRoleFactory, UnitFactory, grant

# first name: full name, unit, manager
PEOPLE = {
    "uma": ("Uma Rook", "office", None),
    "max": ("Max Berg", "helpdesk", "uma"),
    "eve": ("Eve Lind", "helpdesk", "max"),
    "ed": ("Ed Moss", "helpdesk", "max"),
    "sam": ("Sam Hart", "sales", "uma"),
    "olga": ("Olga Finn", "sales", "sam"),
    "hana": ("Hana Vale", "office", "uma"),
    "ada": ("Ada Crane", "office", "uma"),
    "ingrid": ("Ingrid Ash", "office", "uma"),
    "petra": ("Petra Holm", "office", "uma"),
}
AGENTS = ("eve", "ed")
HEADS = {"company": "uma", "helpdesk": "max", "sales": "sam"}


class Cast:
    """The people and units of the small company, by first name.

    Most tests ask for them, so they are made in few statements: rows in bulk, read again once all of them stand.
    """

    uma: Employee
    max: Employee
    eve: Employee
    ed: Employee
    sam: Employee
    olga: Employee
    hana: Employee
    ada: Employee
    ingrid: Employee
    petra: Employee
    company: Unit
    office: Unit
    helpdesk: Unit
    sales: Unit

    def __init__(self) -> None:
        units = self._make_units()
        people = self._make_people(units)
        for key, head in HEADS.items():
            units[key].head = people[head]
        bulk.update_rows(list(units.values()), ["head"])
        tree.renumber_units()
        tree.renumber_line()
        for made in (units, people):
            model: Any = type(next(iter(made.values())))
            rows = model.objects.in_bulk([row.pk for row in made.values()])
            vars(self).update({name: rows[row.pk] for name, row in made.items()})
        grant(self.hana, RoleGrant.Role.HR_ADMIN)
        grant(self.ada, RoleGrant.Role.EXECUTIVE)
        grant(self.ingrid, RoleGrant.Role.AUDITOR)
        grant(self.petra, RoleGrant.Role.HR_PARTNER, self.helpdesk)

    @staticmethod
    def _make_units() -> dict[str, Unit]:
        top = UnitFactory.create(key="company", name="Tarn Ltd")
        parts = [
            UnitFactory.build(key=key, name=key.capitalize(), parent=top, order=order)
            for order, key in enumerate(("office", "helpdesk", "sales"), start=1)
        ]
        return {unit.key: unit for unit in (top, *Unit.objects.bulk_create(parts))}

    @staticmethod
    def _make_people(units: dict[str, Unit]) -> dict[str, Employee]:
        role = JobRoleFactory.create(key="agent", name="Service agent")
        people = {
            first: EmployeeFactory.build(
                name=name,
                unit=units[unit],
                job_role=role if first in AGENTS else None,
                user__email=f"{first}@tarn.example",
            )
            for first, (name, unit, _) in PEOPLE.items()
        }
        User.objects.bulk_create([person.user for person in people.values()])
        Employee.objects.bulk_create(people.values())
        for first, (_, _, manager) in PEOPLE.items():
            people[first].manager = people[manager] if manager else None
        bulk.update_rows(list(people.values()), ["manager"])
        return people
