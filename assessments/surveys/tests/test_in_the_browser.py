"""Answering and launching in a real browser: the script of the questionnaire page, and life without it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from assessments.surveys import schedule
from assessments.surveys.models import Campaign, Form
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import answers_of, cast_ballots
from assessments.surveys.tests.test_answering_pages import stored, url
from core.tests.soundness import faults_of

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.django_db(transaction=True)


def pick(page: Page, code: str, words: str) -> None:
    page.locator(f"#{code}").get_by_role("radio", name=words, exact=True).check(force=True)


def says(page: Page, state: str) -> None:
    """The mark in the corner: saved, saving, later (offline), signed-out or refused; its words are what is visible."""
    expect(page.locator("[data-save-mark]")).to_have_attribute("data-save-mark", state)
    expect(page.locator(f"[data-save-mark] [data-state={state}]")).to_be_visible()


def test_f22_answers_are_saved_as_given_wait_offline_and_are_there_on_return(survey, eve, page_of):
    page = page_of(eve.user)
    page.goto(url("page", survey, 1))
    says(page, "saved")
    pick(page, "STR1", "Agree")
    expect(page.get_by_text("5 left on this page")).to_be_visible()
    says(page, "saved")
    assert stored(survey, eve) == {"STR1": "4"}

    page.context.set_offline(True)
    pick(page, "STR2", "Disagree")
    says(page, "later")
    expect(page.get_by_text("The connection is gone.")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/page/1/$"))
    assert stored(survey, eve) == {"STR1": "4"}

    page.context.set_offline(False)
    expect(page).to_have_url(re.compile("/page/2/$"))
    assert stored(survey, eve) == {"STR1": "4", "STR2": "2"}

    phone = page_of(eve.user, width=390)
    phone.goto(url("intro", survey))
    phone.get_by_role("link", name="Continue on page 2").click()
    phone.get_by_role("button", name="Back").click()
    expect(phone.locator("#STR1").get_by_role("radio", name="Agree", exact=True)).to_be_checked()
    expect(phone.locator("#STR2").get_by_role("radio", name="Disagree", exact=True)).to_be_checked()


def test_f15_a_server_that_fails_is_asked_again_and_the_text_stays(survey, eve, page_of):
    page = page_of(eve.user)
    page.goto(url("page", survey, 10))
    failures = []

    def fail_twice(route: Route) -> None:
        failures.append(1)
        if len(failures) <= 2:
            route.fulfill(status=500)
        else:
            route.continue_()

    page.route("**/answers/", fail_twice)
    page.get_by_label("What one thing helps you most").fill("Colleagues who listen")
    says(page, "later")
    says(page, "saved")

    assert len(failures) == 3
    assert stored(survey, eve) == {"C1": "Colleagues who listen"}


def test_f25_signed_out_meanwhile_the_page_keeps_the_answer_and_saves_it_after_the_sign_in(survey, eve, page_of):
    page = page_of(eve.user)
    page.goto(url("page", survey, 10))
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_label("What one thing gets in the way").fill("Two systems")
    says(page, "signed-out")
    expect(page.get_by_role("link", name="sign in again in a new tab")).to_be_visible()

    page.context.add_cookies(cookies)

    says(page, "saved")
    assert stored(survey, eve) == {"C2": "Two systems"}


def test_a_text_that_is_refused_stays_on_the_page_and_holds_it(survey, eve, page_of):
    page = page_of(eve.user)
    page.goto(url("page", survey, 10))
    box = page.get_by_label("What one thing helps you most")
    box.fill("x" * 1001)
    expect(page.get_by_role("alert")).to_contain_text("A comment can hold 1000 characters.")
    says(page, "refused")
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/page/10/$"))
    assert box.input_value() == "x" * 1001

    box.fill("x" * 1000)
    page.get_by_role("button", name="Next").click()

    expect(page).to_have_url(re.compile("/check/$"))
    assert stored(survey, eve) == {"C1": "x" * 1000}


def test_keys_answer_the_statement_in_focus_and_go_to_the_next(survey, eve, page_of):
    page = page_of(eve.user)
    page.goto(url("page", survey, 1))
    order = [box.get_attribute("id") for box in page.locator("fieldset.likert").all()]
    page.locator("fieldset.likert input").first.focus()

    for key in "24n":
        page.keyboard.press(key)

    says(page, "saved")
    assert stored(survey, eve) == dict(zip(order[:3], ["2", "4", "na"], strict=True))
    page.locator("fieldset.likert").nth(4).locator("input").first.focus()
    page.keyboard.press("7")
    assert len(stored(survey, eve)) == 3


def test_markers_count_once_they_are_moved(survey, eve, page_of):
    page = page_of(eve.user)
    page.goto(url("page", survey, 9))
    pair = page.locator("#SL1")
    expect(pair.get_by_text("This marker is set: count it").first).to_be_hidden()

    page.locator("[id='SL1.today']").fill("35")
    expect(pair.locator("output").first).to_have_text("Quality 65, Cost 35")
    expect(pair.locator("output").last).to_have_text("Not set")
    says(page, "saved")
    assert stored(survey, eve) == {"SL1.today": "35"}

    pair.get_by_role("checkbox", name="I cannot judge this").check()
    says(page, "saved")
    assert stored(survey, eve) == {"SL1.today": "na", "SL1.desired": "na"}

    page.locator("[id='SL1.desired']").fill("50")
    expect(pair.locator("output").last).to_have_text("Equal weight")
    says(page, "saved")
    assert stored(survey, eve) == {"SL1.today": "35", "SL1.desired": "50"}


def test_f26_closing_while_the_page_is_open_shows_what_was_written(survey, eve, page_of, passed_by):
    page = page_of(eve.user)
    page.goto(url("page", survey, 10))
    passed_by(survey, minutes=6)

    page.get_by_label("What one thing helps you most").fill("Just too late")

    expect(page.get_by_role("heading", name="This survey has closed")).to_be_visible()
    expect(page.get_by_text("Just too late")).to_be_visible()


def test_p20_the_whole_way_with_javascript_ends_with_a_receipt(survey, eve, page_of):
    page = page_of(eve.user, width=390)
    page.goto(reverse("surveys:mine"))
    page.get_by_role("link", name=re.compile("Start.*Spring survey")).click()
    page.get_by_role("link", name="Start", exact=True).click()
    pick(page, "STR1", "Strongly agree")
    for number in range(2, 11):
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_role("heading", name=f"Page {number} of 10")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("1 of 49 answered.")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()

    expect(page.locator("[data-receipt=receipt]")).to_have_text(re.compile(r"^[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}$"))
    expect(page.get_by_role("button", name="Print")).to_be_visible()


def test_the_whole_way_without_javascript(survey, eve, page_of):
    page = page_of(eve.user, java_script_enabled=False)
    page.goto(url("intro", survey))
    page.get_by_role("link", name="Start", exact=True).click()
    pick(page, "STR3", "Does not apply or I do not know")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Back").click()
    expect(page.locator("#STR3").get_by_role("radio", name="Does not apply")).to_be_checked()

    page.goto(url("page", survey, 9))
    expect(page.get_by_text("This marker is set: count it").first).to_be_visible()
    page.locator("[id='SL1.today-set']").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("What one thing helps you most").fill("x" * 1001)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("This page could not be saved yet. Nothing you typed is lost.")).to_be_visible()
    page.get_by_label("What one thing helps you most").fill("Short")
    page.get_by_role("button", name="Next").click()

    expect(page.get_by_text("3 of 49 answered.")).to_be_hidden()
    assert stored(survey, eve) == {"STR3": "na", "SL1.today": "50", "C1": "Short"}
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("[data-receipt=receipt]")).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()


def test_hr_prepares_a_campaign_looks_at_the_launch_check_and_launches(tarn, hana, eve, page_of):
    factories.form()
    page = page_of(hana.user)
    page.goto(reverse("surveys:campaigns"))
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name of the survey").fill("Culture survey, spring")
    page.get_by_label(Form.objects.get(key="employee_full").name).check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Everyone, leaders included").check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Smallest group whose scores are shown").fill("4")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator(".invalid-feedback").first).to_be_visible()
    page.get_by_label("Smallest group whose scores are shown").fill("5")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Opens").fill("2026-01-05T09:00")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and see the launch check").click()

    hidden = page.get_by_role("heading", name="Hidden even if everybody answers").locator("xpath=../..")
    expect(hidden).to_contain_text("Internal IT")
    page.get_by_role("button", name="Launch: invite 35 people").click()
    expect(page.get_by_text("Launched. Everyone invited can see it now.")).to_be_visible()
    campaign = Campaign.objects.get()
    assert campaign.state == Campaign.State.OPEN

    invited = page_of(eve.user)
    invited.goto(reverse("surveys:mine"))
    expect(invited.get_by_role("link", name=re.compile("Start.*Culture survey, spring"))).to_be_visible()


def test_axe_finds_nothing_on_the_survey_pages(published, hana, eve, tarn, page_of, at_place):
    survey, draft = factories.open_campaign(title="Open"), factories.draft_campaign(title="Draft")
    partly = factories.open_campaign(title="Watched")
    cast_ballots(partly, answers_of)
    schedule.note_participation()
    visits = [
        (eve, reverse("surveys:mine")),
        (eve, url("intro", survey)),
        *((eve, url("page", survey, number)) for number in (3, 9, 10)),
        (eve, url("check", survey)),
        (eve, url("thanks", partly)),
        (hana, reverse("surveys:campaigns")),
        *((hana, url("campaign_setup", draft, step)) for step in ("questionnaire", "people", "limits", "dates")),
        (hana, url("campaign", draft)),
        (hana, url("campaign", partly)),
        (hana, url("campaign_trust", partly)),
        (hana, reverse("surveys:results")),
        (hana, url("unit_results", published, at_place(published, "it"))),
        (hana, url("unit_comments", published, at_place(published, "helpdesk"), "C1")),
        (tarn.cast.max, reverse("surveys:team_results")),
        (tarn.ian, reverse("surveys:team_results")),
    ]
    found = []
    pages: dict[int, Page] = {}
    for who, address in visits:
        page = pages[who.pk] = pages.get(who.pk) or page_of(who.user)
        page.goto(address)
        found += faults_of(page)

    assert not found, "\n".join(found)
