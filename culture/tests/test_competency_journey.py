"""Competencies from the model to the next cycle, as each of their people meets them: HR writes a version and launches a
cycle; the person, the manager, a colleague and a customer answer; talk, report, plan; a second cycle with its history."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from django.core import mail as post
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from assessments.competencies.models import Competency, Framework
from assessments.competencies.queries.profiles import Cell
from assessments.competencies.services import profiles
from assessments.competencies.services.profiles import NewProfile
from assessments.competencies.tests.factories import load_library
from assessments.reviews.models import Rater, ReviewCycle
from assessments.reviews.schedule import make_reports
from assessments.reviews.tests.raters import answer
from core.schedule import deliver_mail
from development.models import PlanItem
from development.tests import factories as development

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 30  # seconds for a worker on a busy machine
NEW_WORDS = "Says back what was agreed."
NEEDED = {"listening": Cell(3, is_focus=True), "insight": Cell(3, is_focus=False), "clarity": Cell(2, is_focus=False)}
FIRST, SECOND = "Spring round", "Autumn round"


@pytest.fixture
def company(cast):
    """The cast with the shipped library, in which an agent needs three competencies, and one activity to learn from."""
    load_library()
    framework = Framework.objects.get(state=Framework.State.IN_USE)
    agent = NewProfile(cast.eve.job_role, "Service agent", "Answers customers.", NEEDED)
    newest = framework.profile_sets.latest("number").number
    profiles.save_profiles(
        framework, [agent], follows=newest, change_note="Three matter most.", by=None, at=timezone.now()
    )
    listening = Competency.objects.get(key="listening")
    development.activity("Listening in pairs", aims=[(listening, 3)])
    return cast


def test_from_the_model_to_the_second_cycle_as_everybody_meets_it(company, page_of, request):
    cast = company
    hana, eve, max_, ed = (page_of(one.user) for one in (cast.hana, cast.eve, cast.max, cast.ed))
    cara = page_of(width=390)

    hr_writes_and_publishes_a_version(hana)
    hr_launches(hana, FIRST, with_raters=True)

    the_person_assesses_herself(eve)
    the_person_names_raters(eve)
    the_manager_approves_raters(max_)
    the_manager_reviews(max_)
    a_colleague_answers(ed)
    a_customer_answers_by_the_link_of_the_mail(cara)
    for rater in Rater.objects.filter(employee__in=[cast.olga, cast.sam]).select_related("assessment__cycle"):
        answer(rater, 2, at=timezone.now())

    both_read_both(eve, max_)
    the_manager_records_the_agreed_levels(max_)
    the_person_signs_off(eve)
    the_manager_reads_the_statement(max_)

    hr_ends_the_cycle(hana)
    request.getfixturevalue("celery_worker")
    reports_are_made_by_the_worker()
    the_person_reads_what_others_see_and_plans(eve)

    hr_launches(hana, SECOND, with_raters=False)
    both_meet_the_first_cycle_in_the_second(eve, max_)


# --- HR ---------------------------------------------------------------------------------------------------------------


def hr_writes_and_publishes_a_version(page: Page) -> None:
    page.goto(reverse("competencies:library"))
    page.get_by_role("link", name="Listening for needs", exact=True).click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Add indicator to level 2").click()
    page.get_by_label(re.compile("Level 2, indicator")).last.fill(NEW_WORDS)
    page.get_by_role("button", name="Publish version 2").last.click()
    expect(page.locator("ins", has_text=NEW_WORDS)).to_be_visible()
    page.get_by_label("What changed and why").fill("Customers were not sure what we had promised.")
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("Version 2 is in use.")).to_be_visible()


def hr_launches(page: Page, name: str, *, with_raters: bool) -> None:
    page.goto(reverse("reviews:cycles"))
    page.get_by_role("link", name="New cycle").first.click()
    page.get_by_label("Name of the cycle").fill(name)
    page.get_by_label("Helpdesk").check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Raters")
    if with_raters:
        page.get_by_label("Colleagues").check()
        page.get_by_label("Customers and other externals").check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stages")
    page.get_by_role("button", name=re.compile("^Save and")).click()
    if with_raters:
        expect(page.get_by_role("heading", level=1)).to_have_text("Limits")
        page.get_by_role("button", name="Save and see the launch check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Launch check")
    page.get_by_role("button", name="Launch for 3 people").click()
    expect(page.get_by_text(f"{name} is open for 3 people.")).to_be_visible()


def hr_ends_the_cycle(page: Page) -> None:
    page.goto(reverse("reviews:cycles"))
    page.get_by_role("link", name=FIRST).first.click()
    page.get_by_text("Close the cycle before its last day").click()
    page.get_by_role("button", name=f"Close {FIRST}").click()
    expect(page.get_by_text(f"{FIRST} is closed.")).to_be_visible()


def reports_are_made_by_the_worker() -> None:
    """What the clock sends every ten minutes."""
    make_reports.delay()
    end = time.monotonic() + PATIENCE
    while not ReviewCycle.objects.filter(name=FIRST, released_at__isnull=False).exists():
        assert time.monotonic() < end, "the worker has not made the reports"
        time.sleep(0.2)


# --- the person and the manager ---------------------------------------------------------------------------------------


def the_person_assesses_herself(page: Page) -> None:
    page.goto("/")
    to_do(page, "Self-assessment").click()
    expect(page.get_by_text(NEW_WORDS)).to_be_visible()
    rate(page, "Listening for needs", 4, example="Rang the school back twice until the heating was on.")
    rate(page, "Using customer insight", 2, obstacle="Tools or process")
    rate(page, "Speaking and writing clearly", 2)
    page.get_by_role("button", name="Share with Max Berg").click()
    expect(page.get_by_text("Max Berg has not shared yet")).to_be_visible()


def the_person_names_raters(page: Page) -> None:
    page.get_by_role("link", name=about("Raters", FIRST)).click()
    page.get_by_label("Ed Moss").check()
    page.get_by_label("Name", exact=True).fill("Cara Hill")
    page.get_by_label("Mail address").fill("cara@hillfarm.example")
    page.get_by_label("Organisation").fill("Hill Farm")
    page.get_by_role("button", name="Send for approval").click()
    for name in ("Olga Finn", "Sam Hart"):
        page.get_by_label("Somebody else").fill(name)
        page.get_by_role("button", name="Look up").click()
        page.get_by_label(name).check()
        page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_text("Waits for approval")).to_have_count(4)


def the_manager_approves_raters(page: Page) -> None:
    page.goto("/")
    to_do(page, "Approve raters").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Raters of Eve Lind")
    expect(page.get_by_text("asked about nobody else").first).to_be_visible()
    page.get_by_role("button", name="Approve all 4").click()
    expect(page.get_by_role("button", name="Take off")).to_have_count(4)


def the_manager_reviews(page: Page) -> None:
    page.goto(reverse("reviews:team"))
    page.get_by_role("link", name=about("Review", "Eve Lind")).click()
    expect(page.get_by_text("Eve’s own view")).to_have_count(0)  # the cycle is blind
    rate(page, "Listening for needs", 2, obstacle="Practice time")
    rate(page, "Using customer insight", 2, obstacle="Tools or process")
    rate(page, "Speaking and writing clearly", 2)
    page.get_by_role("button", name="Share with Eve Lind").click()
    expect(page.get_by_text("time for the talk")).to_be_visible()


def both_read_both(eve: Page, max_: Page) -> None:
    row = max_.get_by_role("row", name=re.compile("^Listening for needs"))
    expect(row.get_by_text("Worth talking about")).to_be_visible()
    eve.goto(reverse("reviews:mine"))
    eve.get_by_role("link", name=about("Open the result", FIRST)).click()
    expect(eve.get_by_text("Levels are proposals until you agree them in the talk.")).to_be_visible()
    expect(eve.get_by_role("row", name=re.compile("^Listening for needs"))).to_contain_text("Rang the school back")


def the_manager_records_the_agreed_levels(page: Page) -> None:
    page.get_by_role("link", name="Record the agreed levels").click()
    expect(page.get_by_label("Agreed level, Using customer insight")).to_have_value("2")  # where both views met
    page.get_by_label("Agreed level, Listening for needs").select_option("2")
    page.get_by_role("button", name="Record the agreed levels").click()
    expect(page.get_by_text("Recorded. Eve Lind is told")).to_be_visible()


def the_person_signs_off(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("recorded the levels you agreed")).first.click()
    page.get_by_label("Your statement").fill("I want to sit in on more calls.")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Your statement is on record.")).to_be_visible()


def the_manager_reads_the_statement(page: Page) -> None:
    page.goto(reverse("reviews:team"))
    page.get_by_role("link", name=about("Open", "Eve Lind")).click()
    expect(page.get_by_text("I want to sit in on more calls.")).to_be_visible()


def the_person_reads_what_others_see_and_plans(page: Page) -> None:
    page.goto(reverse("reviews:mine"))
    page.get_by_role("link", name=about("Open the result", FIRST)).click()
    expect(page.get_by_text("you see level 4, others see 2.")).to_be_visible()
    expect(page.get_by_text("Blind spot", exact=True).first).to_be_visible()
    expect(page.get_by_text("Rings every customer back.")).to_be_visible()
    expect(page.get_by_text("1 of 2 gaps is put down to the context")).to_be_visible()
    page.get_by_role("button", name=about("Put it on my plan", "Listening in pairs")).click()
    expect(page.get_by_text("On your plan. Only you see it.")).to_be_visible()
    assert PlanItem.objects.get().target_level == 3
    page.goto(reverse("development:plan") + "?show=ideas")
    expect(page.get_by_role("link", name="Listening in pairs")).to_be_visible()


def both_meet_the_first_cycle_in_the_second(eve: Page, max_: Page) -> None:
    eve.goto(reverse("reviews:mine"))
    eve.get_by_role("link", name="Start the self-assessment").click()
    expect(eve.locator(".evidence").get_by_text(FIRST)).to_be_visible()
    rate(eve, "Listening for needs", 3)
    rate(eve, "Using customer insight", 3)
    rate(eve, "Speaking and writing clearly", 2)
    eve.get_by_role("button", name="Share with Max Berg").click()
    eve.get_by_role("link", name=about("Open the result", SECOND)).click()
    expect(eve.get_by_role("heading", name="Over the cycles")).to_be_visible()

    max_.goto(reverse("reviews:team"))
    max_.get_by_role("link", name=about("Review", "Eve Lind")).click()
    expect(max_.locator(".evidence").get_by_text("Level 2", exact=True)).to_be_visible()
    max_.goto(reverse("reviews:team"))
    max_.get_by_role("link", name=FIRST).click()
    max_.get_by_role("link", name=about("Open", "Eve Lind")).click()
    expect(max_.get_by_text("I want to sit in on more calls.")).to_be_visible()


# --- those who are asked ----------------------------------------------------------------------------------------------


def a_colleague_answers(page: Page) -> None:
    page.goto("/")
    page.get_by_role("listitem").filter(has_text="Feedback for Eve Lind").get_by_role("link").first.click()
    judge_everything(page, 2)
    page.get_by_label("Keep doing").fill("Rings every customer back.")
    expect(page.locator("input[name=words-revision]")).to_have_value("1")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("It is yours until")).to_be_visible()


def a_customer_answers_by_the_link_of_the_mail(page: Page) -> None:
    deliver_mail()
    letter = next(one for one in post.outbox if one.to == ["cara@hillfarm.example"])
    link = re.search(r"https?://[^/\s]+(/x/\S+)", str(letter.body))
    assert link, letter.body
    page.goto(link[1])
    expect(page.get_by_role("heading", level=1)).to_have_text("Feedback for Eve Lind")
    judge_everything(page, 2)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Your answers are in")).to_be_visible()


# --- helpers ----------------------------------------------------------------------------------------------------------


def about(what: str, whom: str) -> re.Pattern[str]:
    """The name of a button whose second half is for screen readers."""
    return re.compile(rf"^{what}\s*: {whom}$")


def to_do(page: Page, what: str):
    return page.locator(".attn > li", has_text=what).locator(".do a").first


def rate(page: Page, competency: str, level: int, *, example: str = "", obstacle: str = "") -> None:
    """One page of a rating. Radio cards hide their button under the card."""
    expect(page.get_by_role("heading", level=1)).to_have_text(competency)
    page.get_by_role("radio", name=re.compile(f"^Level {level},")).check(force=True)
    if obstacle:
        page.get_by_label(obstacle).check()
    if example:
        page.get_by_label(re.compile("One example")).fill(example)
    with page.expect_navigation():
        page.locator(".savebar .btn-primary").click()


def judge_everything(page: Page, level: int) -> None:
    parts = page.locator("[data-part^=c]")
    expect(parts).to_have_count(len(NEEDED))
    for place in range(len(NEEDED)):
        parts.nth(place).locator(f"input[value='{level}']").check(force=True)
    expect(page.locator("[data-save-mark] [data-state=saved]")).to_be_visible()
