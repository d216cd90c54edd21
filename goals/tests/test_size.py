"""Goals of a large organisation: the same number of questions at any size, branches on demand, counts that agree."""

from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goals import demo_large, queries
from goals.models import Goal, GoalCycle
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
        "team direct": lambda: queries.team_goals(cast.max, whole=False, on=TODAY),
        "team whole": lambda: queries.team_goals(cast.uma, whole=True, on=TODAY),
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


def test_a_team_of_hundreds_is_counted_as_one_of_a_few(company, cast, cycle):
    enlarge(cast, cycle, teams=10, people=12)
    few = queries.people.ONE_BY_ONE
    assert Goal.objects.in_line_of(cast.uma).count() < few
    one_by_one = queries.team_goals(cast.uma, whole=True, on=TODAY)
    queries.people.ONE_BY_ONE = 0
    try:
        at_once = queries.team_goals(cast.uma, whole=True, on=TODAY)
    finally:
        queries.people.ONE_BY_ONE = few

    assert at_once == one_by_one
    assert one_by_one.attention[0].why.startswith("asks for help: No headset")
    assert one_by_one.goals == one_by_one.on_pace + sum(
        getattr(one_by_one, name) for name in ("at_risk", "off_track", "missed", "achieved", "not_started", "no_data")
    )
