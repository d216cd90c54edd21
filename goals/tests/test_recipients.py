"""Finding whom a goal goes to where hundreds could get a draft."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goals import recipients
from goals.tests import factories
from people import tree
from people.access import Viewer
from people.tests.factories import EmployeeFactory


@pytest.fixture
def parent(cast, cycle):
    return factories.goal(cast.max, cycle, level="department", title="Answer fast")


@pytest.fixture
def crowd(cast, monkeypatch):
    """Eight more people below Max, and a list that holds three."""
    monkeypatch.setattr(recipients, "OFFERED_PEOPLE", 3)
    people = [EmployeeFactory.create(name=f"Zoe Adams{n}", unit=cast.helpdesk, manager=cast.max) for n in range(8)]
    tree.renumber_line()
    cast.max.refresh_from_db()
    return people


def labels(offer) -> list[str]:
    return [one.label for one in offer.recipients]


def test_a_search_finds_those_whom_the_list_does_not_hold(cast, parent, crowd):
    viewer = Viewer.of(cast.max.user)
    short = recipients.recipients_of(viewer, parent)
    assert (len(short.recipients), short.more) == (3, 7)

    assert labels(recipients.recipients_of(viewer, parent, q=" adams7 ")) == ["Zoe Adams7, Helpdesk"]
    assert labels(recipients.recipients_of(viewer, parent, q=crowd[4].number)) == ["Zoe Adams4, Helpdesk"]
    assert labels(recipients.recipients_of(viewer, parent, q="Olga")) == []


def test_who_is_ticked_stays_whatever_is_searched(cast, parent, crowd):
    kept = [f"p{crowd[7].pk}", "p²", "u999", "x1", f"p{cast.olga.pk}"]

    offer = recipients.recipients_of(Viewer.of(cast.max.user), parent, q="Eve", kept=kept)

    assert labels(offer) == ["Zoe Adams7, Helpdesk", "Eve Lind, Helpdesk"]


def test_the_search_works_as_a_page_and_as_a_fragment(cast, parent, crowd, client_of):
    client, url = client_of(cast.max), reverse("goals:cascade_choose", args=[parent.pk])
    ticked = f"p{crowd[5].pk}"
    assert "7 more are not listed" in " ".join(client.get(url).content.decode().split())

    query = {"q": "adams7", "to": [ticked], "how": "own"}
    page = client.get(url, query).content.decode()
    fragment = client.get(url, query, headers={"HX-Request": "true"}).content.decode()

    for answer in (page, fragment):
        assert "Zoe Adams7" in answer
        assert "Ed Moss" not in answer
        box = answer[answer.index(f'value="{ticked}"') :]
        assert "checked" in box[: box.index(">")]
    assert "<html" not in fragment
    assert "Choose at least one" not in page
    assert "Nobody below fits" in client.get(url, {"q": "\0nobody"}).content.decode()


def test_somebody_found_by_search_gets_a_draft(cast, parent, crowd, client_of):
    client, url = client_of(cast.max), reverse("goals:cascade_drafts", args=[parent.pk])

    page = client.get(url, {"to": [f"p{crowd[7].pk}"], "how": "own", "q": "adams7"})

    assert page.status_code == 200
    assert "Zoe Adams7" in page.content.decode()
    stranger = client.get(url, {"to": [f"p{cast.olga.pk}"], "how": "own"})
    assert stranger.status_code == 422
    assert "Olga Finn" not in stranger.content.decode()


def test_t62_a_search_asks_a_fixed_number_of_questions(cast, parent, crowd):
    viewer = Viewer.of(cast.max.user)
    recipients.recipients_of(viewer, parent)
    with CaptureQueriesContext(connection) as few:
        recipients.recipients_of(viewer, parent, q="adams1")
    with CaptureQueriesContext(connection) as many:
        recipients.recipients_of(viewer, parent, q="adams")

    assert len(many) == len(few)
