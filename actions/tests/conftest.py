"""The cast's company, large enough for a survey, with one that is published."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.tests import waves
from assessments.surveys.models import Campaign, UnitSnapshot
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import Tarn, answers_of, cast_ballots, grown


@pytest.fixture
def tarn(cast) -> Tarn:
    return grown(cast)


@pytest.fixture
def published(tarn) -> Campaign:
    """The full questionnaire, answered by everyone and published."""
    campaign = factories.open_campaign(title="Spring survey")
    cast_ballots(campaign, answers_of)
    return factories.close(campaign)


@pytest.fixture
def first(tarn) -> Campaign:
    """The survey of spring, published."""
    opened = timezone.now() - timedelta(days=90)
    campaign = factories.open_campaign(title="Spring survey", opens_at=opened, closes_at=opened + timedelta(days=10))
    cast_ballots(campaign, waves.before)
    return factories.close(campaign)


@pytest.fixture
def second(first) -> Campaign:
    """The survey of autumn, published."""
    campaign = factories.open_campaign(title="Autumn survey")
    cast_ballots(campaign, waves.better)
    return factories.close(campaign)


@pytest.fixture
def place_of():
    """The unit of a campaign: place_of(published, "helpdesk")."""
    return lambda campaign, key: UnitSnapshot.objects.select_related("unit", "campaign").get(campaign=campaign, key=key)
