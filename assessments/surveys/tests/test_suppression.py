"""Complementary suppression on a tree: examples, and hypothesis against brute force and linear algebra."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.surveys import suppression
from assessments.surveys.tests import disclosure

E6 = {"parents": [-1, 0, 0, 0, 0], "own": [0, 6, 5, 6, 3]}  # Finance: Billing, Purchasing, Warehouse, IT


def totals(parents, own):
    sums = list(own)
    for unit in range(len(parents) - 1, 0, -1):
        sums[parents[unit]] += sums[unit]
    return sums


def released_sets(parents, own, shown):
    """The people counted in each shown unit; people are numbered unit by unit."""
    starts = np.concatenate([[0], np.cumsum(own)])
    people = [set(range(starts[unit], starts[unit + 1])) for unit in range(len(own))]
    for unit in range(len(parents) - 1, 0, -1):
        people[parents[unit]] |= people[unit]
    return [people[unit] for unit in range(len(own)) if shown[unit]]


def is_safe(parents, own, shown, k):
    return all(rest == 0 or rest >= k for rest in suppression.residuals(parents, own, shown))


@st.composite
def campaigns(draw, most_units=8):
    count = draw(st.integers(2, most_units))
    parents, open_line = [-1], [0]
    for unit in range(1, count):  # pre-order: the parent is on the line that is still open
        depth = draw(st.integers(1, len(open_line)))
        open_line = open_line[:depth]
        parents.append(open_line[-1])
        open_line.append(unit)
    own = draw(st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9]), min_size=count, max_size=count))
    return parents, own, draw(st.integers(3, 5))


def test_e6_a_second_unit_is_hidden_to_protect_the_first():
    shown = suppression.largest_safe(**E6, k=5)

    assert shown.tolist() == [True, True, False, True, False]
    assert suppression.residuals(**E6, shown=shown) == [8, 6, 0, 6, 0]
    assert suppression.nearest_shown(E6["parents"], shown) == [0, 1, 0, 3, 0]


def test_a_shown_unit_may_lie_below_a_hidden_one():
    # organisation > department of 2 > team of 9; another team of 9 directly below the organisation
    shown = suppression.largest_safe([-1, 0, 1, 0], [3, 2, 9, 9], 5)

    assert shown.tolist() == [True, False, True, True]


def test_nothing_is_shown_of_an_organisation_below_the_limit():
    assert not suppression.largest_safe([-1, 0], [1, 3], 5).any()


def test_equal_units_are_decided_by_rank():
    parents, own = [-1, 0, 0, 0], [0, 5, 5, 3]

    assert suppression.largest_safe(parents, own, 5).tolist() == [True, True, False, False]
    assert suppression.largest_safe(parents, own, 5, rank=[0, 3, 1, 2]).tolist() == [True, False, True, False]


@settings(max_examples=300)
@given(campaigns())
def test_p6_t40_t41_no_small_group_is_derivable_and_no_safe_release_is_larger(campaign):
    parents, own, k = campaign

    shown = suppression.largest_safe(parents, own, k)

    assert disclosure.derivable_groups(released_sets(parents, own, shown), k) == []
    sizes = totals(parents, own)
    candidates = [unit for unit, size in enumerate(sizes) if size >= k]
    best = max(
        (
            (0 in chosen, len(chosen), sum(sizes[unit] for unit in chosen))
            for count in range(len(candidates) + 1)
            for chosen in itertools.combinations(candidates, count)
            if not disclosure.derivable_groups(
                released_sets(parents, own, [unit in chosen for unit in range(len(own))]), k
            )
        ),
    )
    mine = [unit for unit in range(len(own)) if shown[unit]]
    assert (0 in mine, len(mine), sum(sizes[unit] for unit in mine)) == best


@settings(max_examples=300)
@given(campaigns(), st.randoms(use_true_random=False))
def test_residual_rule_and_linear_algebra_agree_on_any_release(campaign, random):
    parents, own, k = campaign
    shown = [size >= k and random.random() < 0.7 for size in totals(parents, own)]

    assert is_safe(parents, own, shown, k) == (not disclosure.derivable_groups(released_sets(parents, own, shown), k))


@settings(max_examples=400)
@given(campaigns(14), st.randoms(use_true_random=False))
def test_t40_a_measure_with_fewer_answers_is_tightened_as_well_as_by_solving_it_whole(campaign, random):
    parents, own, k = campaign
    base = suppression.largest_safe(parents, own, k)
    answered = np.array([sum(random.random() < 0.8 for _ in range(people)) for people in own])
    sizes = totals(parents, answered.tolist())

    shape = suppression.Shape(tuple(parents))
    shown = suppression.tightened(shape, answered[:, None], k, base[:, None])[:, 0]

    whole = suppression.largest_safe(parents, answered.tolist(), k, allowed=base)
    assert is_safe(parents, answered.tolist(), shown, k)
    assert not (shown & ~base).any()
    assert all(sizes[unit] >= k for unit in np.flatnonzero(shown))
    assert (shown[0], shown.sum()) == (whole[0], whole.sum())
    assert sum(np.array(sizes)[shown]) == sum(np.array(sizes)[whole])


@settings(max_examples=300)
@given(campaigns(14))
def test_tightening_all_units_that_are_large_enough_finds_the_largest_safe_release(campaign):
    parents, own, k = campaign
    shape, people = suppression.Shape(tuple(parents)), np.array([own]).T
    sizes = shape.sums(people)

    shown = suppression.tightened(shape, people, k, sizes >= k)[:, 0]

    whole = suppression.largest_safe(parents, own, k)
    assert is_safe(parents, own, shown, k)
    assert (shown[0], shown.sum(), sizes[shown].sum()) == (whole[0], whole.sum(), sizes[whole].sum())


@settings(max_examples=100)
@given(campaigns(12))
def test_every_stored_group_holds_k_people(campaign):
    parents, own, k = campaign
    nearest = suppression.nearest_shown(parents, suppression.largest_safe(parents, own, k))

    stored = {place: sum(n for n, home in zip(own, nearest, strict=True) if home == place) for place in set(nearest)}

    assert all(size == 0 or size >= k for place, size in stored.items() if place >= 0)


def test_subtree_sums_match_a_walk_up_the_tree():
    parents, own = [-1, 0, 1, 1, 0], np.array([1, 2, 3, 4, 5])

    assert suppression.Shape(tuple(parents)).sums(own).tolist() == totals(parents, own.tolist())


@settings(max_examples=100)
@given(campaigns(14), st.randoms(use_true_random=False))
def test_walks_by_level_match_the_plain_ones(campaign, random):
    parents, own, _ = campaign
    shape = suppression.Shape(tuple(parents))
    shown = np.array([[random.random() < 0.6 for _ in range(3)] for _ in parents])

    for column in range(3):
        mask = shown[:, column]
        assert shape.nearest(shown)[:, column].tolist() == suppression.nearest_shown(parents, mask)
        rests = shape.rests(np.array([own] * 3).T, shown)[:, column]
        assert rests.tolist() == suppression.residuals(parents, own, mask)


def _large_tree(units, seed=1):
    random = np.random.default_rng(seed)
    parents, open_line = [-1], [0]
    for unit in range(1, units):
        open_line = open_line[: max(1, min(len(open_line), int(random.integers(1, 7))))]
        parents.append(open_line[-1])
        open_line.append(unit)
    return parents, random


@pytest.mark.parametrize("k", [5, 20])
def test_five_thousand_units_are_decided_safely(k):
    parents, random = _large_tree(5000)
    own = random.poisson(8, 5000).tolist()

    shown = suppression.largest_safe(parents, own, k)

    assert is_safe(parents, own, shown, k)
    assert shown.sum() > 1000


def test_p6_t40_t41_three_thousand_random_organisations_by_brute_force():
    """Every set of units that could be shown is tried: none that is safe shows more, and nothing small can be derived."""
    random = np.random.default_rng(2026)
    for _ in range(3000):
        count, k = int(random.integers(3, 7)), int(random.integers(3, 6))
        parents = [-1, *(int(random.integers(0, unit)) for unit in range(1, count))]
        order = _pre_order(parents)
        place = {unit: number for number, unit in enumerate(order)}
        parents = [-1, *(place[parents[unit]] for unit in order[1:])]
        own = random.integers(0, 9, count).tolist()
        sizes = totals(parents, own)
        candidates = [unit for unit, size in enumerate(sizes) if size >= k]
        best = (False, 0, 0)
        for chosen in range(1 << len(candidates)):
            shown = [False] * count
            for bit, unit in enumerate(candidates):
                shown[unit] = bool(chosen >> bit & 1)
            if is_safe(parents, own, shown, k):
                sets = sum(shown)
                best = max(best, (shown[0], sets, sum(sizes[unit] for unit in range(count) if shown[unit])))

        mine = suppression.largest_safe(parents, own, k)

        assert (bool(mine[0]), int(mine.sum()), sum(sizes[u] for u in np.flatnonzero(mine))) == best
        assert disclosure.derivable_groups(released_sets(parents, own, mine), k) == []


def _pre_order(parents):
    children = {unit: [child for child, parent in enumerate(parents) if parent == unit] for unit in range(len(parents))}
    order, todo = [], [0]
    while todo:
        unit = todo.pop()
        order.append(unit)
        todo += reversed(children[unit])
    return order
