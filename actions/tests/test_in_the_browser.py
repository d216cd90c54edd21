"""One journey per role in a real browser: a head from result to promise, a team that is asked, leaders in a blind round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from actions.models import Action, AgreedText, FollowUp
from actions.services import follow_ups, promises
from actions.tests import factories

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def is_accessible(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_a_head_goes_from_the_result_to_a_promise_and_tells_the_team(published, cast, page_of):
    page = page_of(cast.max.user)
    page.goto("/")
    page.get_by_role("link", name="From result to promise").first.click()
    expect(page.get_by_text("0 of 4 steps done")).to_be_visible()
    is_accessible(page)

    page.get_by_role("link", name="Read", exact=True).click()
    page.get_by_role("link", name="Promise something").first.click()
    page.get_by_label("What we will do").fill("Praise on the day")
    page.get_by_label("What customers or colleagues will notice").fill("Praise while you remember the call.")
    is_accessible(page)
    page.get_by_role("button", name="Promise it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Praise on the day")
    page.get_by_role("button", name="Begin").click()
    is_accessible(page)

    page.get_by_role("link", name="From result to promise").first.click()
    page.get_by_role("button", name="We have talked").click()
    page.get_by_role("button", name="Tell the team").click()
    expect(page.get_by_text("4 of 4 steps done")).to_be_visible()
    page.get_by_role("link", name="Two-page kit").click()
    expect(page.get_by_role("button", name="Print")).to_be_visible()

    phone = page_of(cast.eve.user, width=390)
    phone.goto("/")
    phone.get_by_role("link", name="What Helpdesk does after").first.click()
    expect(phone.get_by_text("We will do one thing: Praise on the day.")).to_be_visible()
    assert Action.objects.get().state == "doing"


def test_a_team_answers_one_question_on_the_phone(tarn, cast, page_of):
    cast.helpdesk.refresh_from_db()
    action = promises.move(factories.promise(cast.max), "doing", by=cast.max.user, at=timezone.now())
    follow_ups.ask(action.follow_up, at=timezone.now())

    page = page_of(cast.eve.user, width=390)
    page.goto("/")
    page.get_by_role("link", name="Answer : Call back within a day").click()
    is_accessible(page)
    page.get_by_label("A little").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("You have answered.")).to_be_visible()

    assert FollowUp.objects.get().a_little == 1


def test_leaders_answer_blind_see_how_far_they_agree_and_fix_the_text(cast, page_of):
    called = factories.called([cast.uma, cast.ada], cast.hana)
    for leader, words in ((cast.uma, "Whoever calls us"), (cast.ada, "Whoever pays us")):
        page = page_of(leader.user)
        page.goto("/")
        page.get_by_role("link", name="Answer : What customer focus means here").click()
        page.get_by_role("link", name="Begin").click()
        page.get_by_label("Touches customers directly, row 1").fill(words)
        is_accessible(page)
        page.get_by_role("button", name="Save and go on").click()
        page.get_by_role("link", name="All questions").click()
        expect(page.get_by_text("Whoever", exact=False)).to_have_count(0)
        page.get_by_role("button", name="Hand in my answers").click()
        expect(page.get_by_text("Handed in. You will hear")).to_be_visible()

    page.goto(reverse("actions:prompt", args=[called.pk, "W-h1.1"]))
    expect(page.get_by_text("Whoever calls us")).to_be_visible()
    page.get_by_role("button", name="We agree in part").click()
    expect(page.get_by_text("1 of 2 say: we agree in part; 1 has not said.")).to_be_visible()
    is_accessible(page)

    page = page_of(cast.hana.user)
    page.goto(reverse("actions:prompt", args=[called.pk, "W-h1.1"]))
    page.get_by_label("What we agree on").fill("Whoever needs what we make.")
    page.get_by_role("button", name="We agree on this").click()
    page.goto(reverse("actions:strategy"))
    expect(page.get_by_text("Whoever needs what we make.")).to_be_visible()
    is_accessible(page)
    assert AgreedText.objects.get().agreement == "1 of 2 say: we agree in part; 1 has not said"
