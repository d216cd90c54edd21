"""Line of sight, what hangs loose, coverage by unit, and who sees which of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goals import rollup, services
from goals.models import Goal
from goals.queries.alignment import alignment_page
from goals.queries.sight import sight_page
from goals.queries.tree import Filters, tree_page
from goals.tests.factories import NOON, TODAY, check_in, goal
from people.access import Viewer

pytestmark = pytest.mark.django_db
LINE, PRIVATE = Goal.Visibility.LINE, Goal.Visibility.PRIVATE


def page(person, show="loose"):
    return alignment_page(Viewer.of(person.user), show, on=TODAY)


@pytest.fixture
def some_goals(cycle, cast):
    """Uma's organisation goal, Max's below it, Eve's below that; Ed's and Olga's lead nowhere."""
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Top")
    middle = goal(cast.max, cycle, level="department", parent=top, title="Middle")
    goal(cast.eve, cycle, parent=middle, title="Eve's", visibility=LINE)
    goal(cast.ed, cycle, title="Ed's", visibility=LINE)
    goal(cast.olga, cycle, title="Olga's", visibility=LINE)
    goal(cast.olga, cycle, title="Olga's own", visibility=PRIVATE)
    goal(cast.sam, cycle, level="department", title="Sam's")
    rollup.sweep(cycle.pk, on=TODAY, at=NOON)
    return top, middle


def test_loose_goals_are_those_in_ones_care_with_the_reason(some_goals, cast):
    found = {
        name: [one.row.title for one in page(getattr(cast, name)).loose] for name in ("max", "sam", "hana", "petra")
    }

    assert found["max"] == ["Ed's"]
    assert found["sam"] == ["Olga's", "Sam's"]
    assert found["petra"] == ["Ed's"]
    assert sorted(found["hana"]) == ["Ed's", "Olga's", "Sam's"]
    [one] = page(cast.max).loose
    assert (one.why, one.may_align) == ("Supports no other goal", True)


def test_a_goal_below_a_withdrawn_one_hangs_loose_too(some_goals, cast):
    _, middle = some_goals
    services.cancel_goal(middle, because="Merged", by=cast.max.user)

    whys = {one.row.title: one.why for one in page(cast.max).loose}
    assert whys == {"Eve's": "Supports “Middle”, which was withdrawn", "Ed's": "Supports no other goal"}


def test_goals_nobody_supports_and_people_without_an_aligned_goal(some_goals, cast):
    assert [row.title for row in page(cast.hana, "unsupported").unsupported] == ["Sam's"]
    assert [one.name for one in page(cast.max, "people").people] == ["Ed Moss"]
    assert "Olga Finn" in [one.name for one in page(cast.hana, "people").people]
    assert page(cast.max).counts == {"loose": 1, "unsupported": 0, "people": 1}


def test_a_manager_proposes_a_goal_to_somebody_without_one(some_goals, cast, client_of):
    max, start = client_of(cast.max), reverse("goals:cascade") + f"?to=p{cast.ed.pk}"
    middle = Goal.objects.get(detail__title="Middle")

    assert start in max.get(reverse("goals:alignment") + "?show=people").content.decode()
    assert (
        "Propose a goal" not in client_of(cast.hana).get(reverse("goals:alignment") + "?show=people").content.decode()
    )
    choose = reverse("goals:cascade_choose", args=[middle.pk]) + f"?to=p{cast.ed.pk}"
    assert choose in max.get(start).content.decode()
    ticked = [box for box in max.get(choose).context["form"]["to"] if box.data["selected"]]
    assert [box.choice_label for box in ticked] == ["Ed Moss, Helpdesk"]


def test_an_executive_sees_counts_of_units_and_no_names(some_goals, cast):
    ada = page(cast.ada, "people")
    assert ada.show == "loose"  # the tab of people is not theirs
    assert "people" not in ada.counts

    rows = {row.name: (row.people, row.covered, row.said) for row in page(cast.ada, "coverage").coverage}
    assert rows["Tarn Ltd"] == (10, 3, "")
    assert rows["Helpdesk"] == (0, 0, "Not shown: fewer than 5 people.")
    mine = {row.name: (row.people, row.covered) for row in page(cast.max, "coverage").coverage}
    assert mine == {"Helpdesk": (3, 2)}


def test_t62_the_page_asks_as_often_for_many_goals_as_for_few(some_goals, cast, cycle, django_assert_max_num_queries):
    for number in range(20):
        goal(cast.ed, cycle, title=f"Loose {number}", visibility=LINE)
    with django_assert_max_num_queries(25):
        assert len(page(cast.hana).loose) == 23


def test_t62_the_page_of_a_head_asks_as_often_for_many_goals_as_for_few(some_goals, cast, cycle):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(cast.sam)
        return len(seen)

    for number in range(2):
        goal(cast.hana, cycle, level="team", unit=cast.sales, title=f"Loose {number}")
    few = queries()
    for number in range(10):
        goal(cast.hana, cycle, level="team", unit=cast.sales, title=f"Looser {number}")

    assert queries() == few


def test_my_line_of_sight_ends_at_the_organisation_or_says_where_it_breaks(some_goals, cast, cycle, client_of):
    whole = sight_page(Viewer.of(cast.eve.user), on=TODAY)
    assert [[(step.who, step.title) for step in sight.steps] for sight in whole.sights] == [
        [("Me", "Eve's"), ("Helpdesk", "Middle"), ("Tarn Ltd", "Top")]
    ]
    assert whole.is_whole

    broken = sight_page(Viewer.of(cast.ed.user), on=TODAY)
    assert not broken.is_whole
    assert [step.title for step in broken.nearest] == ["Middle", "Top"]
    shown = client_of(cast.ed).get(reverse("goals:sight")).content.decode()
    assert "The line ends here" in shown
    assert reverse("goals:align", args=[broken.sights[0].goal_id]) in shown


def test_the_line_of_sight_names_what_a_goal_serves_but_opens_only_what_one_may_see(cast, cycle):
    kept = goal(cast.max, cycle, title="Max's own", visibility=LINE)
    goal(cast.eve, cycle, parent=kept, title="Eve's")

    [sight] = sight_page(Viewer.of(cast.eve.user), on=TODAY).sights
    assert sight.steps[1].title == "Max's own"
    assert sight.steps[1].row is None


def test_the_tree_is_filtered_by_level(some_goals, cast):
    found = tree_page(Viewer.of(cast.hana.user), Filters(level="department"), on=TODAY)
    matches = [node.row.title for node in _all(found.nodes) if node.is_match]
    assert sorted(matches) == ["Middle", "Sam's"]


def test_a_check_in_shows_on_the_line(some_goals, cast):
    check_in(Goal.objects.get(detail__title="Eve's"), 40)
    [sight] = sight_page(Viewer.of(cast.eve.user), on=TODAY).sights
    assert sight.steps[0].row.progress_words == "40%, expected 50%"


def _all(nodes):
    for node in nodes:
        yield node
        yield from _all(node.children)
