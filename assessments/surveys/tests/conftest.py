"""The cast's company, large enough for a survey, with one in preparation, one open and one published."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.surveys.models import Campaign, UnitSnapshot
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import Tarn, answers_of, cast_ballots, grown


@pytest.fixture
def tarn(cast) -> Tarn:
    return grown(cast)


@pytest.fixture
def draft(tarn) -> Campaign:
    return factories.draft_campaign(title="Autumn survey")


@pytest.fixture
def survey(tarn) -> Campaign:
    """The full questionnaire, open for everyone."""
    return factories.open_campaign(title="Spring survey")


@pytest.fixture
def published(survey) -> Campaign:
    """The same, answered by everyone and published."""
    cast_ballots(survey, answers_of)
    return factories.close(survey)


@pytest.fixture
def at_place():
    """Place of a unit in a campaign: at_place(published, "sales")."""
    return lambda campaign, key: UnitSnapshot.objects.get(campaign=campaign, key=key).place


@pytest.fixture
def passed_by():
    """Let a campaign's closing time have passed by so much: passed_by(survey, minutes=3)."""

    def move(campaign: Campaign, **ago: int) -> None:
        Campaign.objects.filter(pk=campaign.pk).update(closes_at=timezone.now() - timedelta(**ago))

    return move


@pytest.fixture
def voice(cast) -> Campaign:
    """A survey of customers, open."""
    return factories.customer_campaign()
