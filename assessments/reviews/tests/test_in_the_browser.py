"""The self-assessment in a real browser: autosave, offline, two devices, and life without the script."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from assessments.reviews.models import Rating
from assessments.reviews.queries import asking
from assessments.reviews.tests.factories import answer_all, give_roles, review_of, running_cycle, share_both
from core.tests.soundness import faults_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def own(cast, now):
    """Eve's untouched self-assessment."""
    give_roles(cast)
    last = timezone.localdate(now) + timedelta(days=9)
    running_cycle(at=now, self_due_on=last, manager_due_on=last, closes_on=last)
    return review_of(cast.eve)


def url(review, key="listening"):
    return reverse("reviews:rate", args=[review.pk, key])


def choose(page: Page, name: str) -> None:
    """Radio cards hide their button under the card."""
    page.get_by_role("radio", name=name).check(force=True)


def says(page: Page, state: str) -> None:
    expect(page.locator(f"[data-save-mark] [data-state={state}]")).to_be_visible()


def stored(review, key="listening"):
    rating = Rating.objects.filter(review=review, version__competency__key=key).first()
    return rating and (rating.level, rating.example, rating.obstacles)


def sign_out(page: Page) -> str:
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    return cookies[settings.SESSION_COOKIE_NAME]


def sign_in(page: Page, session: str) -> None:
    base = re.match(r"https?://[^/]+", page.url)
    assert base, page.url
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base[0]}])


