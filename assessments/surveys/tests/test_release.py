"""The release plan as numbers: scores against method.md, masks against linear algebra, comments in pools."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.surveys import cells, comment_pools, release, scoring
from assessments.surveys.band_release import make_bands
from assessments.surveys.cells import Hidden, Spread
from assessments.surveys.queries.audience import Node, Seat, few_one_level_up
from assessments.surveys.suppression import Shape
from assessments.surveys.tests import disclosure
from assessments.surveys.tests.test_suppression import campaigns
from assessments.surveys.vectors import NOT_APPLICABLE, Layout, Slot

NA = NOT_APPLICABLE


def layout(items=3, sliders=0, last_reversed=False):
    """One construct of that many statements, then sliders."""
    statements = [
        Slot(f"CSQ{n}", "likert", "consequence", last_reversed and n == items, 1, 5, n - 1) for n in range(1, items + 1)
    ]
    pairs = [Slot(f"SL{n}", "slider", "characteristics", False, 0, 100, items + 2 * n) for n in range(sliders)]
    return Layout((*statements, *pairs), ("C1",))


def tree(parents, invited=None):
    shape = Shape(tuple(parents))
    here = np.array(invited if invited is not None else [20] * len(parents))
    return release.Tree(tuple(parents), shape.sums(here), tuple(f"unit-{n:02}" for n in range(len(parents))))


def plan_of(vectors, homes=None, parents=(-1,), k=5, form=None, invited=None):
    vectors = np.array(vectors, np.uint8)
    homes = np.array(homes if homes is not None else [0] * len(vectors), np.int64)
    return release.make_plan(form or layout(vectors.shape[1]), tree(parents, invited), homes, vectors, k)


def test_e3_index_of_a_unit_is_the_mean_over_people_of_their_own_means():
    # person scores 4.0, 3.5, 5.0, 2.5, 4.5 on two statements
    plan = plan_of([(4, 4), (3, 4), (5, 5), (2, 3), (4, 5)])

    cell = plan.constructs[0, 0]
    assert cell["index"] == pytest.approx(72.5)
    assert (scoring.whole(cell["index"]), int(cell["n"])) == (73, 5)


def test_e1_e2_reversed_statements_are_turned_and_people_below_half_are_left_out():
    people = [(4, NA, 5, 4, 3, 2)] * 5 + [(5, 5, 0, 0, 0, 0)] * 3
    plan = plan_of(people, form=layout(6, last_reversed=True))

    assert int(plan.constructs[0, 0]["n"]) == 5
    assert plan.constructs[0, 0]["index"] == pytest.approx(75)


def test_e4_counts_of_a_statement():
    answers = [5, 4, 4, 3, 2, NA, 4, 1, NA, 5, 4, 4]
    plan = plan_of([(answer, 3, 3, 3) for answer in answers])

    cell = plan.items[0, 0]
    assert (int(cell["n"]), int(cell["favourable"])) == (10, 7)
    assert cell["counts"].tolist() == [1, 1, 1, 5, 2]


def test_e8_margin_of_a_unit():
    plan = plan_of([(3, 3), (3, 4), (4, 4), (4, 4), (4, 5), (5, 5)], invited=[10])

    assert plan.constructs[0, 0]["index"] == pytest.approx(75)
    assert plan.constructs[0, 0]["margin"] == pytest.approx(12.4, abs=0.05)


def test_e10_agreement_of_a_unit():
    plan = plan_of([(4, 4, 5), (4, 5, 4), (5, 4, 4), (4, 4, 4), (3, 4, 4)])

    assert plan.constructs[0, 0]["agreement"] == pytest.approx(2.55 / 2.70)


def test_e6_in_the_plan():
    homes = [1] * 6 + [2] * 5 + [3] * 6 + [4] * 3
    plan = plan_of([(4, 4)] * 20, homes, parents=(-1, 0, 0, 0, 0))

    assert plan.shown.tolist() == [True, True, False, True, False]
    assert plan.constructs["hidden"][:, 0].tolist() == [Hidden.NO, Hidden.NO, Hidden.UNIT, Hidden.NO, Hidden.UNIT]


def test_a_unit_clearly_above_the_rest_is_flagged_and_so_is_the_one_below():
    random = np.random.default_rng(1)
    high, low = random.integers(4, 6, (30, 3)), random.integers(1, 4, (30, 3))
    plan = plan_of(np.concatenate([high, low]), [1] * 30 + [2] * 30, parents=(-1, 0, 0))

    assert plan.constructs["flag"][:, 0].tolist() == [0, 1, -1]


def test_p3_no_distribution_below_ten_answers():
    plan = plan_of([(5, 4), (4, 3), (2, 2), (3, 5), (1, 1), (4, 4), (2, 5)])

    assert plan.items[0, 0]["spread"] == Spread.TOO_FEW
    assert plan.items[0, 0]["counts"].tolist() == [0] * 5
    assert int(plan.items[0, 0]["favourable"]) == 3


def test_p3_no_distribution_of_fewer_than_ten_is_left_by_subtraction():
    homes = [1] * 12 + [2] * 7
    plan = plan_of(np.random.default_rng(2).integers(1, 6, (19, 2)), homes, parents=(-1, 0, 0))

    assert plan.shown.all()
    assert (plan.items["spread"][:, 0] != Spread.TOO_FEW).tolist() == [True, False, False]


def test_p19_a_unanimous_statement_shows_no_spread_and_small_groups_only_a_bound():
    large = plan_of([(5, 3)] * 12)
    small = plan_of([(5, 1)] * 6)

    assert large.items[0, 0]["spread"] == Spread.UNANIMOUS
    assert large.items[0, 0]["counts"].sum() == 0
    assert int(large.items[0, 0]["favourable"]) == 12
    assert small.items["cap"][0].tolist() == [1, -1]
    assert small.items["favourable"][0].tolist() == [0, 0]


def test_could_not_judge_is_said_from_a_fifth_on():
    rest = (3, 3, 3)
    quarter = [(NA, *rest)] * 4 + [(4, *rest)] * 12
    eighth = [(NA, *rest)] * 2 + [(4, *rest), (5, *rest)] * 7

    assert int(plan_of(quarter).items[0, 0]["could_not_judge"]) == 4
    assert int(plan_of(eighth).items[0, 0]["could_not_judge"]) == 0


def test_p2_a_measure_with_fewer_than_k_answers_is_hidden_though_the_unit_is_shown():
    plan = plan_of([(4, 4)] * 4 + [(0, 4)] * 3)

    assert plan.items["hidden"][0].tolist() == [Hidden.TOO_FEW, Hidden.NO]
    assert int(plan.items[0, 0]["n"]) == 0
    assert np.isnan(plan.constructs[0, 0]["favourable"])


def test_p2_a_measure_is_hidden_where_its_own_answers_would_leave_a_small_rest():
    # unit 1: all answered statement 1; unit 2: only three did; unit 3: all
    homes = [1] * 8 + [2] * 8 + [3] * 8
    people = [(4, 4)] * 8 + [(4, 4)] * 3 + [(0, 4)] * 5 + [(4, 4)] * 8
    plan = plan_of(people, homes, parents=(-1, 0, 0, 0))

    hidden = plan.items["hidden"][:, 0].tolist()
    assert hidden == [Hidden.NO, Hidden.NO, Hidden.TOO_FEW, Hidden.NEIGHBOUR]
    assert plan.items["hidden"][:, 1].tolist() == [Hidden.NO] * 4


def test_sliders_count_people_who_set_both_markers():
    form = layout(2, sliders=1)
    today, desired = [20, 30, 25, 35, 40], [50, 55, 45, 60, 65]
    people = [(4, 4, t + 1, d + 1) for t, d in zip(today, desired, strict=True)] + [(4, 4, 11, 0), (4, 4, NA, 21)]

    cell = plan_of(people, form=form).sliders[0, 0]

    assert (int(cell["n"]), float(cell["today"]), float(cell["desired"])) == (5, 30.0, 55.0)


def test_the_order_of_answers_changes_nothing():
    random = np.random.default_rng(3)
    vectors, homes = random.integers(0, 6, (60, 4)).astype(np.uint8), random.integers(0, 5, 60)
    order = random.permutation(60)

    first = plan_of(vectors, homes, parents=(-1, 0, 0, 1, 1))
    second = plan_of(vectors[order], homes[order], parents=(-1, 0, 0, 1, 1))

    for name in ("constructs", "items", "sliders"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


def test_a_hidden_value_is_nowhere_in_the_packed_record():
    plan = plan_of([(4, 5)] * 4, [1] * 4, parents=(-1, 0))

    blank = np.zeros(1, cells.CONSTRUCT)
    for name in ("index", "margin", "favourable", "agreement"):
        blank[name] = np.nan
    blank["hidden"] = Hidden.UNIT
    assert plan.constructs[1].tobytes() == blank.tobytes()
    assert plan.items[1, 0]["favourable"] == 0


def _released_sets(mask, own, parents):
    """People who answered the measure, by shown unit."""
    sets, start = [], 0
    for count in own:
        sets.append(set(range(start, start + int(count))))
        start += int(count)
    for unit in range(len(parents) - 1, 0, -1):
        sets[parents[unit]] |= sets[unit]
    return [people for people, is_shown in zip(sets, mask, strict=True) if is_shown]


@settings(max_examples=150)
@given(campaigns(9), st.integers(0, 10_000))
def test_p6_t40_t41_no_measure_of_any_plan_isolates_a_small_group(campaign, seed):
    parents, own, _ = campaign
    random = np.random.default_rng(seed)
    homes = np.repeat(np.arange(len(own)), own)
    vectors = random.integers(1, 6, (len(homes), 3)).astype(np.uint8)
    vectors[random.random(vectors.shape) < 0.2] = 0

    plan = plan_of(vectors, homes, tuple(parents), form=layout(3))

    for item in range(3):
        answered = np.bincount(homes[vectors[:, item] > 0], minlength=len(own))
        shown = plan.items["hidden"][:, item] == Hidden.NO
        assert disclosure.derivable_groups(_released_sets(shown, answered, parents), 5) == []
        spread = plan.items["spread"][:, item] != Spread.TOO_FEW
        assert disclosure.derivable_groups(_released_sets(spread, answered, parents), 10) == []
        assert not (spread & ~shown).any()


def test_t41_the_few_who_sit_beside_sub_units_count_one_level_up():
    """An assistant of a department would be what subtracting its teams leaves: counted above, nothing needs hiding."""
    parents = [-1, 0, 1, 1, 0, 4]  # two departments, one with two teams and one with a single one
    nodes = [Node(place, str(place), "", parent, 0) for place, parent in enumerate(parents)]
    seats = [Seat(number, home, "", "") for number, home in enumerate([0, 1, 1, *[2] * 6, *[3] * 9, 4, *[5] * 7])]

    homes = [seat.home for seat in few_one_level_up(nodes, seats, 5)]

    assert [homes.count(place) for place in range(6)] == [4, 0, 6, 9, 0, 7]
    assert [homes.count(place) for place in (2, 3, 5)] == [6, 9, 7], "people of teams stay where they are"


def test_most_of_what_passes_the_threshold_is_still_shown():
    """A product that shows nothing passes any privacy test: hold the utility figure."""
    shares = []
    for seed in range(30):
        random = np.random.default_rng(seed)
        parents = [-1] + [0] * 7 + [1 + n // 4 for n in range(28)]
        order = sorted(range(1, 36), key=lambda u: (parents[u] if u > 7 else u, u))
        place = {0: 0} | {unit: n for n, unit in enumerate(order, start=1)}
        mapped = [-1] + [place[parents[unit]] for unit in order]
        own = random.poisson(9, 36)
        own[:8] = random.integers(5, 9, 8)  # heads count one level up
        homes = np.repeat(np.arange(36), own)
        vectors = random.integers(1, 6, (len(homes), 5)).astype(np.uint8)
        vectors[random.random(vectors.shape) < 0.03] = NA
        plan = plan_of(vectors, homes, tuple(mapped), form=layout(5))
        eligible = (Shape(tuple(mapped)).sums(np.bincount(homes, minlength=36)) >= 5).sum() * 5
        shares.append((plan.items["hidden"] == Hidden.NO).sum() / eligible)
    assert min(shares) >= 0.85
    assert sum(shares) / len(shares) >= 0.95


@pytest.mark.parametrize(
    ("respondents", "written", "released"),
    [
        ([2, 12, 12], [1, 6, 5], [0, 1, 0]),  # one comment at the top takes the pool with fewer comments in
        ([2, 12, 12], [0, 6, 5], [0, 1, 2]),
        ([2, 12, 9], [0, 6, 7], [0, 1, 0]),
        ([2, 12, 5], [0, 6, 2], [0, 0, 0]),
        ([2, 4, 3], [2, 4, 3], [-1, -1, -1]),
        ([8, 4, 3], [2, 4, 3], [0, 0, 0]),
        ([20, 4, 3], [1, 1, 1], [-1, -1, -1]),
    ],
)
def test_comment_pools(respondents, written, released):
    found = comment_pools.pools([-1, 0, 0], respondents, written, [True] * 3)

    assert [unit for unit, texts in zip(found, written, strict=True) if texts] == [
        unit for unit, texts in zip(released, written, strict=True) if texts
    ]


@settings(max_examples=300)
@given(campaigns(12), st.randoms(use_true_random=False))
def test_t47_p4_every_pool_of_comments_stands_for_ten_people_and_five_comments(campaign, random):
    parents, own, _ = campaign
    own = [2 * people for people in own]
    written = [sum(random.random() < 0.5 for _ in range(people)) for people in own]
    totals = Shape(tuple(parents)).sums(np.array(own))

    found = comment_pools.pools(parents, own, written, (totals >= 5).tolist())

    for pool in set(found) - {-1}:
        inside = [unit for unit in range(len(own)) if found[unit] == pool]
        assert sum(written[unit] for unit in inside) >= 5 or sum(written[unit] for unit in inside) == 0
        if sum(written[unit] for unit in inside):
            assert sum(own[unit] for unit in inside) >= 10
        assert all(_is_above(parents, pool, unit) for unit in inside)


def _is_above(parents, upper, unit):
    while unit != upper and unit >= 0:
        unit = parents[unit]
    return unit == upper


def test_bands_are_scored_for_the_organisation():
    vectors = np.array([(4, 4)] * 12 + [(2, 2)] * 14, np.uint8)
    homes, bands = np.array([1] * 6 + [2] * 6 + [1] * 7 + [2] * 7), np.array([0] * 12 + [1] * 14)
    plan = plan_of(vectors, homes, parents=(-1, 0, 0))

    split = make_bands(layout(2), plan, homes, bands, vectors, ["Leeds", "York"], k=5, is_ordered=False)

    assert split.labels == ("Leeds", "York")
    assert split.constructs["index"][:, 0].tolist() == [75.0, 25.0]


def test_t41_bands_that_single_out_two_people_are_withheld():
    homes = np.array([1] * 52 + [2] * 400)
    bands = np.array([0] * 50 + [1] * 2 + [1] * 400)
    vectors = np.full((452, 2), 4, np.uint8)

    plan = plan_of(vectors, homes, parents=(-1, 0, 0))

    assert make_bands(layout(2), plan, homes, bands, vectors, ["Paris", "London"], k=5, is_ordered=False) is None
