import pytest

from assessments.competencies.tests.factories import load_library


@pytest.fixture
def library(db):
    """The shipped library and role profiles."""
    return load_library()
