"""Pre-order numbers: every subtree and every line is one range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import bulk
from people import tree
from people.models import Employee, Unit
from people.tests.factories import EmployeeFactory, UnitFactory


@st.composite
def forests(draw) -> list[tuple[int, int | None]]:
    """Ids 1..n, each below one of smaller number or nobody, in any order."""
    size = draw(st.integers(0, 40))
    parents = [
        draw(st.one_of(st.none(), st.integers(1, node - 1))) if node > 1 else None for node in range(1, size + 1)
    ]
    return draw(st.permutations(list(enumerate(parents, start=1))))


@given(forests())
def test_a_node_lies_in_the_range_of_exactly_its_ancestors(nodes):
    places = tree.preorder(nodes)
    parent = dict(nodes)

    def above(node):
        while parent[node] is not None:
            node = parent[node]
            yield node

    for node, place in places.items():
        around = {other for other, wide in places.items() if wide.first < place.first <= wide.last}
        assert around == set(above(node))
        assert place.depth == len(around)
    assert sorted(place.first for place in places.values()) == list(range(1, len(places) + 1))


@pytest.mark.parametrize("nodes", [[(1, 1)], [(1, 2), (2, 1)], [(1, None), (2, 3), (3, 4), (4, 2)]])
def test_a_loop_is_refused(nodes):
    with pytest.raises(tree.LoopInTree):
        tree.preorder(nodes)


def test_a_parent_that_is_not_there_is_refused():
    with pytest.raises(tree.LoopInTree):
        tree.preorder([(1, None), (2, 7)])


def test_a_chain_of_a_thousand_is_numbered():
    places = tree.preorder([(node, node - 1 or None) for node in range(1, 2001)])

    assert places[2000].depth == 1999


def test_renumbering_twice_writes_once(db):
    root = UnitFactory()
    for _ in range(5):
        unit = UnitFactory(parent=root)
        boss = EmployeeFactory(unit=unit)
        EmployeeFactory.create_batch(2, unit=unit, manager=boss)

    assert tree.renumber_units() == 6
    assert tree.renumber_line() == 15
    assert (tree.renumber_units(), tree.renumber_line()) == (0, 0)
    assert Unit.objects.subtree_of(Unit.objects.get(pk=root.pk)).count() == 6
    boss.refresh_from_db()
    assert Employee.objects.in_line_of(boss).count() == 2


def test_many_rows_are_written_with_one_statement(cast, django_assert_num_queries):
    people = list(Employee.objects.order_by("pk"))
    for n, person in enumerate(people):
        person.title = f"Title {n}, “quoted”; -- {{}}"
        person.hired_on = None if n % 2 else "2024-02-29"
        person.manager = None
        person.is_active = bool(n % 3)

    with django_assert_num_queries(1):
        assert bulk.update_rows(people, ["title", "hired_on", "manager", "is_active"]) == len(people)

    for before, after in zip(people, Employee.objects.order_by("pk"), strict=True):
        assert after.title == before.title
        assert str(after.hired_on or "") == (before.hired_on or "")
        assert (after.manager, after.is_active) == (None, before.is_active)


def test_a_text_too_long_for_its_column_is_refused_not_cut(cast):
    cast.eve.title = "x" * 161

    with pytest.raises(Exception, match="too long"):
        bulk.update_rows([cast.eve], ["title"])
