"""Each home page takes the same number of queries whatever the size of the organisation."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.surveys.models import Campaign
from culture.demo import SIGN_INS, large
from people.models import User

EMAILS = {role: email for role, email, _ in SIGN_INS}

PAGES = {
    "employee home": ("/", "Employee"),
    "employee home of a manager": ("/", "Manager"),
    "team home": ("/team/", "Manager"),
    "team home, whole tree of everybody": ("/team/?line=all", "Executive"),
    "eight steps": ("/programme/", "HR administrator"),
    "overview": ("/overview/", "Executive"),
    "leaders' mirror": ("/results/mirror/", "Executive"),
    "team results": ("/results/team/", "Manager"),
    "results of the organisation": ("/results/", "Executive"),
    "one C": ("/results/construct/consequence/", "Executive"),
    "what we learned": ("what we learned", "Employee"),
}
MOST = 50  # a page above this has begun to ask too much, even when the number is fixed


def _signed_in(role):
    client = Client()
    client.force_login(User.objects.get(email=EMAILS[role]))
    return client


def _counted(client, address):
    client.get(address)  # what the process keeps in memory is read once
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(queries)


@pytest.fixture
def counts(db):
    """Queries of every page at a size; the organisation is gone afterwards."""

    def of(people):
        with transaction.atomic():
            large.build(people, lambda _: None, at=timezone.now())
            shared = Campaign.objects.published().filter(audience="staff").latest("closes_at")
            learned = reverse("dashboards:summary", args=[shared.pk])
            found = {
                name: _counted(_signed_in(role), learned if name == "what we learned" else address)
                for name, (address, role) in PAGES.items()
            }
            transaction.set_rollback(True)
        return found

    return of


def test_t62_pages_take_as_many_queries_for_200_people_as_for_60(counts):
    small, large = counts(60), counts(200)

    assert {name: count for name, count in large.items() if count > MOST} == {}
    # A level of goals without a measure of their own, whose pace is that of the goals below, takes one question more.
    assert large.pop("one C") - small.pop("one C") in (0, 1)
    assert large == small
