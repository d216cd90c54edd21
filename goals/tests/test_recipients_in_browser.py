"""Finding by name to whom a goal is cascaded, with and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from goals.tests import factories
from people import tree
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_tick_stays_while_somebody_else_is_searched(cast, page_of, has_scripts):
    parent = factories.goal(cast.max, factories.cycle(), level="department", title="Answer fast")
    EmployeeFactory.create(name="Zoe Adams", unit=cast.helpdesk, manager=cast.max)
    tree.renumber_line()
    page = page_of(cast.max.user, java_script_enabled=has_scripts)
    page.goto(reverse("goals:cascade_choose", args=[parent.pk]))
    page.get_by_label("Ed Moss, Helpdesk").check()
    page.get_by_label("I write what each of them contributes").check()
    page.get_by_label("Find a unit or a person").fill("zoe")
    if not has_scripts:
        page.get_by_role("button", name="Find").click()

    expect(page.get_by_label("Eve Lind, Helpdesk")).to_have_count(0)
    expect(page.get_by_text("All that fit “zoe”; whoever is ticked stays.")).to_be_visible()
    expect(page.get_by_label("Ed Moss, Helpdesk")).to_be_checked()
    page.get_by_label("Zoe Adams, Helpdesk").check()
    if has_scripts:
        assert not Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    page.get_by_role("button", name="Write the drafts").click()

    expect(page.get_by_text("Zoe Adams, Helpdesk").first).to_be_visible()
    expect(page.get_by_text("Ed Moss, Helpdesk").first).to_be_visible()
