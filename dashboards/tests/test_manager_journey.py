"""A manager in a browser without scripts: a guardrail breaks, the manager sees it first, asks, drills down, exports. With
scripts: culture/tests/test_goal_year.py."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Mail
from goals import rollup, services
from goals.models import Goal, GoalCycle
from goals.tests.factories import check_in, plan

pytestmark = pytest.mark.django_db(transaction=True)
RAIL = [services.GuardrailPlan("Reopened cases", "<=", Decimal(6), "%", "Stops quick patches.")]


@pytest.fixture
def team(cast):
    today, now = timezone.localdate(), timezone.now()
    cycle = services.open_cycle(
        name="This year", starts_on=today.replace(month=1, day=1), ends_on=today.replace(month=12, day=31), by=None
    )
    cycle = services.activate_cycle(cycle, by=None)

    def goal(owner, title, **given):
        given = {"starts_on": cycle.starts_on, "due_on": cycle.ends_on, **given}
        return services.set_goal(plan(owner, cycle, title=title, **given), by=owner.user)

    top = goal(cast.uma, "Be there", level="organisation", unit=cast.company)
    call_back = goal(cast.eve, "Call back in an hour", parent=top, guardrails=RAIL)
    loops = goal(cast.ed, "Close open loops", parent=top)
    check_in(call_back, 99, at=now, measured_on=today)
    check_in(loops, 97, at=now, measured_on=today)
    rollup.rebuild(cycle.pk, on=today, at=now)
    return cycle


def test_without_scripts_a_manager_sees_a_broken_guardrail_asks_drills_down_and_exports(team, cast, page_of):
    owner = page_of(cast.eve.user, java_script_enabled=False)
    rail = Goal.objects.get(detail__title="Call back in an hour").guardrails.get()
    owner.goto(reverse("goals:guardrail_reading", args=[rail.pk]))
    owner.get_by_label("Reading").first.fill("9")
    owner.get_by_role("button", name="Save the reading").click()
    owner.get_by_text("the reading is saved").wait_for()

    manager = page_of(cast.max.user, java_script_enabled=False)
    manager.goto(reverse("dashboards:team"))
    first = manager.locator(".attn > li").first
    assert "Eve Lind: Call back in an hour" in first.inner_text()
    assert "guardrail broken: Reopened cases 9%, at most 6%" in first.inner_text()

    manager.get_by_role("link", name="Team goals").first.click()
    manager.get_by_role("link", name="Guardrail broken").click()
    assert manager.get_by_text("Close open loops").count() == 0
    Goal.objects.filter(detail__title="Call back in an hour").update(checked_on=team.starts_on)
    manager.reload()
    manager.get_by_role("checkbox", name="Ask Eve Lind about Call back in an hour").check()
    manager.get_by_role("button", name="Ask for news on the chosen goals").click()
    manager.get_by_label("A word with it").fill("What can we take off the queue?")
    manager.get_by_role("button", name="Ask", exact=True).click()
    manager.get_by_text("1 person gets a mail.").wait_for()
    assert Mail.objects.get(kind="goal_asked").user_id == cast.eve.user_id

    with manager.expect_download() as download:
        manager.get_by_role("button", name="CSV").click()
    assert "Reopened cases" in download.value.path().read_text(encoding="utf-8-sig")

    rollup.sweep(GoalCycle.objects.get().pk, on=timezone.localdate(), at=timezone.now())
    rollup.rebuild(team.pk, on=timezone.localdate(), at=timezone.now())
    head = page_of(cast.uma.user, java_script_enabled=False)
    head.goto(reverse("dashboards:team"))
    head.get_by_role("link", name="Whole tree").click()
    head.get_by_role("link", name="Helpdesk").first.click()
    head.get_by_text("3 people in Helpdesk with all its parts.").wait_for()
    assert "Call back in an hour" in head.locator(".attn > li").first.inner_text()
