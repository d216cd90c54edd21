"""Means of two or three statements beside the spread of each: who left one out stays hidden among others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.surveys import scoring
from assessments.surveys.cells import Hidden, Spread
from assessments.surveys.short_measures import COARSE_FROM
from assessments.surveys.suppression import Shape, residuals
from assessments.surveys.tests.test_release import layout, plan_of
from assessments.surveys.tests.test_suppression import campaigns

LEFT_OUT = 0


def spreads(plan, unit=0):
    return (plan.items[unit]["spread"] != Spread.TOO_FEW).tolist()


def test_t41_a_whole_number_would_tell_the_answer_of_one_who_left_the_other_statement_out():
    plans = [plan_of([(4, 3)] * 11 + [(answer, LEFT_OUT)]) for answer in range(1, 6)]

    said = {scoring.whole(plan.constructs[0, 0]["index"]) for plan in plans}
    assert len(said) >= 4, "or there is nothing to protect"
    for plan in plans:
        assert spreads(plan) == [False, False]
        assert plan.items[0]["counts"].sum() == 0
        assert (plan.items[0]["hidden"] == Hidden.NO).all(), "the favourable shares stay"


@pytest.mark.parametrize(
    ("people", "are_shown"),
    [
        ([(4, 3)] * 12, True),
        ([(4, 3)] * 11 + [(2, LEFT_OUT)] * 4, False),
        ([(4, 3)] * 11 + [(2, LEFT_OUT)] * 5, True),
        ([(4, 3)] * COARSE_FROM + [(2, LEFT_OUT)], True),
        ([(4, 3, 2)] * 11 + [(2, 5, LEFT_OUT)], False),
        ([(4, 3, 2)] * 11 + [(LEFT_OUT, LEFT_OUT, 1)], False),
        ([(4, 3, 2, 1)] * 11 + [(2, 5, 1, LEFT_OUT)], True),
        ([(4,)] * 12, True),
    ],
)
def test_t41_spreads_need_as_many_who_left_a_statement_out_as_a_group_has(people, are_shown):
    varied = [*people, tuple(5 for _ in people[0])]  # a spread of answers that are all alike is another matter

    assert spreads(plan_of(varied)) == [are_shown] * len(people[0])


def test_t41_who_left_a_statement_out_is_not_left_over_when_the_teams_are_subtracted():
    team, one = [(4, 3)] * 11, [(2, LEFT_OUT)]
    vectors = [*team, (1, 1), *team, (1, 1), *team, *one, (1, 1)]
    homes = [1] * 12 + [2] * 12 + [3] * 13

    plan = plan_of(vectors, homes, parents=(-1, 0, 0, 0))

    assert [spreads(plan, unit)[0] for unit in range(4)] == [False, True, True, False]


@settings(max_examples=60)
@given(campaigns(), st.integers(0, 10**6), st.integers(2, 3))
def test_t41_no_tree_leaves_a_few_who_left_a_statement_out(campaign, seed, statements):
    parents, own, _ = campaign
    random, k = np.random.default_rng(seed), 5
    homes = np.repeat(np.arange(len(own)), np.array(own) * 2)
    vectors = random.integers(1, 6, (len(homes), statements)).astype(np.uint8)
    vectors[random.random(vectors.shape) < 0.1] = LEFT_OUT

    plan = plan_of(vectors, homes, parents=tuple(parents), k=k, form=layout(statements))

    answered = np.count_nonzero(vectors, axis=1)
    few = np.bincount(homes[(answered > 0) & (answered < statements)], minlength=len(own)).tolist()
    for statement in range(statements):
        shown = plan.items["spread"][:, statement] != Spread.TOO_FEW
        n = Shape(tuple(parents)).sums(np.bincount(homes[vectors[:, statement] > 0], minlength=len(own)))
        for rest, is_shown, people in zip(residuals(parents, few, shown), shown, n, strict=True):
            assert not is_shown or rest == 0 or rest >= k or people >= COARSE_FROM
