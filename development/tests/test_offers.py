"""The page of an assessment offers what the plan would, to the person alone."""

import pytest
from django.utils import timezone

from assessments.competencies.models import Competency
from assessments.reviews import services
from assessments.reviews.tests.factories import agree, assessment_of, give_roles, running_cycle, share_both
from development.models import PlanItem
from development.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(cast):
    """Eve and Max have agreed level 2 for listening, one below what her role needs."""
    now = timezone.now()
    today = timezone.localdate(now)
    give_roles(cast)
    running_cycle(at=now, self_due_on=today, manager_due_on=today, closes_on=today)
    share_both(cast.eve, manager={"listening": 2}, at=now)
    agree(assessment_of(cast.eve), at=now, listening=2)
    return f"/reviews/results/{assessment_of(cast.eve).pk}/"


@pytest.fixture
def lab(result):
    return factories.activity("Listening lab", aims=[(Competency.objects.get(key="listening"), 3)])


def test_what_fits_a_gap_is_put_on_the_plan_from_the_page_of_the_result(result, lab, client_of, eve):
    client = client_of(eve)
    page = client.get(result)
    (offer,) = page.context["page"].offers
    assert "Listening for needs, to level 3 · On-the-job training · 2 hours" in page.text

    taken = client.post(offer.take_url, offer.fields, follow=True)

    assert "On your plan. Only you see it." in taken.text
    item = PlanItem.objects.get()
    assert (item.owner, item.activity, item.target_level, item.is_shared) == (eve, lab, 3, False)
    assert client.get(result).context["page"].offers == []


def test_the_manager_reads_the_same_page_whatever_is_on_the_plan(result, lab, client_of, eve, max):
    def main():
        page = client_of(max).get(result)
        assert page.context["page"].offers == []
        return page.text.split("<main", 1)[1]

    before = main()
    client_of(eve).post(f"/learning/{lab.pk}/plan/")

    assert "Put it on my plan" not in before
    assert main() == before


def test_an_assessment_of_an_earlier_cycle_offers_nothing_for_today(result, lab, client_of, cast, eve):
    later = timezone.now()
    today = timezone.localdate(later)
    services.close(assessment_of(eve).cycle, by=None, at=later)
    running_cycle("Later", at=later, self_due_on=today, manager_due_on=today, closes_on=today)

    assert client_of(eve).get(result).context["page"].offers == []
