"""The cast that every test may use.

Tarn Ltd: Uma leads the organisation; Max leads Helpdesk with Eve and Ed; Olga works in Sales under Sam; Hana is the HR
administrator and Ada an executive, both in the office; Ingrid is the works council's auditor, Petra the HR partner of Helpdesk.
"""

import os

import hypothesis
import pytest
from django.core.cache import cache
from django.test import Client

from people.models import Employee
from people.tests.cast import Cast

# How long one example may take says more about the machine than about the code.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

if not os.environ.get("TEST_DATABASE_URL"):

    @pytest.fixture(scope="session")
    def django_db_setup(django_test_environment) -> None:
        """The private server came with all tables (devservices/migrated_cluster.py); one that is given gets them from Django."""


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
