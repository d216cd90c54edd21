"""One journey per role in a real browser: thanks and a question between colleagues, the manager's balance, HR's decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from recognition.models import Feedback, Praise, Reach
from recognition.tests import factories

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def is_accessible(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("with_script", [True, False], ids=["with script", "without script"])
def test_a_colleague_is_thanked_privately_and_shares_it_with_the_manager(cast, page_of, with_script):
    page = page_of(cast.ed.user, width=390, java_script_enabled=with_script, color_scheme="dark")
    page.goto("/feedback/")
    page.get_by_role("link", name="Thank or ask somebody").click()
    page.get_by_label("Name or job title").fill("eve")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Thank Eve Lind").click()
    page.get_by_label("Only Eve Lind and you").check()
    page.get_by_label("What Eve did").fill("You stayed on the line until it worked.")
    page.get_by_label("A good example of").select_option("Commitment")
    if with_script:
        is_accessible(page)
    page.get_by_role("button", name="Send thanks").click()
    expect(page.get_by_text("Eve Lind can read it now.")).to_be_visible()

    other = page_of(cast.eve.user, java_script_enabled=with_script)
    other.goto("/feedback/")
    expect(other.get_by_text("You stayed on the line until it worked.")).to_be_visible()
    other.get_by_role("button", name="Share with Max Berg").click()
    expect(other.get_by_text("Ed Moss, Max Berg and you")).to_be_visible()
    if with_script:
        is_accessible(other)

    manager = page_of(cast.max.user, java_script_enabled=with_script)
    manager.goto("/team/")
    expect(manager.get_by_text("1 of 2 not praised for 30 days")).to_be_visible()
    manager.get_by_role("link", name="See who").click()
    expect(manager.get_by_role("link", name="Thank Ed Moss")).to_be_visible()
    expect(manager.get_by_text("You stayed on the line until it worked.")).to_be_visible()
    if with_script:
        is_accessible(manager)


def test_feedback_is_asked_for_answered_and_one_question_is_left(cast, page_of):
    page = page_of(cast.eve.user)
    page.goto(f"/feedback/colleagues/{cast.olga.pk}/question/")
    page.get_by_label("What you want to know").fill("How did I come across?")
    is_accessible(page)
    page.get_by_role("button", name="Ask Olga Finn").click()
    expect(page.get_by_text("Can be answered until")).to_be_visible()
    factories.question(cast.ed, cast.olga)

    other = page_of(cast.olga.user, width=390)
    other.goto("/feedback/")
    is_accessible(other)
    other.get_by_role("button", name="Leave it : Ed Moss").click()
    expect(other.get_by_text("Gone. Nobody is told.")).to_be_visible()
    other.get_by_role("link", name="Answer Eve Lind").click()
    other.get_by_label("Keep doing").fill("You sum up well.")
    is_accessible(other)
    other.get_by_role("button", name="Send feedback").click()
    expect(other.get_by_text("Eve Lind can read it now.")).to_be_visible()

    page.goto("/feedback/?show=asked")
    expect(page.get_by_text("You sum up well.")).to_be_visible()
    assert Feedback.objects.filter(answered_at__isnull=False).count() == 1


def test_somebody_joins_the_wall_and_hr_takes_a_reported_one_down(cast, page_of, client_of):
    page = page_of(cast.eve.user)
    page.goto("/feedback/wall/")
    is_accessible(page)
    page.get_by_role("link", name="Join the wall").click()
    page.get_by_label("Also everyone here").check()
    is_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("everyone, on the praise wall")).to_be_visible()
    one = factories.thanks(cast.eve, cast.ed, Reach.EVERYONE, what="Even you managed it.")
    page.goto("/feedback/wall/")
    page.get_by_role("link", name="Report the praise").click()
    page.get_by_label("What is wrong with it").fill("It mocks me.")
    page.get_by_role("button", name="Ask HR").click()
    expect(page.get_by_text("HR looks at it.")).to_be_visible()

    hr = page_of(cast.hana.user)
    hr.goto("/feedback/shares/")
    is_accessible(hr)
    hr.get_by_role("link", name="Reported praise (1)").click()
    hr.get_by_role("link", name="Open the report").click()
    hr.get_by_label("Take it down").check()
    hr.get_by_label("Why").fill("It mocks.")
    is_accessible(hr)
    hr.get_by_role("button", name="Decide").click()
    expect(hr.get_by_text("Decided.")).to_be_visible()
    assert Praise.objects.get(pk=one.pk).taken_down_at is not None
