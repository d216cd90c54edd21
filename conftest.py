"""The cast that every test may use.

Tarn Ltd: Uma leads the organisation; Max leads Helpdesk with Eve and Ed; Olga works in Sales under Sam; Hana is the HR
administrator and Ada an executive, both in the office; Ingrid is the works council's auditor, Petra the HR partner of Helpdesk.
"""

import pytest
from django.core.cache import cache
from django.test import Client

from people import tree
from people.models import Employee, RoleGrant, Unit
from people.tests.factories import EmployeeFactory, JobRoleFactory, UnitFactory, grant


class Cast:
    """The people and units of the small company, by first name."""

    def __init__(self) -> None:
        self.company = UnitFactory.create(key="company", name="Tarn Ltd")
        self.office = UnitFactory.create(key="office", name="Office", parent=self.company, order=1)
        self.helpdesk = UnitFactory.create(key="helpdesk", name="Helpdesk", parent=self.company, order=2)
        self.sales = UnitFactory.create(key="sales", name="Sales", parent=self.company, order=3)
        role = JobRoleFactory.create(key="agent", name="Service agent")
        self.uma = self._person("Uma Rook", self.office, None)
        self.max = self._person("Max Berg", self.helpdesk, self.uma)
        self.eve = self._person("Eve Lind", self.helpdesk, self.max, role)
        self.ed = self._person("Ed Moss", self.helpdesk, self.max, role)
        self.sam = self._person("Sam Hart", self.sales, self.uma)
        self.olga = self._person("Olga Finn", self.sales, self.sam)
        self.hana = self._person("Hana Vale", self.office, self.uma)
        self.ada = self._person("Ada Crane", self.office, self.uma)
        self.ingrid = self._person("Ingrid Ash", self.office, self.uma)
        self.petra = self._person("Petra Holm", self.office, self.uma)
        for unit, head in ((self.company, self.uma), (self.helpdesk, self.max), (self.sales, self.sam)):
            unit.head = head
            unit.save(update_fields=["head"])
        tree.renumber_units()
        tree.renumber_line()
        for thing in vars(self).values():
            thing.refresh_from_db()
        grant(self.hana, RoleGrant.Role.HR_ADMIN)
        grant(self.ada, RoleGrant.Role.EXECUTIVE)
        grant(self.ingrid, RoleGrant.Role.AUDITOR)
        grant(self.petra, RoleGrant.Role.HR_PARTNER, self.helpdesk)

    @staticmethod
    def _person(name: str, unit: Unit, manager: Employee | None, role=None) -> Employee:
        first = name.split()[0].lower()
        return EmployeeFactory.create(
            name=name, unit=unit, manager=manager, job_role=role, user__email=f"{first}@tarn.example"
        )


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No counter of a rate limit outlives its test."""
    cache.clear()


@pytest.fixture
def cast(db) -> Cast:
    return Cast()


@pytest.fixture
def hana(cast: Cast) -> Employee:
    """HR administrator."""
    return cast.hana


@pytest.fixture
def max(cast: Cast) -> Employee:  # noqa: A001 - the cast's names
    """Manager of the helpdesk."""
    return cast.max


@pytest.fixture
def eve(cast: Cast) -> Employee:
    """Employee of the helpdesk."""
    return cast.eve


@pytest.fixture
def ed(cast: Cast) -> Employee:
    """Employee of the helpdesk."""
    return cast.ed


@pytest.fixture
def olga(cast: Cast) -> Employee:
    """Employee of another unit."""
    return cast.olga


@pytest.fixture
def ada(cast: Cast) -> Employee:
    """Executive."""
    return cast.ada


@pytest.fixture
def uma(cast: Cast) -> Employee:
    """Head of the organisation, manager of Max."""
    return cast.uma


@pytest.fixture
def petra(cast: Cast) -> Employee:
    """HR partner of the helpdesk."""
    return cast.petra


@pytest.fixture
def ingrid(cast: Cast) -> Employee:
    """Auditor of the works council, who also works here."""
    return cast.ingrid


@pytest.fixture
def client_of():
    """A signed-in client of one person: client_of(eve).get("/")."""

    def signed_in(employee: Employee) -> Client:
        client = Client()
        client.force_login(employee.user)
        return client

    return signed_in
