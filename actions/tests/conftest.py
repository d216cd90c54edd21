"""The cast's company, large enough for a survey, with one that is published."""

import pytest

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
def place_of():
    """The unit of a campaign: place_of(published, "helpdesk")."""
    return lambda campaign, key: UnitSnapshot.objects.select_related("unit", "campaign").get(campaign=campaign, key=key)
