"""The cast's company grown so that some units are large enough to be shown, and one is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.surveys.models import Campaign, Invitation, UnitSnapshot
from assessments.surveys.services import campaigns
from assessments.surveys.tests import factories
from people import tree
from people.models import Employee, Unit
from people.tests.factories import EmployeeFactory, UnitFactory

SCORES = {"helpdesk": "4", "sales": "3", "it": "1"}  # what everybody of a unit answers; elsewhere "5"


@dataclass(frozen=True)
class Tarn:
    """Helpdesk 12 people and Max, Sales 8 and Sam, IT 3 and Ian (too small to be shown), the rest in the office."""

    cast: object
    ian: Employee
    it_staff: list[Employee]

    def unit(self, key: str) -> Unit:
        return Unit.objects.get(key=key)


@pytest.fixture
def tarn(cast) -> Tarn:
    it = UnitFactory(key="it", name="Internal IT", parent=cast.company, order=4)
    ian = EmployeeFactory(name="Ian Wells", unit=it, manager=cast.uma, user__email="ian@tarn.example")
    Unit.objects.filter(pk=it.pk).update(head=ian)
    EmployeeFactory.create_batch(10, unit=cast.helpdesk, manager=cast.max)
    EmployeeFactory.create_batch(7, unit=cast.sales, manager=cast.sam)
    EmployeeFactory.create_batch(4, unit=cast.office, manager=cast.uma)
    it_staff = EmployeeFactory.create_batch(3, unit=it, manager=ian)
    tree.renumber_units()
    tree.renumber_line()
    return Tarn(cast, Employee.objects.get(pk=ian.pk), it_staff)


@pytest.fixture
def survey(tarn) -> Campaign:
    """The full questionnaire, open for everyone."""
    return factories.open_campaign(title="Spring survey")


def answers_of(invitation: Invitation) -> dict[str, object]:
    answer = SCORES.get(invitation.home.key, "5")
    given: dict[str, object] = dict.fromkeys(factories.statement_codes(), answer)
    # One statement differs from person to person, so that a spread may be shown.
    given["STR1"] = str(1 + invitation.pk % 5)
    return given | {"SL1.today": "20", "SL1.desired": "45", "C1": f"<b>Word</b> from {invitation.home.key}"}


@pytest.fixture
def published(survey) -> Campaign:
    """The same, answered by everyone and published."""
    factories.answer_all(survey, answers_of)
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
def draft(tarn) -> Campaign:
    return factories.draft_campaign(title="Autumn survey")


@pytest.fixture
def launch():
    return lambda campaign: campaigns.launch(campaign, by=factories.hr(), at=timezone.now())
