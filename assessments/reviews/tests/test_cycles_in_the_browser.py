"""HR sets a cycle up, launches it and looks after single people; a manager decides on names without the script."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from assessments.reviews.models import ReviewCycle
from assessments.reviews.services import raters
from assessments.reviews.tests.factories import assessment_of, give_roles
from assessments.reviews.tests.raters import cycle_360

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


def is_sound(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, f"{page.url}: {[(one['id'], one['nodes'][0]['target']) for one in found]}"
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{page.url} scrolls sideways"


def is_on(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    is_sound(page)


def test_hr_sets_a_cycle_up_launches_it_and_hands_a_review_over(cast, page_of):
    give_roles(cast)
    page = page_of(cast.hana.user)
    page.goto(reverse("reviews:cycles"))
    page.get_by_role("link", name="New cycle").first.click()
    is_on(page, "Audience")
    page.get_by_label("Name of the cycle").fill("Spring 2027")
    page.get_by_label("Helpdesk").check()
    page.get_by_role("button", name="Save and go on").click()
    is_on(page, "Raters")
    page.get_by_label("Colleagues").check()
    page.get_by_label("Customers and other externals").check()
    page.get_by_role("button", name="Save and go on").click()
    is_on(page, "Stages")
    day = timezone.localdate() + timedelta(days=90)
    page.get_by_label("Raters answer by").fill(day.isoformat())
    page.get_by_role("button", name="Save and go on").click()
    expect(
        page.get_by_text("The dates must follow one another: raters chosen, raters answer, last day.")
    ).to_be_visible()
    page.get_by_label("Raters answer by").fill((day - timedelta(days=60)).isoformat())
    page.get_by_role("button", name="Save and go on").click()
    is_on(page, "Limits")
    page.get_by_role("button", name="Save and see the launch check").click()
    is_on(page, "Launch check")
    phone = page_of(cast.hana.user, width=360, color_scheme="dark")
    phone.goto(reverse("reviews:cycle", args=[ReviewCycle.objects.get().pk]))
    is_on(phone, "Launch check")
    page.get_by_role("button", name="Launch for 3 people").click()
    is_on(page, "Spring 2027")

    page.get_by_role("link", name="People", exact=True).last.click()
    is_on(page, "People")
    page.get_by_role("link", name="Eve Lind").click()
    is_on(page, "Eve Lind")
    page.get_by_label("Who reviews instead").fill("Sam Hart")
    page.get_by_label("Why").first.fill("Max is away until May.")
    page.get_by_role("button", name="Assign the review").click()
    expect(page.get_by_text("Sam Hart, assigned by hand")).to_be_visible()
    is_sound(page)
    phone.goto(reverse("reviews:participant", args=[assessment_of(cast.eve).pk]))
    is_on(phone, "Eve Lind")


def test_a_manager_refuses_a_name_and_adds_another_without_the_script(cast, page_of):
    give_roles(cast)
    now = timezone.now()
    last = timezone.localdate(now) + timedelta(days=9)
    names = ("self_due_on", "manager_due_on", "named_by", "feedback_due_on", "closes_on")
    cycle_360(at=now, **dict.fromkeys(names, last))
    about = assessment_of(cast.eve)
    raters.propose(about, colleagues=[cast.ada], by=cast.eve, at=now)

    page = page_of(cast.max.user, width=390, java_script_enabled=False)
    page.goto(reverse("reviews:team"))
    page.get_by_role("link", name=re.compile("1 to approve")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Raters of Eve Lind")
    page.get_by_text("Not this one").click()
    page.get_by_label("Why not? Eve reads it.").fill("You hardly work together.")
    page.get_by_role("button", name="Do not approve").click()
    expect(page.get_by_text("Not approved: You hardly work together.")).to_be_visible()
    page.get_by_label("Somebody else").fill("Olga")
    page.get_by_role("button", name="Look up").click()
    page.get_by_label("Olga Finn").check()
    page.get_by_role("button", name="Add and ask them").click()
    expect(page.get_by_text("1 added and asked.")).to_be_visible()

    eve = page_of(cast.eve.user, color_scheme="dark")
    eve.goto(reverse("reviews:raters", args=[about.pk]))
    expect(eve.get_by_text("Not approved: You hardly work together.")).to_be_visible()
    is_on(eve, "Who else is asked about you")
