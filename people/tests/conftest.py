"""The cast as a file names it."""

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from people.tests.factories import JobRoleFactory


@pytest.fixture
def company(cast):
    """The cast with numbers that a file can name."""
    for name in ("uma", "max", "eve", "ed", "sam", "olga", "hana", "ada", "ingrid", "petra"):
        person = getattr(cast, name)
        person.number = name
        person.save(update_fields=["number"])
    JobRoleFactory(key="lead", name="Team lead")
    return cast


@pytest.fixture(autouse=True)
def _passwords_take_no_time(monkeypatch):
    """Argon2 as everywhere, with the least work it accepts: what is tested here is who gets in, not how long it takes."""
    for name, least in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):
        monkeypatch.setattr(Argon2PasswordHasher, name, least)
