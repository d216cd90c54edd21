"""A cycle of goals from the browser alone: HR opens it, executives set goals, heads cascade, people accept and check in, a
guardrail breaks, a manager acts, HR closes it and carries over. Nothing is written past the pages; a real worker rolls up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30_000  # milliseconds for a worker on a busy machine
THIS, NEXT = "This year", "Next year"
TOP, OURS, MINE = "Customers are heard every quarter", "Hold the reviews of our customers", "Hold sixty reviews"


@dataclass
class Year:
    """One page for each of the cast, and the day of today."""

    page_of: Callable[..., Page]
    cast: Any
    today: date = field(default_factory=timezone.localdate)
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, who: str) -> Page:
        if who not in self.pages:
            self.pages[who] = self.page_of(getattr(self.cast, who).user)
        return self.pages[who]

    def at(self, who: str, address: str) -> Page:
        page = self.page(who)
        page.goto(address)
        return page

    def day(self, after: int) -> str:
        return (self.today + timedelta(after)).isoformat()


def test_a_year_of_goals_from_its_first_day_to_the_next(celery_worker, cast, page_of):
    year = Year(page_of, cast)
    hr_prepares_a_cycle(year, THIS, -100, 100)
    an_executive_sets_a_goal_of_the_organisation(year)
    hr_says_with_whom_it_was_chosen_and_activates_the_cycle(year)
    the_head_of_the_organisation_splits_it_over_two_units(year)
    one_head_accepts_and_the_other_declines(year)
    the_head_of_a_unit_cascades_it_to_a_person_who_changes_it(year)
    the_owners_check_in_and_every_goal_above_follows(year)
    a_guardrail_breaks_and_a_wrong_reading_is_corrected(year)
    the_manager_sees_it_first_and_asks(year)
    the_owner_answers_and_the_guardrail_holds_again(year)
    hr_closes_the_cycle_and_carries_over_what_was_not_reached(year)
    the_owner_goes_on_in_the_next_cycle(year)


# --- direction ----------------------------------------------------------------------------------------------------------


def hr_prepares_a_cycle(year: Year, name: str, first: int, last: int) -> None:
    hana = year.at("hana", "/goals/cycles/")
    hana.get_by_label("Name").fill(name)
    hana.get_by_label("First day").fill(year.day(first))
    hana.get_by_label("Last day").fill(year.day(last))
    hana.get_by_role("button", name="Prepare the cycle").click()
    expect(hana.locator("main")).to_contain_text(f"{name} is in preparation: goals can be set.")


def an_executive_sets_a_goal_of_the_organisation(year: Year) -> None:
    """In a cycle that has not begun: the page without an active cycle leads there."""
    ada = year.at("ada", "/goals/")
    ada.get_by_role("link", name="Set a goal for it").click()
    ada.get_by_role("link", name="Organisation", exact=True).click()
    ada.get_by_label("Title").fill(TOP)
    ada.get_by_label("What the customer notices").fill("Somebody asks me what works before I complain.")
    ada.get_by_label("Owner").fill("Uma Rook")
    ada.get_by_label("What is measured").fill("Reviews held with customers")
    ada.get_by_label("Unit", exact=True).first.fill("reviews")
    ada.get_by_label("Where it stands at the start").fill("0")
    ada.get_by_label("Target", exact=True).fill("120")
    ada.get_by_role("button", name="Set the goal").click()
    expect(ada.locator("main")).to_contain_text("serves at least one of the seven Cs")
    expect(ada.get_by_label("Title")).to_have_value(TOP)
    ada.get_by_role("checkbox", name=re.compile("Communication")).check()
    ada.get_by_role("button", name="Set the goal").click()
    expect(ada.locator("main")).to_contain_text("The goal is set.")


def hr_says_with_whom_it_was_chosen_and_activates_the_cycle(year: Year) -> None:
    hana = year.at("hana", "/goals/cycles/")
    hana.get_by_role("link", name=THIS, exact=True).click()
    hana.get_by_role("link", name="Say with whom").click()
    hana.get_by_label("Who was asked").fill("Customer panel of eight schools")
    hana.get_by_label("When").fill(year.day(-5))
    hana.get_by_label("What came of it").fill("They asked for a name to call.")
    hana.get_by_role("button", name="Add", exact=True).click()
    expect(hana.locator("main")).to_contain_text("It stands with the goal.")
    hana.get_by_role("link", name="Back to the goal").click()
    expect(hana.locator("main")).to_contain_text("Customer panel of eight schools")

    hana.goto("/goals/cycles/")
    hana.get_by_role("link", name=THIS, exact=True).click()
    hana.get_by_role("button", name="Activate").click()
    expect(hana.locator("main")).to_contain_text("is active: owners can check in")


# --- cascade ------------------------------------------------------------------------------------------------------------


def the_head_of_the_organisation_splits_it_over_two_units(year: Year) -> None:
    uma = year.at("uma", "/goals/cascade/")
    uma.get_by_role("link", name=f"Cascade {TOP}").click()
    uma.get_by_label("Helpdesk: Max Berg").check()
    uma.get_by_label("Sales: Sam Hart").check()
    uma.get_by_label("Split the target by shares that I type").check()
    uma.get_by_role("button", name="Write the drafts").click()
    for place, share in enumerate(("70", "20")):
        uma.get_by_label("Share of the target, %").nth(place).fill(share)
    uma.get_by_label("Title").nth(0).fill(OURS)
    uma.get_by_role("button", name="Work out the numbers").click()
    expect(uma.locator("main")).to_contain_text("The shares come to 90%: 10% are missing.")
    uma.get_by_label("Share of the target, %").nth(1).fill("30")
    uma.get_by_role("button", name="Work out the numbers").click()
    expect(uma.locator("main")).to_contain_text("The targets come to 120 reviews: exactly the target")
    expect(uma.get_by_label("Title").nth(0)).to_have_value(OURS)
    uma.get_by_role("button", name="Send 2 drafts").click()
    expect(uma.locator("main")).to_contain_text("2 drafts are on the way")


def one_head_accepts_and_the_other_declines(year: Year) -> None:
    max = year.at("max", "/")
    max.get_by_role("link", name=re.compile("Answer")).first.click()
    expect(max.get_by_label("Target")).to_have_value("84")
    max.get_by_role("button", name="Accept the goal").click()
    expect(max.locator("main")).to_contain_text("The goal is yours. Uma Rook is told.")

    sam = year.at("sam", "/goals/drafts/")
    sam.get_by_role("link", name=f"Answer {TOP}").click()
    sam.get_by_label("Why not").fill("We hold them with Helpdesk already")
    sam.get_by_role("button", name="Decline the draft").click()
    expect(sam.locator("main")).to_contain_text("Only Uma Rook reads why")

    uma = year.at("uma", "/goals/drafts/")
    expect(uma.locator("main")).to_contain_text("We hold them with Helpdesk already")


def the_head_of_a_unit_cascades_it_to_a_person_who_changes_it(year: Year) -> None:
    max = year.at("max", "/goals/cascade/")
    max.get_by_role("link", name=f"Cascade {OURS}").click()
    max.get_by_label("Eve Lind, Helpdesk").check()
    max.get_by_role("button", name="Write the drafts").click()
    max.get_by_text("Guardrail and reward").click()
    max.get_by_label("What must not get worse").fill("Reviews cut short")
    max.get_by_label("Limit").fill("5")
    max.get_by_label("Bound").select_option("<=")
    max.get_by_role("button", name="Send 1 draft").click()
    expect(max.locator("main")).to_contain_text("The draft is on the way")

    eve = year.at("eve", "/goals/drafts/")
    eve.get_by_role("link", name=f"Answer {OURS}").click()
    expect(eve.locator("main")).to_contain_text("Reviews cut short at most 5")
    eve.get_by_label("Title").fill(MINE)
    eve.get_by_label("Target").fill("60")
    eve.get_by_label("Everyone here").check()
    eve.get_by_role("button", name="Accept the goal").click()
    expect(eve.locator("main")).to_contain_text("The goal is yours. Max Berg is told.")

    max.goto("/goals/drafts/")
    expect(max.locator("main")).to_contain_text("target from 84 reviews to 60 reviews")


# --- rhythm -------------------------------------------------------------------------------------------------------------


def check_in(page: Page, title: str, value: str, **more: str) -> None:
    page.goto("/goals/mine/")
    page.get_by_role("link", name=f"Check in on {title}").click()
    page.get_by_label("Reviews held with customers").fill(value)
    for label, text in more.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("radio", name="7", exact=True).check(force=True)
    page.get_by_role("button", name="Save check-in").click()
    expect(page.locator("main")).to_contain_text(f"{value} reviews is in")


def the_owners_check_in_and_every_goal_above_follows(year: Year) -> None:
    check_in(year.page("eve"), MINE, "30", **{"As of": year.day(-50)})
    check_in(year.page("max"), OURS, "42")
    uma = year.at("uma", "/goals/")
    expect(uma.get_by_role("treeitem")).to_have_count(3)
    uma.get_by_role("link", name=TOP, exact=True).click()
    expect(uma.locator("#rollup")).to_contain_text("50.0", timeout=PATIENCE)
    uma.locator("#rollup").get_by_role("link", name=OURS).click()
    expect(uma.locator("#rollup")).to_contain_text("One goal counts, at 50.0%.", timeout=PATIENCE)


def read(page: Page, value: str) -> None:
    page.goto("/goals/mine/")
    page.get_by_role("link", name=MINE, exact=True).first.click()
    page.get_by_role("link", name="Enter a reading of Reviews cut short").click()
    page.get_by_role("textbox", name="Reading").fill(value)
    page.get_by_role("button", name="Save the reading").click()
    expect(page.locator("main")).to_contain_text("the reading is saved")


def a_guardrail_breaks_and_a_wrong_reading_is_corrected(year: Year) -> None:
    eve = year.page("eve")
    read(eve, "90")
    eve.get_by_text("Readings of Reviews cut short").click()
    eve.get_by_role("link", name=re.compile("Correct the reading")).click()
    eve.get_by_role("textbox", name="Reading").fill("9")
    eve.get_by_role("button", name="Save the correction").click()
    eve.get_by_text("Readings of Reviews cut short").click()
    expect(eve.get_by_text(re.compile("Before: 90 as of"))).to_be_visible()
    expect(eve.locator("main")).to_contain_text("At risk: guardrail")


def the_manager_sees_it_first_and_asks(year: Year) -> None:
    max = year.at("max", "/team/")
    first = max.locator(".attn > li").first
    expect(first).to_contain_text(f"Eve Lind: {MINE}")
    expect(first).to_contain_text("guardrail broken: Reviews cut short 9, at most 5")
    assert Axe().run(max).violations_count == 0
    max.get_by_role("link", name="Team goals").first.click()
    max.get_by_role("link", name="Guardrail broken").click()
    max.get_by_role("checkbox", name=f"Ask Eve Lind about {MINE}").check()
    assert Axe().run(max).violations_count == 0
    max.get_by_role("button", name="Ask for news on the chosen goals").click()
    max.get_by_label("A word with it").fill("What can we take off you?")
    max.get_by_role("button", name="Ask", exact=True).click()
    expect(max.locator("main")).to_contain_text("1 person gets a mail.")


def the_owner_answers_and_the_guardrail_holds_again(year: Year) -> None:
    eve = year.at("eve", "/")
    expect(eve.locator("main")).to_contain_text(f"Max Berg asks how “{MINE}” is going.")
    check_in(eve, MINE, "36", **{"What has changed?": "Ed takes the calls while I am with a customer"})
    read(eve, "4")
    max = year.at("max", "/team/")
    expect(max.locator("main")).to_contain_text("2 people report to you")
    expect(max.locator("main")).not_to_contain_text("guardrail broken")


# --- the end, and the next ----------------------------------------------------------------------------------------------


def hr_closes_the_cycle_and_carries_over_what_was_not_reached(year: Year) -> None:
    hr_prepares_a_cycle(year, NEXT, 101, 400)
    hana = year.at("hana", "/goals/cycles/")
    hana.get_by_role("link", name=THIS, exact=True).click()
    hana.get_by_role("link", name="Close the cycle").click()
    expect(hana.locator("main")).to_contain_text("This cannot be undone")
    hana.get_by_role("button", name="Close for good").click()
    expect(hana.get_by_role("heading", name="How it ended")).to_be_visible()
    hana.get_by_role("link", name="Carry over").click()
    expect(hana.get_by_role("checkbox", name=TOP)).to_be_checked()
    hana.get_by_role("button", name="Carry over").click()
    expect(hana.locator("main")).to_contain_text("3 goals carried over.")
    hana.get_by_role("button", name="Activate").click()
    expect(hana.locator("main")).to_contain_text("is active: owners can check in")


def the_owner_goes_on_in_the_next_cycle(year: Year) -> None:
    eve = year.at("eve", "/goals/mine/")
    eve.get_by_role("link", name=NEXT, exact=True).click()
    eve.get_by_role("link", name=MINE, exact=True).first.click()
    expect(eve.locator("main")).to_contain_text("From 36 reviews on")  # where it stood
    eve.get_by_role("link", name=THIS, exact=True).click()
    expect(eve.locator("main")).to_contain_text("was closed on")
    expect(eve.get_by_role("link", name="Check in")).to_have_count(0)
    eve.goto("/goals/")
    expect(eve.get_by_role("treeitem")).to_have_count(3)
