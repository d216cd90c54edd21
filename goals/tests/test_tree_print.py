"""The goal tree on paper: every branch open, up to a limit that is said in words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goals.models import Goal
from goals.queries import tree as trees
from goals.tests import factories

URL = "/goals/print/"


@pytest.fixture
def three_levels(cast, cycle):
    """The organisation's goal, Max's for the helpdesk, and eight of Eve's below; Olga's stands alone."""
    top = factories.goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Keep customers")
    team = factories.goal(cast.max, cycle, level="department", parent=top, title="Answer fast")
    for number in range(8):
        factories.goal(cast.eve, cycle, parent=team, title=f"Answer mail {number}")
    factories.goal(cast.olga, cycle, title="Call ten customers")
    return team


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_every_branch_is_on_paper_though_the_page_loads_the_lower_ones_later(
    three_levels, cast, client_of, monkeypatch
):
    monkeypatch.setattr(trees, "WHOLE_UP_TO", 3)
    client = client_of(cast.max)
    assert "Answer mail 3" not in text_of(client.get(reverse("goals:tree")))

    page = text_of(client.get(URL))

    assert all(f"Answer mail {number}" in page for number in range(8))
    assert "11 goals that you may see" in page
    assert '<details class="branch">' not in page
    assert page.index("Not under an organisation goal") < page.index("Call ten customers")
    assert "Too many for paper" not in page


def test_beyond_the_limit_it_says_how_much_is_on_paper_and_begins_at_the_top(
    three_levels, cast, client_of, monkeypatch
):
    monkeypatch.setattr(trees, "PRINTED_UP_TO", 4)

    page = text_of(client_of(cast.max).get(URL))

    assert "these are 4 of 11, from the top down" in page
    assert "Keep customers" in page
    assert "Call ten customers" in page  # it stands at the top, too
    assert "Answer fast" in page
    assert page.count("Answer mail") < 8


def test_the_filters_of_the_tree_go_with_it(three_levels, cast, client_of):
    client = client_of(cast.max)
    assert f"{URL}?q=mail+7" in client.get(reverse("goals:tree") + "?q=mail+7").content.decode()

    page = text_of(client.get(URL + "?q=mail+7"))

    assert "1 goal that you may see and that fits the filters" in page
    assert "Keep customers" in page  # what it serves stands above it
    assert "Answer mail 6" not in page
    assert "Nothing to print" in text_of(client.get(URL + "?q=nothing-like-it"))


def test_t04_paper_shows_no_more_than_the_page(three_levels, cast, client_of, cycle):
    factories.goal(cast.eve, cycle, title="Only mine", visibility=Goal.Visibility.PRIVATE)
    factories.goal(cast.eve, cycle, title="My line", visibility=Goal.Visibility.LINE)

    page = text_of(client_of(cast.olga).get(URL))
    assert "Only mine" not in page
    assert "My line" not in page
    assert "My line" in text_of(client_of(cast.max).get(URL))


def test_t62_a_larger_tree_asks_no_more_questions(three_levels, cast, client_of, cycle):
    client = client_of(cast.max)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for number in range(10):
        low = factories.goal(cast.ed, cycle, parent=three_levels, title=f"More {number}")
        factories.goal(cast.ed, cycle, parent=low, title=f"Deeper {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)
