"""The cast as a file names it."""

import pytest

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
