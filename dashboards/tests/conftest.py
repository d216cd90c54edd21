"""Surveys whose results several pages stand on."""

import pytest

from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import cast_ballots, grown
from people import tree
from people.models import Unit
from people.tests.factories import EmployeeFactory, UnitFactory


@pytest.fixture
def tarn(cast):
    return grown(cast)


@pytest.fixture
def led(tarn):
    """The staff's campaign, open, and the leaders' before it, answered: five heads, so that their view is shown."""
    for key in ("one", "two"):
        unit = UnitFactory(key=key, parent=tarn.unit("company"))
        Unit.objects.filter(pk=unit.pk).update(head=EmployeeFactory(unit=unit))
    tree.renumber_units()
    leaders = factories.leaders_campaign(title="Leaders")
    staff = factories.open_campaign(audience="staff", leaders_campaign=leaders, title="Spring survey")
    cast_ballots(leaders, lambda seat: dict.fromkeys(factories.statement_codes(), "5"))
    return leaders, staff
