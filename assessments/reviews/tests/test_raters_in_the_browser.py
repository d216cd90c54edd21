"""From naming raters to a report that is passed on, as each of its people sees it; two devices; life without the script."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from assessments.reviews.models import Feedback, Rater, ReviewCycle
from assessments.reviews.services import raters, release
from assessments.reviews.tests.factories import assessment_of, give_roles, review_of, share
from assessments.reviews.tests.raters import TOKEN, answer, ask, ask_external, cycle_360
from core.models import Mail

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cycle(cast, now):
    give_roles(cast)
    last = timezone.localdate(now) + timedelta(days=9)
    names = ("self_due_on", "manager_due_on", "named_by", "feedback_due_on", "closes_on")
    return cycle_360(at=now, **dict.fromkeys(names, last))


def says(page: Page, state: str) -> None:
    expect(page.locator(f"[data-save-mark] [data-state={state}]")).to_be_visible()


def choose_everywhere(page: Page, level: int) -> None:
    """Radio cards hide their button under the card."""
    for part in page.locator("[data-part^=c]").all():
        part.locator(f"input[value='{level}']").check(force=True)


def is_sound(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, f"{page.url}: {[(one['id'], one['nodes'][0]['target']) for one in found]}"
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{page.url} scrolls sideways"


def after_the_last_day(cycle, now) -> None:
    """What the clock does on the morning after."""
    yesterday = timezone.localdate(now) - timedelta(days=1)
    ReviewCycle.objects.filter(pk=cycle.pk).update(
        self_due_on=yesterday, manager_due_on=yesterday, named_by=yesterday, feedback_due_on=yesterday
    )
    release.release(ReviewCycle.objects.get(pk=cycle.pk), at=now)


def test_raters_are_named_approved_and_answer_and_the_report_is_read_and_passed_on(cycle, cast, page_of, now):
    eve, max_ = page_of(cast.eve.user), page_of(cast.max.user)
    about = assessment_of(cast.eve)

    # Eve names a colleague and a customer; Max approves both and adds two more.
    eve.goto(reverse("reviews:raters", args=[about.pk]))
    eve.get_by_label("Ed Moss").check()
    expect(eve.locator("#groups")).to_contain_text("One colleague is too few to be shown. Name two more")
    eve.get_by_label("Name", exact=True).fill("Cara Hill")
    eve.get_by_label("mail").fill("cara@hillfarm.example")
    eve.get_by_role("button", name="Send for approval").click()
    expect(eve.get_by_text("Waits for approval").first).to_be_visible()
    max_.goto(reverse("reviews:raters", args=[about.pk]))
    max_.get_by_role("button", name="Approve all 2").click()
    expect(max_.get_by_role("button", name="Take off")).to_have_count(2)
    raters.add(about, colleagues=[cast.olga, cast.sam], by=cast.max.user, at=now)

    # Ed finds it on his home page; what he chooses is kept as he goes; he sends it.
    ed = page_of(cast.ed.user)
    ed.goto("/")
    ed.get_by_role("listitem").filter(has_text="Feedback for Eve Lind").get_by_role("link").first.click()
    expect(ed.get_by_role("heading", level=1)).to_have_text("Feedback for Eve Lind")
    is_sound(ed)
    choose_everywhere(ed, 2)
    ed.get_by_label("Keep doing").fill("Rings every customer back.")
    expect(ed.locator("input[name=words-revision]")).to_have_value("1")
    says(ed, "saved")
    assert Feedback.objects.get().keep_doing == "Rings every customer back."
    ed.get_by_role("button", name="Send", exact=True).click()
    expect(ed.get_by_text("It is yours until")).to_be_visible()
    is_sound(ed)

    # Cara opens the link of her mail on a phone and answers five questions.
    cara = page_of(width=360, color_scheme="dark")
    cara.goto(Mail.objects.get(kind=raters.INVITED).context["path"])
    expect(cara).to_have_url(re.compile("/x/$"))
    is_sound(cara)
    choose_everywhere(cara, 3)
    says(cara, "saved")
    cara.get_by_role("button", name="Send", exact=True).click()
    expect(cara.get_by_text("Your answers are in")).to_be_visible()
    is_sound(cara)

    # Two more answer; nobody else reads anything before the last day.
    for rater in Rater.objects.filter(employee__in=[cast.olga, cast.sam]).select_related("assessment__cycle"):
        answer(rater, 2, next_="Write the reason down.", at=now)
    share(review_of(cast.eve), at=now, listening=4)
    eve.goto(reverse("reviews:result", args=[about.pk]))
    expect(eve.get_by_text("4 are asked until")).to_be_visible()
    after_the_last_day(cycle, now)

    # Eve reads it first: a blind spot, the words; then she passes it on and Max reads it.
    max_.goto(reverse("reviews:result", args=[about.pk]))
    expect(max_.get_by_text("decides whether to pass it on")).to_be_visible()
    eve.reload()
    expect(eve.get_by_text("Rings every customer back.")).to_be_visible()
    expect(eve.get_by_text("you see level 4, others see 2.")).to_be_visible()
    is_sound(eve)
    eve.get_by_role("button", name="Pass it on to Max Berg").click()
    expect(eve.get_by_text("Max Berg can read the report now.")).to_be_visible()
    max_.reload()
    expect(max_.get_by_text("Rings every customer back.")).to_be_visible()
    phone = page_of(cast.eve.user, width=360, color_scheme="dark")
    phone.goto(reverse("reviews:result", args=[about.pk]))
    expect(phone.get_by_role("heading", name="What others see")).to_be_visible()
    is_sound(phone)


def test_f23_a_raters_second_device_is_told_and_chooses(cycle, cast, page_of, now):
    rater = ask(assessment_of(cast.eve), cast.ed, at=now)
    address = reverse("reviews:feedback_form", args=[rater.pk])
    desk, phone = page_of(cast.ed.user), page_of(cast.ed.user, width=390)
    desk.goto(address)
    phone.goto(address)
    phone.get_by_label("Keep doing").fill("From the phone")
    says(phone, "saved")

    desk.get_by_label("Keep doing").fill("From the desk")
    expect(desk.get_by_role("alert")).to_contain_text("From the phone")
    says(desk, "conflict")
    assert Feedback.objects.get().keep_doing == "From the phone"
    desk.get_by_role("button", name="Keep what is on this page").click()
    expect(desk.get_by_role("alert")).to_have_count(0)
    says(desk, "saved")
    assert Feedback.objects.get().keep_doing == "From the desk"


def test_an_external_answers_without_the_script_and_declines_with_a_reason(cycle, cast, page_of, now):
    ask_external(assessment_of(cast.eve), at=now)
    page = page_of(java_script_enabled=False)
    page.goto(reverse("feedback:arrival", args=[TOKEN]))
    choose_everywhere(page, 3)
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_text("Kept as a draft.")).to_be_visible()
    assert Feedback.objects.get().ratings.count() == 5

    page.get_by_text("I would rather not answer").click()
    page.get_by_label("Why, if you like to say").fill("We met once only.")
    page.get_by_role("button", name="Decline to answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert not Feedback.objects.exists()
    assert Rater.objects.get().state == Rater.State.DECLINED
