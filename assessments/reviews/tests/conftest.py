import pytest

from assessments.reviews.tests.factories import give_roles, running_cycle


@pytest.fixture
def cycle(cast):
    """The cast with job roles, in a running cycle."""
    give_roles(cast)
    return running_cycle()
