"""A respondent who changes the language on the way, with a script and without: nothing that was typed is lost."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assessments.surveys.tests import factories
from assessments.surveys.tests.test_answering_pages import stored, url
from assessments.surveys.tests.test_in_the_browser import says
from core.tests.soundness import faults_of

pytestmark = pytest.mark.django_db(transaction=True)
STR1 = "Ich weiß, für welche Kunden wir da sind."


@pytest.fixture
def umfrage(tarn):
    return factories.open_campaign(
        title="Spring survey", languages=["de"], translations={"de": {"title": "Umfrage im Frühling"}}
    )


def test_a_respondent_changes_the_language_on_the_way_and_loses_nothing(umfrage, eve, page_of):
    page = page_of(eve.user)
    page.goto(url("intro", umfrage))
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Umfrage im Frühling")).to_be_visible()
    found = faults_of(page)
    page.get_by_role("link", name="Anfangen").click()
    says(page, "saved")
    expect(page.locator("[data-save-mark] [data-state=saved]")).to_have_text("Gespeichert")
    page.get_by_role("group", name=STR1).get_by_role("radio", name="Stimme zu", exact=True).check(force=True)
    expect(page.locator("[data-some]")).to_contain_text("Noch 5 auf dieser Seite")
    found += faults_of(page)

    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Page 1 of 10")).to_be_visible()
    expect(page.locator("#STR1").get_by_role("radio", name="Agree", exact=True)).to_be_checked()

    page.goto(url("page", umfrage, 10))
    says(page, "saved")
    page.get_by_label("What one thing helps you most").fill("Colleagues who listen")
    page.get_by_role("button", name="Deutsch").click()  # before the pause after which a text is saved
    expect(page.get_by_label("Was hilft Ihnen am meisten")).to_have_value("Colleagues who listen")
    assert stored(umfrage, eve) == {"STR1": "4", "C1": "Colleagues who listen"}
    page.goto(url("page", umfrage, 9))
    says(page, "saved")
    found += faults_of(page)
    assert not found, "\n".join(found)


def test_without_a_script_a_language_keeps_the_page_and_enter_still_goes_on(umfrage, eve, page_of):
    page = page_of(eve.user, java_script_enabled=False)
    page.goto(url("page", umfrage, 1))
    page.locator("#STR1").get_by_role("radio", name="Agree", exact=True).check(force=True)
    page.get_by_role("button", name="Deutsch").click()

    expect(page.get_by_role("heading", name="Seite 1 von 10")).to_be_visible()
    answered = page.locator("#STR1").get_by_role("radio", name="Stimme zu", exact=True)
    expect(answered).to_be_checked()
    answered.press("Enter")
    expect(page).to_have_url(re.compile("/page/2/$"))
    expect(page.get_by_role("heading", name="Seite 2 von 10")).to_be_visible()


def test_axe_finds_nothing_on_the_pages_of_languages(tarn, draft, hana, page_of):
    version = factories.form().version
    page = page_of(hana.user)
    at = reverse("surveys:instrument_version", args=[version.instrument.key, version.number])
    page.goto(at)
    page.get_by_label("Add a language").select_option("fr")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="French: Around the questions")).to_be_visible()
    found = faults_of(page)
    page.get_by_label("Beside statements about leaders, translation").fill("Ceux qui dirigent.")
    page.get_by_role("button", name="Save this sheet").click()
    expect(page.get_by_text("{org} should stand here 1 time")).to_be_visible()
    found += faults_of(page)
    page.goto(url("campaign_setup", draft, "languages"))
    found += faults_of(page)

    assert not found, "\n".join(found)
