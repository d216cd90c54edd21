"""HR offers learning to people and units: an offer, never an obligation, and nobody reads a no."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import AuditEntry, Notification
from development.models import Activity, PlanItem, Proposal
from development.models.coaching import LISTED_FOR
from development.services import coaching
from development.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(cast):
    return factories.activity("Call clinic")


def offer(activity, cast, *, unit=None, person=None, at=None) -> int:
    return coaching.offer(
        activity, unit=unit, person=person, words="Try it.", by=cast.hana.user, at=at or timezone.now()
    )


def test_hr_offers_to_a_unit_and_each_person_decides(client_of, cast, clinic):
    page = client_of(cast.hana).post(
        f"/learning/{clinic.pk}/offers/", {"unit": cast.helpdesk.pk, "words": "Try it."}, follow=True
    )

    assert "Offered to 3 people. Each decides alone; nobody sees a no." in page.text
    assert set(Proposal.objects.values_list("employee", flat=True)) == {cast.max.pk, cast.eve.pk, cast.ed.pk}
    eve = client_of(cast.eve)
    plan = eve.get("/development/").text
    assert "Call clinic" in plan
    assert "HR, " in plan
    assert "HR offers it" in eve.get("/").text
    assert "HR offers “Call clinic”. Take it or leave it" in Notification.objects.get(to=cast.eve.user).text
    own = Proposal.objects.get(employee=cast.eve)
    eve.post(f"/development/proposals/{own.pk}/", {"answer": "yes"})
    item = PlanItem.objects.get()
    assert (item.owner, item.activity, item.is_shared) == (cast.eve, clinic, False)


def test_row_36_neither_hr_nor_the_manager_learns_what_became_of_it(client_of, cast, clinic):
    offer(clinic, cast, unit=cast.helpdesk)
    hana, max_ = client_of(cast.hana), client_of(cast.max)
    pages = [
        (hana, f"/learning/{clinic.pk}/"),
        (hana, "/learning/uptake/"),
        (max_, f"/development/team/{cast.eve.pk}/"),
    ]

    def shown():
        texts = [client.get(url).text.split("<main", 1)[1] for client, url in pages]
        trail = AuditEntry.objects.exclude(verb="viewed").order_by("pk").values_list("verb", "subject_label", "changes")
        return [re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text) for text in texts], list(trail)

    before = shown()
    for person, answer in ((cast.eve, "yes"), (cast.ed, "no")):
        own = Proposal.objects.get(employee=person)
        client_of(person).post(f"/development/proposals/{own.pk}/", {"answer": answer})

    assert shown() == before
    assert "Try it." not in before[0][-1], "what HR offers is no news of the manager's page"
    assert offer(clinic, cast, unit=cast.helpdesk) == 0, "whatever they answered"
    later = timezone.now() + LISTED_FOR + timedelta(hours=1)
    assert offer(clinic, cast, unit=cast.helpdesk, at=later) == 3


def test_a_person_beside_a_unit_counts_once_and_only_they_find_it_in_their_trail(cast, clinic):
    assert offer(clinic, cast, unit=cast.helpdesk, person=cast.eve) == 3
    assert offer(clinic, cast, person=cast.olga) == 1
    assert offer(clinic, cast, unit=cast.company, person=cast.hana) == 5

    told = AuditEntry.objects.filter(verb="offered learning to").values_list("about", flat=True)
    assert set(told) == {cast.eve.user_id, cast.olga.user_id}


def test_only_what_is_in_the_catalogue_is_offered_and_the_form_says_what_is_missing(client_of, cast, clinic):
    hana, url = client_of(cast.hana), f"/learning/{clinic.pk}/offers/"
    assert "Choose a unit, a person, or both." in hana.post(url, {"words": ""}).text
    assert hana.post(url, {"person": "nobody"}).status_code == 422
    Activity.objects.update(state=Activity.State.WITHDRAWN)

    refused = hana.post(url, {"unit": cast.sales.pk})

    assert "Only what stands in the catalogue can be offered" in refused.text
    assert not Proposal.objects.exists()


def test_a_partner_offers_within_the_units_they_look_after(client_of, cast, clinic):
    petra, url = client_of(cast.petra), f"/learning/{clinic.pk}/offers/"

    assert petra.post(url, {"unit": cast.sales.pk}).status_code == 422
    assert petra.post(url, {"person": cast.olga.number}).status_code == 422
    assert "Offered to 1 person" in petra.post(url, {"person": cast.eve.number}, follow=True).text
    assert client_of(cast.max).get(url).status_code == 403
