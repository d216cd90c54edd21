"""Goals in a real browser: the check-in with and without scripts, branches on demand, and axe on every page."""

from random import Random

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.tests.soundness import HEIGHT, faults_of, in_both_schemes
from goals import demo_large, rollup
from goals.models import CheckIn, Goal, GoalDetail, GuardrailReading
from people import tree
from people.models import RoleGrant
from people.tests.factories import EmployeeFactory, UnitFactory, grant

pytestmark = pytest.mark.django_db(transaction=True)
HEADS = {"org": "p01", "service": "p02", "sales": "p04", "service-north": "p08"}


@pytest.fixture
def company(tarnbrook):
    """The demo company of today with heads, an executive and an HR administrator."""
    for unit, person in HEADS.items():
        tarnbrook.units[unit].head = tarnbrook.people[person]
        tarnbrook.units[unit].save(update_fields=["head"])
    grant(tarnbrook.people["p01"], RoleGrant.Role.EXECUTIVE)
    grant(tarnbrook.people["p07"], RoleGrant.Role.HR_ADMIN)
    tarnbrook.load(timezone.localdate())
    return tarnbrook


def goal_of(company, key: str) -> Goal:
    title = next(row["title"] for row in company.content["goals"] if row["key"] == key)
    return GoalDetail.objects.select_related("goal").get(title=title).goal


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_owner_checks_in_and_sees_the_number_and_then_the_roll_up(company, page_of, has_scripts):
    goal, above = goal_of(company, "G1.1.1"), goal_of(company, "G1.1")
    page = page_of(company.people["p08"].user, java_script_enabled=has_scripts)
    page.goto(reverse("goals:mine"))
    page.get_by_role("link", name="Check in on Help more callers without passing them on").click()
    page.get_by_label("Calls settled without a transfer").fill("72,4")
    page.get_by_role("radio", name="7", exact=True).check(force=True)
    page.get_by_role("radio", name="On track").check(force=True)
    page.get_by_label("What has changed?").fill("Noor settles refunds now")
    page.get_by_role("button", name="Save check-in").click()

    page.get_by_text("72.4% is in").wait_for()
    expect(page.locator(".big")).to_have_text("72.4")
    expect(page.get_by_text("Noor settles refunds now")).to_be_visible()
    assert CheckIn.objects.latest("pk").confidence == 7

    reader = page_of(company.people["p02"].user, java_script_enabled=has_scripts)
    reader.goto(above.get_absolute_url())
    expect(reader.get_by_text("Being worked out again")).to_be_visible()
    rollup.sweep(goal.cycle_id, on=timezone.localdate(), at=timezone.now())
    if not has_scripts:
        reader.reload()
    reader.get_by_text("55.0 divided by 1 weight").wait_for()
    reader.get_by_text("Being worked out again").wait_for(state="hidden")


def test_what_was_typed_is_still_there_when_a_check_in_is_refused(company, page_of):
    page = page_of(company.people["p08"].user)
    page.goto(reverse("goals:check_in", args=[goal_of(company, "G1.1.1").pk]))
    page.get_by_label("Calls settled without a transfer").fill("many")
    page.get_by_label("What has changed?").fill("Keep me")
    page.get_by_role("button", name="Save check-in").click()

    page.get_by_text("Enter a number, such as 69.9.").wait_for()
    expect(page.get_by_label("What has changed?")).to_have_value("Keep me")


def test_only_the_numbers_of_the_chosen_measure_are_asked(company, page_of):
    page = page_of(company.people["p09"].user)
    page.goto(reverse("goals:new"))
    expect(page.get_by_label("Target", exact=True)).to_be_visible()
    page.get_by_role("radio", name="Reach milestones").check(force=True)
    expect(page.get_by_label("Target", exact=True)).to_be_hidden()
    expect(page.get_by_label("Milestone", exact=True).first).to_be_visible()


def test_a_branch_of_a_large_tree_opens_by_keyboard(company, page_of):
    unit = UnitFactory.create(key="big", name="Big team", parent=company.units["service"], order=99)
    for number in range(180):
        EmployeeFactory.create(number=f"B{number}", name=f"Member {number}", unit=unit, manager=company.people["p02"])
    tree.renumber_units()
    tree.renumber_line()
    demo_large.grow(goal_of(company, "G1").cycle, on=timezone.localdate(), random=Random(3))
    page = page_of(company.people["p02"].user)
    page.goto(reverse("goals:tree"))
    before = page.locator(".tree .node").count()

    branch = page.locator("details[hx-get]").first
    branch.locator("summary").press("Enter")
    branch.locator(".node").first.wait_for()

    assert page.locator(".tree .node").count() > before


def test_axe_finds_nothing_on_any_page_of_goals(company, page_of):
    top, off, milestones = (goal_of(company, key).pk for key in ("G2", "G1.3", "G3"))
    rail = goal_of(company, "G1.3").guardrails.get().pk
    reading = GuardrailReading.objects.get(guardrail=rail).pk
    pages = [
        ("p01", reverse("goals:tree"), 1280),
        ("p09", reverse("goals:tree"), 390),
        ("p01", reverse("goals:tree") + "?show=attention", 1280),
        ("p01", reverse("goals:detail", args=[top]), 1280),
        ("p01", reverse("goals:detail", args=[top]), 390),
        ("p09", reverse("goals:detail", args=[off]), 1280),
        ("p07", reverse("goals:detail", args=[milestones]), 1280),
        ("p07", reverse("goals:check_in", args=[milestones]), 1280),
        ("p01", reverse("goals:check_in", args=[top]), 390),
        ("p08", reverse("goals:mine"), 1280),
        ("p01", reverse("goals:change", args=[top]), 1280),
        ("p09", reverse("goals:new"), 390),
        ("p01", reverse("goals:cancel", args=[top]), 1280),
        ("p04", reverse("goals:guardrail_reading", args=[rail]), 1280),
        ("p04", reverse("goals:reading_correction", args=[reading]), 390),
        ("p01", reverse("goals:consultations", args=[top]), 390),
        ("p07", reverse("goals:cycles"), 390),
        ("p01", reverse("goals:branch", args=[top]), 1280),
    ]
    opened = {}
    found = []
    for who, address, width in pages:
        page = opened[who] = opened.get(who) or page_of(company.people[who].user, width=width)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(address)
        found += faults_of(page, in_both_schemes(width))
    assert found == []