@pytest.mark.parametrize("with_script", [True, False], ids=["with script", "without script"])
def test_the_whole_way_from_the_first_competency_to_sharing(own, eve, page_of, with_script):
    page = page_of(eve.user, java_script_enabled=with_script)
    page.goto(reverse("reviews:mine"))
    page.get_by_role("link", name="Start the self-assessment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Listening for needs")
    context = page.get_by_role("group", name="What keeps you from level 3? Person or context?")
    expect(context).to_be_hidden()

    choose(page, "Level 2, Applying")
    expect(context).to_be_visible()
    page.get_by_label("Rules or targets").check()
    page.get_by_label("In a few words, if you like").fill("The call target")
    page.get_by_role("button", name="Next: Using customer insight").click()
    for one in asking.asked(own.assessment)[1:]:
        expect(page.get_by_role("heading", level=1)).to_have_text(one.version.name)
        choose(page, "needed in your role")
        page.get_by_role("button", name=re.compile("Next|Read it through")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Self-assessment, Summer 2026")
    expect(page.get_by_text("All 12 competencies are answered")).to_be_visible()
    page.get_by_role("button", name="Share with Max Berg").click()
    expect(page.get_by_text("Max Berg has not shared yet")).to_be_visible()
    own.refresh_from_db()
    assert own.is_shared
    assert stored(own) == (2, "", ["rules"])


def test_f22_an_answer_is_saved_as_it_is_given_and_waits_offline(own, eve, page_of):
    page = page_of(eve.user)
    page.goto(url(own))
    choose(page, "Level 2, Applying")
    says(page, "saved")
    page.get_by_label("One example").fill("A school without heating")
    expect(page.locator("input[name=revision]")).to_have_value("2")
    assert stored(own) == (2, "A school without heating", [])

    page.context.set_offline(True)
    page.get_by_label("Tools or process").check()
    says(page, "later")
    expect(page.get_by_text("The connection is gone.")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/listening/$"))
    assert stored(own) == (2, "A school without heating", [])

    page.context.set_offline(False)
    expect(page).to_have_url(re.compile("/insight/$"))
    assert stored(own) == (2, "A school without heating", ["tools"])


def test_f23_a_second_device_is_told_and_chooses(own, eve, page_of):
    desk, phone = page_of(eve.user), page_of(eve.user, width=390)
    desk.goto(url(own))
    phone.goto(url(own))
    phone.get_by_label("One example").fill("From the phone")
    expect(phone.locator("input[name=revision]")).to_have_value("1")

    desk.get_by_label("One example").fill("From the desk")
    expect(desk.get_by_role("alert")).to_contain_text("From the phone")
    says(desk, "conflict")
    assert stored(own)[1] == "From the phone"

    desk.get_by_role("button", name="Keep what is on this page").click()
    expect(desk.get_by_role("alert")).to_have_count(0)
    says(desk, "saved")
    assert stored(own)[1] == "From the desk"

    phone.get_by_label("One example").fill("From the phone again")
    phone.get_by_role("link", name="take the saved one").click()
    expect(phone.get_by_label("One example")).to_have_value("From the desk")
    assert stored(own)[1] == "From the desk"


def test_f25_a_session_that_ends_leaves_the_text_on_the_page(own, eve, page_of):
    page = page_of(eve.user)
    page.goto(url(own))
    session = sign_out(page)
    page.get_by_label("One example").fill("Typed after the session ended")
    says(page, "signed-out")
    expect(page.get_by_role("link", name="sign in again in a new tab")).to_be_visible()
    assert stored(own) is None

    sign_in(page, session)
    says(page, "saved")
    expect(page.get_by_label("One example")).to_have_value("Typed after the session ended")
    assert stored(own)[1] == "Typed after the session ended"


def test_f23_sharing_on_one_device_ends_writing_on_the_other(own, eve, page_of, now):
    page = page_of(eve.user)
    page.goto(url(own))
    answer_all(own, at=now)
    other = page_of(eve.user)
    other.goto(reverse("reviews:summary", args=[own.pk]))
    other.get_by_role("button", name="Share with Max Berg").click()
    expect(other.get_by_text("Max Berg has not shared yet")).to_be_visible()

    choose(page, "Level 1, Starting")

    expect(page.get_by_text("it can no longer be changed")).to_be_visible()
    assert stored(own)[0] == 3


def test_the_editor_moves_rows_with_and_without_the_script(own, hana, page_of):
    for with_script in (True, False):
        page = page_of(hana.user, java_script_enabled=with_script)
        page.goto(reverse("competencies:edit", args=["listening"]))
        first, second = (page.get_by_label(f"Level 1, indicator {number}") for number in (1, 2))
        texts = [first.input_value(), second.input_value()]

        page.locator("#level-1").get_by_role("button", name="Move up").nth(1).click()
        expect(first).to_have_value(texts[1])
        page.locator("#level-1").get_by_role("button", name="Add indicator").click()
        page.get_by_label("Level 1, indicator 3").fill("Waits for the answer.")
        page.locator("#level-1").get_by_role("button", name="Remove").nth(1).click()
        expect(second).to_have_value("Waits for the answer.")


def test_axe_finds_nothing_and_nothing_scrolls_sideways(own, cast, page_of, now):
    one = share_both(cast.ed, own={"listening": 4}, manager={"listening": 2}, at=now)
    review = review_of(cast.eve, "manager")
    places = {
        cast.eve: [reverse("reviews:mine"), url(own), reverse("reviews:summary", args=[own.pk])],
        cast.max: [
            reverse("reviews:team"),
            url(review),
            reverse("reviews:result", args=[one.pk]),
            reverse("reviews:agree", args=[one.pk]),
        ],
        cast.hana: [
            reverse("reviews:cycles"),
            reverse("reviews:cycle", args=[one.cycle_id]),
            reverse("reviews:cycle_new"),
            reverse("competencies:library"),
            reverse("competencies:detail", args=["listening"]),
            reverse("competencies:edit", args=["listening"]),
            reverse("competencies:profiles"),
            reverse("competencies:profiles_edit"),
            reverse("competencies:profile", args=["executive"]),
        ],
    }
    for person, addresses in places.items():
        page = page_of(person.user)
        for address in addresses:
            page.goto(address)
            assert faults_of(page, ((1280, "light"), (360, "dark"))) == []
