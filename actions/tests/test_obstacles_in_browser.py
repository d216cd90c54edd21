"""An obstacle in a real browser: an employee reports it, a colleague joins in, the manager answers in the open."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def is_accessible(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_an_obstacle_is_reported_shared_and_answered(cast, page_of):
    eve = page_of(cast.eve.user)
    eve.goto(reverse("actions:obstacles"))
    expect(eve.get_by_text("Nothing open is in the way")).to_be_visible()
    eve.get_by_role("link", name="Report an obstacle").click()
    eve.get_by_label("What stops you from serving customers well?").fill("Refunds wait two days")
    eve.get_by_label("Helpdesk: Max Berg answers").check()
    is_accessible(eve)
    eve.get_by_role("button", name="Report it").click()
    expect(eve.get_by_role("heading", level=1)).to_have_text("Refunds wait two days")

    ed = page_of(cast.ed.user, width=390, color_scheme="dark")
    ed.goto(reverse("actions:obstacles"))
    is_accessible(ed)
    ed.get_by_role("link", name="Refunds wait two days").click()
    ed.get_by_role("button", name="Me too").click()
    expect(ed.get_by_text("You say so too.")).to_be_visible()

    head = page_of(cast.max.user)
    head.goto(reverse("actions:to_clear"))
    head.get_by_role("link", name="Answer").click()
    expect(head.get_by_label("In a sentence or two")).to_be_visible()
    is_accessible(head)
    head.get_by_label("It is cleared").check()
    head.get_by_label("In a sentence or two").fill("The desk approves up to 100 from today.")
    head.get_by_role("button", name="Answer", exact=True).click()
    expect(head.get_by_text("Nothing waits for you.", exact=False).first).to_be_visible()

    eve.goto("/")
    expect(eve.get_by_text("Max Berg has answered what you reported")).to_be_visible()
