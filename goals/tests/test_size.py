"""Goals of a large organisation: the same number of questions at any size, branches on demand, counts that agree."""

from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goals import demo_large, queries, rollup
from goals.models import Goal, GoalCycle
from goals.queries.team_table import Show, team_table
from goals.queries.tree import OPEN_UP_TO, WHOLE_UP_TO
from goals.tests.factories import NOON, TODAY, check_in, goal
from people import tree as people_tree
from people.access import Viewer
from people.tests.factories import EmployeeFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def company(cycle, cast):
    """Organisation, department and Eve's goal below one another; Eve asks for help."""
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Top")
    middle = goal(cast.max, cycle, level="department", parent=top, title="Middle")
    low = goal(cast.eve, cycle, parent=middle, visibility=Goal.Visibility.LINE, title="Low")
    check_in(low, 30, blocker="No headset")
    return top, middle, low


def enlarge(cast, cycle: GoalCycle, teams: int, people: int) -> None:
    """More units and people below the company, each with a goal."""
    start = Goal.objects.count()
    for number in range(teams):
        unit = UnitFactory(key=f"t{start}-{number}", parent=cast.helpdesk)
        for member in range(people):
            EmployeeFactory(number=f"N{start}-{number}-{member}", unit=unit, manager=cast.max)
    people_tree.renumber_units()
    people_tree.renumber_line()
    demo_large.grow(cycle, on=TODAY, random=Random(7))


def counted(do) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        do()
    return len(seen)


def test_t_pages_ask_the_same_number_of_questions_at_any_size(company, cast, cycle, client_of):
    top, middle, low = company
    client = client_of(cast.max)
    addresses = [
        reverse("goals:tree"),
        reverse("goals:tree") + "?show=attention",
        reverse("goals:tree") + "?q=call",
        reverse("goals:branch", args=[middle.pk]),
        top.get_absolute_url(),
        middle.get_absolute_url(),
        reverse("goals:mine"),
        reverse("goals:check_in", args=[middle.pk]),
        reverse("goals:new"),
    ]
    reads = {
        "my_goals": lambda: queries.my_goals(Viewer.of(cast.max.user), on=TODAY),
        "line_of_sight": lambda: queries.line_of_sight(cast.max, on=TODAY),
        "team direct": lambda: of_team(cast.max, cycle),
        "team whole": lambda: of_team(cast.uma, cycle, whole=True, unit=cast.company),
        "table": lambda: table_of(cast.uma, cycle, Show.ALL),
        "table, behind": lambda: table_of(cast.uma, cycle, Show.BEHIND),
        "unit": lambda: queries.unit_summary(cast.company),
        "organisation": lambda: queries.organisation_goals(Viewer.of(cast.max.user), on=TODAY),
        "evidence": lambda: queries.goal_evidence(on=TODAY),
    }
    enlarge(cast, cycle, teams=16, people=20)
    small = {address: counted(lambda address=address: client.get(address)) for address in addresses}
    small |= {name: counted(read) for name, read in reads.items()}

    enlarge(cast, cycle, teams=16, people=20)
    large = {address: counted(lambda address=address: client.get(address)) for address in addresses}
    large |= {name: counted(read) for name, read in reads.items()}

    assert Goal.objects.count() > 650 > 2 * WHOLE_UP_TO > OPEN_UP_TO
    assert large == small
    assert max(large.values()) <= 34, large


def test_a_large_tree_loads_its_branches_on_demand(company, cast, cycle, client_of):
    enlarge(cast, cycle, teams=20, people=20)
    client = client_of(cast.max)

    page = client.get(reverse("goals:tree")).content.decode()
    assert page.count('class="node"') < 120
    address = reverse("goals:branch", args=[company[1].pk])
    assert f'hx-get="{address}"' in page
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert fragment.count('class="node"') <= 60
    assert "<html" in client.get(address).content.decode()  # without a script the same is a page


def test_a_unit_of_hundreds_is_counted_from_its_stored_totals_as_one_by_one(company, cast, cycle):
    enlarge(cast, cycle, teams=10, people=12)
    # The line of the head without her own goals, and the unit with them: without hers both are the same goals.
    Goal.objects.filter(owner=cast.uma).update(owner=cast.ada, unit=cast.office)
    cast.uma.refresh_from_db()
    cast.company.refresh_from_db()
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)

    one_by_one = of_team(cast.uma, cycle, whole=True)
    stored = of_team(cast.uma, cycle, whole=True, unit=cast.company)

    assert stored.goals == one_by_one.goals == sum(one_by_one.by_status.values())
    assert {status: count for status, count in stored.by_status.items() if count} == one_by_one.by_status
    assert (stored.stale, stored.breached, stored.covered) == (
        one_by_one.stale,
        one_by_one.breached,
        one_by_one.covered,
    )
    assert stored.attention == one_by_one.attention
    assert one_by_one.attention[0].why.startswith("asks for help: No headset")


def of_team(manager, cycle, **scope):
    return queries.team_goals(queries.Scope(manager, cycle, **scope), Viewer.of(manager.user), on=TODAY)


def table_of(manager, cycle, show):
    scope = queries.Scope(manager, cycle, whole=True)
    return team_table(scope, Viewer.of(manager.user), show=show, on=TODAY, page=None)
