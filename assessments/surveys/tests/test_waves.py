"""Two waves side by side, against linear algebra; readiness and the analysis in the plan."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.surveys import analysis, readiness, release, trend_release
from assessments.surveys.cells import Hidden
from assessments.surveys.masks import Tree
from assessments.surveys.suppression import Shape
from assessments.surveys.tests.test_suppression import campaigns
from assessments.surveys.trend_release import NOWHERE, Members, Wave
from assessments.surveys.vectors import NOT_APPLICABLE, READINESS, Layout, Slot
from core.constructs import Construct

CSQ = Construct.CONSEQUENCE


def likert(codes, construct="consequence", block=""):
    return [Slot(code, "likert", construct, False, 1, 5, n, block=block) for n, code in enumerate(codes)]


def tree(parents, invited=60):
    shape = Shape(tuple(parents))
    return Tree(tuple(parents), shape.sums(np.full(len(parents), invited)), tuple(f"u{n}" for n in range(len(parents))))


def wave(codes, homes, vectors, units):
    layout = Layout(tuple(likert(codes)), ())
    return Wave(layout, np.array(homes), np.array(vectors, np.uint8), {CSQ: np.ones(units, bool)})


def test_e20_a_trend_rests_on_the_items_common_to_both_waves():
    before = wave(["CSQ1", "CSQ2", "CSQ3", "CSQ4", "CSQ5", "CSQ6"], [0] * 10, [[3, 4, 3, 4, 1, 1]] * 10, 1)
    now = wave(["CSQ1", "CSQ2", "CSQ3", "CSQ4", "CSQ7"], [0] * 10, [[4, 4, 4, 3, 5]] * 10, 1)
    now.vectors[:] = [[4, 4, 4, 3, 5]] * 8 + [[3, 4, 4, 3, 5]] * 2  # common items: mean 3.7

    assert trend_release.common_items(now.layout, before.layout, CSQ) == ["CSQ1", "CSQ2", "CSQ3", "CSQ4"]
    cell = trend_release.make_trends(now, before, tree([-1]), np.array([True]), None, 5)[0, 0]
    assert int(cell["items"]) == 4
    assert cell["before"] == pytest.approx(62.5, abs=5e-5)
    assert cell["now"] == pytest.approx(67.5, abs=5e-5)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (["CSQ1", "CSQ2"], ["CSQ1", "CSQ2"]),  # fewer than three
        (["CSQ1", "CSQ2", "CSQ3"], ["CSQ1", "CSQ2", "CSQ3", "CSQ4", "CSQ5", "CSQ6", "CSQ7"]),  # less than half
    ],
)
def test_too_few_common_items_are_a_new_baseline(now, before):
    waves = [wave(codes, [0] * 10, [[3] * len(codes)] * 10, 1) for codes in (now, before)]

    cell = trend_release.make_trends(*waves, tree([-1]), np.array([True]), None, 5)[0, 0]

    assert Hidden(int(cell["hidden"])) == Hidden.BASELINE
    assert int(cell["n_now"]) == 0


def only_in(one, other):
    return len(one - other)


def members_of(parents, units, places):
    """The people of each unit's subtree."""
    found = [set() for _ in parents]
    for person, place in enumerate(places):
        while place >= 0:
            found[place].add(person)
            place = parents[place]
    return [found[unit] for unit in units]


@settings(max_examples=400)
@given(campaigns(), st.randoms(use_true_random=False))
def test_p16_waves_are_compared_only_where_joiners_and_leavers_cannot_be_told_apart(campaign, random):
    parents, own, k = campaign
    count = len(parents)
    now = [unit for unit, people in enumerate(own) for _ in range(people)]
    before = [random.choice([place, place, place, NOWHERE, random.randrange(count)]) for place in now]
    now += [NOWHERE] * 3
    before += [random.randrange(count) for _ in range(3)]

    shape = Shape(tuple(parents))
    members = Members(np.array(now, np.int64), np.array(before, np.int64))
    shown = trend_release.safe_units(shape, np.ones(count, bool), members, k)

    units = list(range(count))
    inside = dict(enumerate(zip(members_of(parents, units, now), members_of(parents, units, before), strict=True)))
    for unit in np.flatnonzero(shown).tolist():
        here, there = inside[unit]
        below = [u for u in np.flatnonzero(shown).tolist() if u != unit and shape.last[unit] >= u > unit]
        rest_now = here - set().union(*(inside[u][0] for u in below))
        rest_before = there - set().union(*(inside[u][1] for u in below))
        for one, other in ((here, there), (there, here), (rest_now, rest_before), (rest_before, rest_now)):
            assert only_in(one, other) == 0 or only_in(one, other) >= k


