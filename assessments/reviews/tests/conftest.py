from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.reviews.tests.factories import give_roles, running_cycle


@pytest.fixture
def cycle(cast):
    """The cast with job roles, in a cycle that runs in the summer of the factories."""
    give_roles(cast)
    return running_cycle()


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def today(now):
    return timezone.localdate(now)


@pytest.fixture
def live_cycle(cast, now, today):
    """The same, in a cycle that runs today: pages read the clock."""
    give_roles(cast)
    dates = {"self_due_on": today + timedelta(days=5), "manager_due_on": today + timedelta(days=10)}
    return running_cycle(at=now, closes_on=today + timedelta(days=20), **dates)
