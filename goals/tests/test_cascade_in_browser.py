"""Journeys of cascading and of the rhythm in a real browser; cascading with scripts is in culture/tests/test_goal_year.py."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.tests.soundness import HEIGHT, faults_of, in_both_schemes
from goals import services
from goals.models import CheckIn, Goal, GoalDraft
from goals.tests import factories
from people import tree

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def helpdesk(cast):
    """Max's department goal of 120 reviews under the organisation's, in a cycle around today."""
    today = timezone.localdate()
    dates = {"starts_on": today - timedelta(60), "due_on": today + timedelta(60)}
    cycle = services.open_cycle(name="Now", starts_on=dates["starts_on"], ends_on=dates["due_on"], by=None)
    cycle = services.activate_cycle(cycle, by=None)
    top = factories.goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Customers are heard", **dates)
    cast.dates = dates
    cast.goal = factories.goal(
        cast.max,
        cycle,
        level="department",
        parent=top,
        title="Hold 120 reviews",
        metric_name="Reviews",
        metric_unit="reviews",
        target=120,
        **dates,
    )
    tree.renumber_line()
    return cast


def test_without_scripts_a_head_cascades_one_accepts_with_a_change_and_one_declines(helpdesk, page_of):
    head = page_of(helpdesk.max.user, java_script_enabled=False)
    head.goto(reverse("goals:cascade"))
    head.get_by_role("link", name="Cascade Hold 120 reviews").click()
    head.get_by_label("Eve Lind, Helpdesk").check()
    head.get_by_label("Ed Moss, Helpdesk").check()
    head.get_by_label("Split the target by shares that I type").check()
    head.get_by_role("button", name="Write the drafts").click()
    shares = head.get_by_label("Share of the target, %")
    shares.nth(0).fill("70")
    shares.nth(1).fill("20")
    head.get_by_role("button", name="Work out the numbers").click()
    head.get_by_text("The shares come to 90%: 10% are missing.").wait_for()
    head.get_by_label("Share of the target, %").nth(1).fill("30")
    head.get_by_role("button", name="Work out the numbers").click()
    head.get_by_text("The targets come to 120 reviews: exactly the target").wait_for()
    head.get_by_label("A word to go with the drafts").fill("Could you each take some?")
    head.get_by_role("button", name="Send 2 drafts").click()
    head.get_by_text("2 drafts are on the way").wait_for()

    eve = page_of(helpdesk.eve.user, java_script_enabled=False)
    eve.goto("/")
    eve.get_by_role("link", name=re.compile("Answer")).first.click()
    expect(eve.get_by_text("Could you each take some?")).to_be_visible()
    target = GoalDraft.objects.get(sent_to=helpdesk.eve).target
    expect(eve.get_by_label("Target")).to_have_value(str(int(target)))
    eve.get_by_label("Target").fill("30")
    eve.get_by_role("button", name="Accept the goal").click()
    eve.get_by_text("The goal is yours. Max Berg is told.").wait_for()

    ed = page_of(helpdesk.ed.user, java_script_enabled=False)
    ed.goto(reverse("goals:drafts"))
    ed.get_by_role("link", name="Answer Hold 120 reviews").click()
    ed.get_by_label("Why not").fill("I am away until spring")
    ed.get_by_role("button", name="Decline the draft").click()
    ed.get_by_text("Only Max Berg reads why").wait_for()

    head.goto(reverse("goals:drafts"))
    head.get_by_text(f"Target from {int(target)} reviews to 30 reviews").wait_for()
    head.get_by_text("I am away until spring").wait_for()
    made = Goal.objects.get(parent=helpdesk.goal)
    assert (made.owner, made.detail.target) == (helpdesk.eve, 30)


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_owner_checks_in_on_everything_and_nothing_typed_is_lost(helpdesk, page_of, has_scripts):
    cycle = helpdesk.goal.cycle
    for title in ("Answer calls", "Write replies"):
        factories.goal(helpdesk.eve, cycle, title=title, metric_name=f"{title}, share", **helpdesk.dates)
    page = page_of(helpdesk.eve.user, java_script_enabled=has_scripts)
    page.goto(reverse("goals:mine"))
    page.get_by_role("link", name="Check in on all").click()
    page.get_by_label("Answer calls, share, today").fill("40")
    page.get_by_label("Write replies, share, today").fill("many")
    page.get_by_label("What has changed?").nth(1).fill("Keep me")
    page.get_by_role("button", name="Save the check-ins").click()

    page.get_by_text("1 saved. 1 needs another look").wait_for()
    expect(page.get_by_label("What has changed?")).to_have_value("Keep me")
    page.get_by_label("Write replies, share, today").fill("55")
    page.get_by_role("button", name="Save the check-ins").click()

    page.get_by_text("1 check-in is saved").wait_for()
    assert sorted(CheckIn.objects.values_list("value", "what_changed")) == [(40, ""), (55, "Keep me")]


def test_the_tree_is_walked_by_arrow_keys(helpdesk, page_of):
    factories.goal(helpdesk.eve, helpdesk.goal.cycle, parent=helpdesk.goal, title="Zebra", **helpdesk.dates)
    page = page_of(helpdesk.eve.user)
    page.goto(reverse("goals:tree"))
    items = page.get_by_role("treeitem")
    items.first.focus()

    def here() -> str:
        return page.evaluate("document.activeElement.querySelector(':scope > .node a.title').textContent")

    page.keyboard.press("ArrowRight")
    assert here() == "Hold 120 reviews"
    page.keyboard.press("End")
    assert here() == "Zebra"
    page.keyboard.press("ArrowLeft")
    assert here() == "Hold 120 reviews"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    page.keyboard.press("ArrowDown")
    assert here() == "Hold 120 reviews"  # what is folded is passed over, and it is the last
    page.keyboard.press("c")
    assert here() == "Customers are heard"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('goals:detail', args=[helpdesk.goal.parent_id])}")


def test_axe_finds_nothing_on_pages_of_cascade_and_rhythm(helpdesk, page_of):
    mine = factories.goal(helpdesk.eve, helpdesk.goal.cycle, **helpdesk.dates)
    how = f"{reverse('goals:cascade_drafts', args=[helpdesk.goal.pk])}?how=own&to=p{helpdesk.eve.pk}"
    pages = [
        (helpdesk.max, reverse("goals:cascade"), 1280),
        (helpdesk.max, reverse("goals:cascade_choose", args=[helpdesk.goal.pk]), 390),
        (helpdesk.max, how, 1280),
        (helpdesk.max, how, 390),
        (helpdesk.eve, reverse("goals:drafts"), 390),
        (helpdesk.eve, reverse("goals:sight"), 390),
        (helpdesk.max, reverse("goals:alignment") + "?show=people", 390),
        (helpdesk.eve, reverse("goals:check_ins"), 1280),
        (helpdesk.eve, reverse("goals:check_ins"), 390),
        (helpdesk.eve, reverse("goals:tokens"), 390),
        (helpdesk.eve, reverse("goals:values"), 390),
        (helpdesk.eve, reverse("goals:align", args=[mine.pk]), 390),
        (helpdesk.eve, reverse("goals:tree"), 390),
    ]
    opened = {}
    found = []
    for who, address, width in pages:
        page = opened[who.pk] = opened.get(who.pk) or page_of(who.user, width=width)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(address)
        found += faults_of(page, in_both_schemes(width))
    assert found == []