def test_p16_a_team_that_one_person_joined_is_not_compared_and_the_organisation_is():
    now = [0] * 12 + [1] * 9
    before = [0] * 12 + [1] * 8 + [NOWHERE]
    waves = [
        wave(["CSQ1", "CSQ2", "CSQ3"], [place for place in places if place >= 0], [[4, 4, 3]] * n, 2)
        for places, n in ((now, 21), (before, 20))
    ]
    same = trend_release.make_trends(*waves, tree([-1, 0]), np.ones(2, bool), Members(np.array(now), np.array(now)), 5)
    joined = trend_release.make_trends(
        *waves, tree([-1, 0]), np.ones(2, bool), Members(np.array(now), np.array(before)), 5
    )

    assert same["hidden"].tolist() == [[Hidden.NO], [Hidden.NO]]
    assert joined["hidden"].tolist() == [[Hidden.MEMBERS], [Hidden.MEMBERS]]
    assert joined["now"][1, 0] != joined["now"][1, 0], "a change that is not shown is not in the record"


def steps_layout():
    codes = [f"{key}{n}" for key in "ADKBR" for n in (1, 2)]
    blocks = [block for block in READINESS for _ in (1, 2)]
    return Layout(
        tuple(
            Slot(code, "likert", "", False, 1, 5, n, block=block)
            for n, (code, block) in enumerate(zip(codes, blocks, strict=True))
        ),
        (),
    )


def test_e18_barriers_are_counted_from_ten_people_and_means_from_five():
    person = [4, 5, 3, 4, 3, 3, 2, 2, 4, 3]  # held up at knowledge
    unclear = [4, 5, 0, NOT_APPLICABLE, 3, 3, 2, 2, 4, 3]
    vectors = np.array([person] * 9 + [[5] * 10] * 3 + [unclear] * 2 + [person] * 7, np.uint8)
    homes = np.array([0] * 14 + [1] * 7)

    plan = release.make_plan(steps_layout(), tree([-1, 0]), homes, vectors, 5)

    assert plan.barriers[0, 0]["counts"].tolist() == [0, 0, 16, 0, 0, 3]
    assert int(plan.barriers[0, 0]["n"]) == 19, "those of whom it is unclear are left out"
    assert Hidden(int(plan.barriers[1, 0]["hidden"])) == Hidden.TOO_FEW
    assert plan.groups[1]["mean"].tolist() == [4.5, 3.5, 3.0, 2.0, 3.5]
    assert readiness.group_barrier(plan.groups[1]["mean"].tolist()) == 2


def test_p3_recommendation_scores_are_shown_from_ten_answers():
    layout = Layout((Slot("CU-REC", "numeric", "", False, 0, 10, 0),), ())
    vectors = np.array([[value + 1] for value in (10, 9, 9, 8, 7, 6, 0, 5, 10, 9)] + [[NOT_APPLICABLE]], np.uint8)

    plan = release.make_plan(layout, tree([-1]), np.zeros(11, int), vectors, 5)
    fewer = release.make_plan(layout, tree([-1]), np.zeros(10, int), vectors[1:], 5)

    cell = plan.numerics[0, 0]
    assert [int(cell[name]) for name in ("n", "promoters", "detractors")] == [10, 5, 3]
    assert Hidden(int(fewer.numerics[0, 0]["hidden"])) == Hidden.TOO_FEW


def full_layout():
    return Layout(tuple(likert([f"S{n}" for n in range(37)], "strategy")), ())


def test_answers_that_are_all_alike_are_counted_for_hr_and_never_singled_out():
    random = np.random.default_rng(1)
    varied = random.integers(2, 6, (40, 37)).astype(np.uint8)
    alike = np.full((6, 37), 4, np.uint8)
    groups = np.zeros(46, int)

    several = analysis.analyse(full_layout(), groups, np.vstack([varied, alike]), k=5, seed=1, may_compare=True)
    few = analysis.analyse(full_layout(), groups[:42], np.vstack([varied, alike[:2]]), k=5, seed=1, may_compare=True)

    assert (several["quality"]["doubtful"], several["quality"]["n"]) == (6, 46)
    assert several["quality"]["without"][0] == pytest.approx((varied.mean(axis=1).mean() - 1) * 25)
    assert few["quality"] == {"n": 42, "doubtful": None, "fewer_than": 5, "without": None}


def test_alpha_needs_thirty_complete_answers_and_omega_a_hundred():
    random = np.random.default_rng(2)
    base = random.integers(1, 6, (120, 1))
    vectors = np.clip(base + random.integers(-1, 2, (120, 6)), 1, 5).astype(np.uint8)
    layout = Layout(tuple(likert([f"CSQ{n}" for n in range(6)])), ())

    def row(n):
        return analysis.analyse(layout, np.zeros(n, int), vectors[:n], k=5, seed=1, may_compare=True)["reliability"][0]

    assert row(29)["alpha"] is None
    assert row(99)["alpha"] > 0.8
    assert row(99)["omega"] is None
    assert row(100)["omega"] > 0.8
