"""Who sees which goal and who may write: access.md, rows 39 to 43."""

import re

import pytest
from django.urls import reverse

from core.models import AuditEntry
from goals import access
from goals.models import Goal
from goals.queries import line_of_sight
from goals.queries.page import chain_above
from goals.tests.factories import TODAY, check_in, goal
from people.access import Viewer
from people.models import RoleGrant
from people.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PUBLIC, LINE, PRIVATE = Goal.Visibility


@pytest.fixture
def goals(cycle, cast):
    """One of each kind; Eve works for Max, who works for Uma."""
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Top")
    unit = goal(cast.max, cycle, level="department", parent=top, title="Department")
    return {
        "top": top,
        "department": unit,
        "public": goal(cast.eve, cycle, parent=unit, visibility=PUBLIC, title="Open"),
        "line": goal(cast.eve, cycle, parent=unit, visibility=LINE, title="Line"),
        "private": goal(cast.eve, cycle, visibility=PRIVATE, title="Secret"),
    }


def seen_by(viewer: Viewer, goals) -> set[str]:
    found = set(Goal.objects.visible_to(viewer).values_list("pk", flat=True))
    return {name for name, one in goals.items() if one.pk in found}


EVERYBODY = {"top", "department", "public"}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("eve", EVERYBODY | {"line", "private"}),
        ("ed", EVERYBODY),
        ("olga", EVERYBODY),
        ("max", EVERYBODY | {"line"}),
        ("uma", EVERYBODY | {"line"}),
        ("hana", EVERYBODY | {"line"}),
        ("petra", EVERYBODY | {"line"}),
        ("ada", EVERYBODY),
        ("sam", EVERYBODY),
    ],
)
def test_matrix_rows_39_to_41_who_sees_which_goal(goals, cast, who, sees):
    assert seen_by(Viewer.of(getattr(cast, who).user), goals) == sees


def test_an_hr_partner_of_another_unit_sees_no_line_goals(goals, cast):
    user = UserFactory()
    RoleGrant.objects.create(user=user, role=RoleGrant.Role.HR_PARTNER).units.set([cast.sales])

    assert seen_by(Viewer.of(user), goals) == EVERYBODY


def test_an_auditor_who_does_not_work_here_sees_no_persons_goal(goals):
    user = UserFactory()
    RoleGrant.objects.create(user=user, role=RoleGrant.Role.AUDITOR)

    assert seen_by(Viewer.of(user), goals) == {"top", "department"}
    assert seen_by(Viewer(UserFactory()), goals) == set()


@pytest.mark.parametrize(
    ("who", "may_change"),
    [
        ("eve", {"public", "line", "private"}),
        ("max", {"department", "public", "line"}),
        ("uma", {"top", "department"}),
        ("hana", {"top", "department"}),
        ("ada", {"top", "department"}),
        ("petra", set()),
        ("olga", set()),
        ("sam", set()),
    ],
)
def test_who_may_change_which_goal(goals, cast, who, may_change):
    viewer = Viewer.of(getattr(cast, who).user)

    assert {name for name, one in goals.items() if access.may_change(viewer, one)} == may_change


def test_row_42_only_the_owner_checks_in(goals, cast, client_of):
    address = reverse("goals:check_in", args=[goals["line"].pk])

    assert client_of(cast.eve).get(address).status_code == 200
    assert client_of(cast.max).get(address).status_code == 403  # sees it, may not
    assert client_of(cast.olga).get(address).status_code == 404  # does not see it
    assert client_of(cast.max).post(address, {"value": "3"}).status_code == 403


def test_a_guardrail_of_a_hidden_goal_does_not_exist(goals, cast, client_of):
    rail = goals["line"].guardrails.create(name="Rail", op=">=", limit=1)
    address = reverse("goals:guardrail_reading", args=[rail.pk])

    assert client_of(cast.olga).get(address).status_code == 404
    assert client_of(cast.hana).get(address).status_code == 403
    assert client_of(cast.max).get(address).status_code == 200


def test_opening_a_persons_goal_leaves_an_entry_that_the_person_can_read(goals, cast, client_of):
    client_of(cast.eve).get(goals["line"].get_absolute_url())
    client_of(cast.max).get(goals["department"].get_absolute_url())
    client_of(cast.max).get(goals["line"].get_absolute_url())

    entry = AuditEntry.objects.get(verb="viewed")
    assert (entry.actor, entry.about, entry.subject_label) == (cast.max.user, cast.eve.user, "Line")


def test_row_43_one_sees_what_ones_goal_serves_even_through_a_line_goal_of_the_manager(goals, cast, cycle):
    through = goal(cast.max, cycle, parent=goals["department"], visibility=LINE, title="Max's own")
    low = goal(cast.eve, cycle, parent=through, visibility=PUBLIC, title="Eve's")

    mine = line_of_sight(cast.eve, on=TODAY)
    assert [step.title for step in mine[-2:]] == ["Department", "Top"]
    to_eve = chain_above(low, Viewer.of(cast.eve.user))
    assert [(link.title, bool(link.url)) for link in to_eve] == [
        ("Max's own", False),
        ("Department", True),
        ("Top", True),
    ]
    to_olga = chain_above(low, Viewer.of(cast.olga.user))
    assert to_olga[0].title == "A goal that is not shown to you"


def test_who_has_no_goal_sees_what_the_unit_serves(goals, cast):
    assert [step.title for step in line_of_sight(cast.ed, on=TODAY)] == ["Department", "Top"]
    assert [step.title for step in line_of_sight(cast.olga, on=TODAY)] == ["Top"]


def test_the_sum_never_gives_away_the_progress_of_one_hidden_goal(goals, cast, client_of):
    check_in(goals["line"], 77)
    address = goals["department"].get_absolute_url()

    page = client_of(cast.ed).get(address).content.decode()
    assert "it would show the progress of one person" in page
    assert not re.search(r"\b77(\.0)?\s*%", page.split("How the supporting goals add up")[1])
    assert "77.0" in client_of(cast.max).get(address).content.decode()


def test_two_hidden_goals_stand_in_one_line(goals, cast, cycle, client_of):
    check_in(goals["line"], 80)
    check_in(goal(cast.eve, cycle, parent=goals["department"], visibility=LINE, weight=3), 40)

    page = client_of(cast.ed).get(goals["department"].get_absolute_url()).content.decode()

    assert "2 goals not shown to you, together" in page
    assert "200.0" in page  # 80 + 3 * 40, together
    assert "divided by 5 weights" in page


def test_a_private_goal_counts_in_no_total(goals, cast, client_of, cycle):
    for name in ("tree", "mine"):
        assert "Secret" not in client_of(cast.max).get(reverse(f"goals:{name}")).content.decode()
    assert "Secret" in client_of(cast.eve).get(reverse("goals:mine")).content.decode()
