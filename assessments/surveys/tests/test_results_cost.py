"""What results pages cost in queries: the same whatever stands beside the scores."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import cells
from assessments.surveys.models import Campaign, Sharing, UnitRelease
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import answers_of, cast_ballots
from people import tree
from people.models import Unit
from people.tests.factories import EmployeeFactory, UnitFactory


@pytest.fixture
def beside(tarn):
    """A staff survey with the leaders' and the customers' results beside it, both for everyone."""
    for key in ("one", "two"):
        unit = UnitFactory(key=key, parent=tarn.unit("company"))
        Unit.objects.filter(pk=unit.pk).update(head=EmployeeFactory(unit=unit))
    tree.renumber_units()
    leaders = factories.leaders_campaign(title="Leaders")
    staff = factories.open_campaign(audience="staff", leaders_campaign=leaders, title="Staff")
    cast_ballots(leaders, lambda seat: dict.fromkeys(factories.statement_codes(), "5") | {"SL1.desired": "95"})
    cast_ballots(staff, answers_of)
    voice = factories.close(factories.customer_campaign())
    records = np.zeros(len(layout_of(voice.form).constructs), cells.CONSTRUCT)
    records["index"], records["n"] = 61.0, 12
    UnitRelease.objects.filter(unit__campaign=voice).update(hidden="", constructs=records.tobytes())
    factories.close(leaders)
    return factories.close(staff)


def test_t62_pages_cost_the_same_with_leaders_and_customers_beside_them_and_without(beside, tarn, client_of):
    executive, manager = client_of(tarn.cast.ada), client_of(tarn.cast.max)
    pages = [
        (executive, reverse("surveys:campaign_results", args=[beside.pk])),
        (executive, reverse("dashboards:overview")),
        (executive, reverse("dashboards:construct", args=["consequence"])),
        (manager, reverse("surveys:team_results")),
        (manager, reverse("dashboards:team")),
    ]

    def costs():
        counts = []
        for client, address in pages:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
        return counts

    with_both = costs()
    shown = executive.get(pages[0][1]).content.decode()
    assert "a-leaders" in shown
    assert "a-customers" in shown
    dates = dict.fromkeys(("leaders_at", "managers_at", "everyone_at"), timezone.now())
    for campaign in (beside.leaders_campaign, Campaign.objects.get(audience="customers")):
        Sharing.objects.create(campaign=campaign, **dates, reached="")

    assert costs() == with_both
    assert "a-leaders" not in executive.get(pages[0][1]).content.decode()
