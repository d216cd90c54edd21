"""A journey in a real browser: an owner writes a goal with care. A whole cycle: culture/tests/test_goal_year.py."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from goals import services
from goals.models import Goal, GoalCycle
from goals.tests.factories import check_in, goal

pytestmark = pytest.mark.django_db(transaction=True)


def fill_rows(page, prefix: str, rows: list[dict[str, str]]) -> None:
    for place, row in enumerate(rows):
        for name, value in row.items():
            page.locator(f'[name="{prefix}-{place}-{name}"]').fill(value)


@pytest.fixture
def year(cast) -> GoalCycle:
    """The calendar year of today, active, with a goal of Max's team that Ed supports."""
    today = timezone.localdate()
    opened = services.open_cycle(
        name=f"Year {today.year}",
        starts_on=today.replace(month=1, day=1),
        ends_on=today.replace(month=12, day=31),
        by=None,
    )
    cycle = services.activate_cycle(opened, by=None)
    dates = {"starts_on": cycle.starts_on, "due_on": cycle.ends_on}
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Customers wait less", **dates)
    ours = goal(cast.max, cycle, level="team", title="Answer on the first call", parent=top, **dates)
    eds = goal(cast.ed, cycle, title="Learn the ten questions", parent=ours, visibility=Goal.Visibility.PUBLIC, **dates)
    check_in(eds, 100, at=timezone.now())
    return cycle


def test_an_owner_writes_a_goal_with_checkpoints_guardrail_and_pre_mortem(year, cast, page_of):
    page = page_of(cast.eve.user)
    page.goto(reverse("goals:new"))
    page.get_by_label("Title").fill("Call back within a day")
    page.get_by_label("What the customer notices").fill("Nobody waits for news.")
    page.get_by_label("Supports").select_option(label="\u2003Answer on the first call (Helpdesk)")
    page.get_by_label("Weight").first.fill("3")
    page.get_by_text("75% of what supporting goals say").wait_for()
    page.get_by_label("What is measured").fill("Pulse score of the team")
    page.get_by_label("Where it stands at the start").fill("60")
    page.get_by_label("Target", exact=True).fill("90")
    page.get_by_text("Expected pace: a straight line").click()
    fill_rows(page, "checkpoints", [{"reach_on": f"{year.ends_on.year}-12-20", "value": "80"}])
    page.get_by_label("What is promised when it is reached").fill("Breakfast with the team")
    page.get_by_role("button", name="Set the goal").click()

    page.get_by_text("pulses and readiness surveys are never a rewarded metric").first.wait_for()
    page.get_by_label("What is measured").fill("Calls returned within a day")
    page.get_by_role("button", name="Set the goal").click()
    page.get_by_text("needs a guardrail").first.wait_for()
    fill_rows(page, "guardrails", [{"name": "Calls cut short", "limit": "5"}])
    ways = ["Call back and say nothing", "Call easy customers first", "Call at night"]
    fill_rows(page, "premortem", [{"way": way} for way in ways])
    page.locator('[name="premortem-0-shown_by"]').fill("Calls cut short")
    page.get_by_role("button", name="Set the goal").click()

    page.get_by_text("The goal is set.").wait_for()
    made = Goal.objects.get(owner=cast.eve)
    assert (made.premortem.count(), made.checkpoints.get().expected_ppm, made.weight) == (3, 666_667, 3)
    expect(page.get_by_text("Call easy customers first")).to_be_visible()
    page.get_by_role("textbox", name="Comment").fill("Who else has tried this?")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_text("Your comment is there.").wait_for()
    page.get_by_role("link", name="Name who contributes").click()
    page.get_by_label("Who contributes").fill("Ed Moss")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("Ed Moss contributes.").wait_for()

    reader = page_of(cast.ed.user)
    reader.goto(made.get_absolute_url())
    reader.get_by_role("button", name="Follow").click()
    reader.get_by_text("You follow this goal").wait_for()
    expect(reader.get_by_text("Who else has tried this?")).to_be_visible()
