"""The trust pack: what a works council checks before a launch, and everybody who is asked, is what the program does."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape, strip_tags

from assessments.surveys.queries import trust
from assessments.surveys.services import campaigns
from assessments.surveys.tests import factories
from people import tree
from people.queries import matrix
from people.tests.factories import EmployeeFactory, UnitFactory


@pytest.fixture
def read(client_of):
    """read(campaign, employee) is the page as text, spaces collapsed; its response where that is no page."""

    def text(campaign, employee):
        response = client_of(employee).get(reverse("surveys:campaign_trust", args=[campaign.pk]))
        words = re.sub(r"\s+", " ", strip_tags(response.content.decode()))
        return words if response.status_code == 200 else response

    return text


def row(words: str, first: str) -> str:
    """What follows a name in the table of groups."""
    return words[words.index(f" {first} ") :][:160]


def test_a_draft_is_shown_as_it_would_be_launched_with_every_question(tarn, hana, read):
    draft = factories.draft_campaign(
        title="Autumn survey", minimum_group=6, cut_by="site", units=[tarn.unit("company")]
    )

    words = read(draft, hana)

    assert "As it would be launched today." in words
    assert "35 people: everyone, leaders included, in" in words
    assert "Never by itself, fewer than 6 people" in row(words, "Internal IT")
    assert "From 6 answers on From 10 answers on" in row(words, "Helpdesk")
    assert "split, one attribute at a time" in words
    for text in draft.form.items.filter(kind="likert").values_list("text", flat=True):
        assert re.sub(r"\s+", " ", strip_tags(escape(text.replace("{org}", "Wheelhouse")))) in words or "{" in text
    assert "One of 5 answers, “Strongly disagree” to “Strongly agree”, or “" in words
    assert "Two markers between the poles: today, and wanted" in words


def test_t43_p09_p10_after_the_launch_it_says_what_was_frozen(tarn, hana, read):
    draft = factories.draft_campaign()
    campaign = campaigns.launch(draft, by=hana.user, at=draft.opens_at)
    before = read(campaign, hana)
    EmployeeFactory.create_batch(4, unit=tarn.unit("it"))
    UnitFactory.create(key="later", name="Later unit", parent=tarn.unit("company"))

    words = read(campaign, hana)

    assert "As frozen at launch on" in words
    assert "Later unit" not in words
    assert row(words, "Internal IT") == row(before, "Internal IT")
    assert "Results are split by no attribute of people" in words


def test_p20_who_is_asked_finds_it_before_the_first_question(survey, eve, olga, hana, read, client_of):
    intro = client_of(eve).get(reverse("surveys:intro", args=[survey.pk])).content.decode()

    assert reverse("surveys:campaign_trust", args=[survey.pk]) in intro
    assert "Shown from" in read(survey, eve)
    assert (
        reverse("people:matrix")
        not in client_of(eve).get(reverse("surveys:campaign_trust", args=[survey.pk])).content.decode()
    )
    assert read(factories.draft_campaign(title="Not yet"), eve).status_code == 404


def test_p03_p18_a_customer_survey_says_what_holds_for_customers(voice, hana, read):
    words = read(voice, hana)

    assert "10 people, of three customer organisations or more" in words
    assert "at the latest after 180 days" in words
    assert "Customers who asked to be contacted, after the close" in words
    assert "Helpdesk" not in words


def test_t04_every_page_and_file_of_results_is_in_the_list(survey):
    """Also one that nobody has found words for yet."""
    listed = {door.path for door in trust.pack(survey, on=survey.opens_at.date()).doors}
    doors = {
        path
        for name, path, row in matrix.entries()
        if name.startswith("surveys:") and path.startswith("/results/") and "GET" in row.methods
    }

    assert len(doors) > 10
    assert doors <= listed


def test_t62_the_pack_costs_the_same_whatever_the_size(survey, hana, client_of, tarn):
    client, page = client_of(hana), reverse("surveys:campaign_trust", args=[survey.pk])
    client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(page)
    UnitFactory.create_batch(5, parent=tarn.unit("company"))
    tree.renumber_units()
    draft = factories.open_campaign(title="Larger")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("surveys:campaign_trust", args=[draft.pk]))

    assert len(many) <= len(few) <= 25
