"""One journey per role in a real browser: an employee's plan, the manager beside it, HR's catalogue."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from development.models import Activity, PlanItem
from development.tests import factories

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def is_accessible(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("with_script", [True, False], ids=["with script", "without script"])
def test_an_employee_shares_one_item_and_the_manager_comments(cast, page_of, with_script):
    page = page_of(cast.eve.user, width=390, java_script_enabled=with_script, color_scheme="dark")
    page.goto("/development/new/")
    page.get_by_label("What you want to learn or try").fill("Learn to read the billing screen")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Next step").fill("Ask for access")
    page.get_by_role("button", name="Add the step").click()
    page.get_by_role("button", name="Done : Ask for access").click()
    page.get_by_label("What happened").fill("I was nervous.")
    page.get_by_role("button", name="Keep as reflection").click()
    page.get_by_role("button", name="Share with Max Berg").click()
    expect(page.get_by_text("Max Berg and me")).to_be_visible()
    if with_script:
        is_accessible(page)
        page.goto("/development/")
        is_accessible(page)

    other = page_of(cast.max.user, java_script_enabled=with_script)
    other.goto("/development/team/")
    other.get_by_role("link", name="Eve Lind").click()
    other.get_by_role("link", name="Learn to read the billing screen").click()
    expect(other.get_by_text("nervous")).to_have_count(0)
    other.get_by_label("Your comment").fill("Bettina can sit with you.")
    other.get_by_role("button", name="Comment").click()
    expect(other.get_by_text("Bettina can sit with you.")).to_be_visible()
    if with_script:
        is_accessible(other)
    assert PlanItem.objects.get().is_shared


def test_an_offer_is_declined_and_the_manager_sees_no_difference(cast, page_of):
    factories.activity("Call clinic")
    manager = page_of(cast.max.user)
    manager.goto(f"/development/team/{cast.eve.pk}/")
    is_accessible(manager)
    manager.get_by_label("From the catalogue").select_option("Call clinic")
    manager.get_by_role("button", name="Offer it").click()
    expect(manager.get_by_text("Eve Lind decides, and you are not told how.")).to_be_visible()
    manager.goto("/development/team/")
    before = manager.locator("main").inner_text()

    page = page_of(cast.eve.user)
    page.goto("/development/")
    page.get_by_role("button", name="No, thank you : Call clinic").click()
    expect(page.get_by_text("Gone from your plan. Nobody is told.")).to_be_visible()
    expect(page.get_by_role("heading", name="Offered to you")).to_have_count(0)

    manager.goto("/development/team/")
    assert manager.locator("main").inner_text() == before


def test_hr_offers_an_activity_with_a_date_and_an_employee_takes_the_last_place(cast, page_of):
    hr = page_of(cast.hana.user)
    hr.goto("/learning/")
    hr.get_by_role("link", name="New activity").click()
    hr.get_by_label("Title").fill("Complaint handling")
    hr.get_by_role("button", name="Save").click()
    expect(hr.get_by_label("Title")).to_have_value("Complaint handling")
    hr.get_by_label("What people do").fill("Role play with feedback.")
    hr.get_by_label("Kind").select_option("Formal training")
    hr.get_by_label("Hours").fill("6")
    is_accessible(hr)
    hr.get_by_role("button", name="Save").click()
    starts_at = timezone.localtime() + timedelta(days=7)
    hr.get_by_label("Begins").fill(starts_at.strftime("%Y-%m-%dT09:30"))
    hr.get_by_label("Where").fill("Room 1")
    hr.get_by_label("Places").fill("1")
    hr.get_by_role("button", name="Add the date").click()
    expect(hr.get_by_text("one place, free")).to_be_visible()

    page = page_of(cast.eve.user, width=390)
    page.goto(Activity.objects.get().get_absolute_url())
    page.get_by_role("button", name="Take a place").click()
    expect(page.get_by_text("Your date")).to_be_visible()
    is_accessible(page)
    hr.reload()
    expect(hr.get_by_text("the one place is taken")).to_be_visible()

    other = page_of(cast.ed.user, width=390, java_script_enabled=False)
    other.goto(Activity.objects.get().get_absolute_url())
    other.get_by_role("button", name="Wait for a place").click()
    expect(other.get_by_text("You are on the list.")).to_be_visible()
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_text("You take part no longer.")).to_be_visible()
    other.reload()
    expect(other.get_by_text("Your date")).to_be_visible()
