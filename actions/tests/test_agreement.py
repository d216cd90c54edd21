"""The pure rules: verdicts by method.md 3.4, agreement of a round."""

from statistics import fmean, stdev

import pytest

from actions import agreement
from actions.agreement import Verdict
from assessments.surveys import scoring
from assessments.surveys.queries.since import spread_index

A = [60, 70, 80, 75, 65, 70, 85, 55, 75, 65]
B = [50, 60, 65, 55, 70, 45, 60, 65, 55, 50, 60, 65]


def flag(now, before) -> int:
    return int(scoring.clear_difference(fmean(now), stdev(now), len(now), fmean(before), stdev(before), len(before)))


def test_e9_a_change_of_11_67_points_outside_its_limit_is_better_and_the_other_way_round_worse():
    assert fmean(A) - fmean(B) == pytest.approx(11.6667, abs=1e-4)
    assert float(scoring.difference_limit(stdev(A), len(A), stdev(B), len(B))) == pytest.approx(7.59, abs=0.01)
    assert agreement.verdict(flag(A, B), len(A), len(B)) is Verdict.BETTER
    assert agreement.verdict(flag(B, A), len(B), len(A)) is Verdict.WORSE


def test_e5_a_difference_that_shows_as_one_point_is_no_clear_change():
    now = [72.6 + spread for spread in (-10, 10) * 10]
    before = [71.5 + spread for spread in (-10, 10) * 10]

    assert scoring.signed(fmean(now) - fmean(before)) == "+1"
    assert agreement.verdict(flag(now, before), 20, 20) is Verdict.NO_CLEAR_CHANGE


@pytest.mark.parametrize(("n_before", "n_now"), [(9, 30), (30, 9), (5, 5)])
def test_below_ten_answers_nothing_is_said_however_large_the_change(n_before, n_now):
    assert agreement.verdict(1, n_before, n_now) is Verdict.CANNOT_SAY
    assert agreement.verdict(0, n_before, n_now) is Verdict.CANNOT_SAY


def test_e4_counts_of_a_statement_give_its_index():
    mean, sd, n = spread_index([1, 1, 1, 3, 2])

    answers = [5, 4, 4, 3, 2, 4, 1, 5]
    assert n == 8
    assert mean == pytest.approx(fmean((answer - 1) * 25 for answer in answers))
    assert sd == pytest.approx(stdev((answer - 1) * 25 for answer in answers))


def test_entries_are_the_same_whatever_their_capitals_and_points():
    answers = [["Fast replies!", "price"], ["fast  replies", "Fast replies"], ["Visits"]]

    assert agreement.shared_entries(answers) == [("Fast replies!", 2)]


@pytest.mark.parametrize(
    ("rankings", "value"),
    [
        ([list("abc"), list("abc"), list("abc")], 1.0),
        ([list("abc"), list("cba")], 0.0),
        ([list("abcd"), list("abdc"), list("bacd")], 0.8222),
    ],
)
def test_kendalls_w_by_hand(rankings, value):
    assert agreement.concordance(rankings) == pytest.approx(value, abs=1e-4)


def test_one_ranking_alone_or_of_other_things_has_no_concordance():
    assert agreement.concordance([list("abc")]) is None
    assert agreement.concordance([list("abc"), list("abd")]) is None


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.3, "very differently"), (0.304, "very differently"), (0.7, "partly alike"), (0.94, "very much alike")],
)
def test_e10_words_follow_the_value_rounded_to_two_decimals(value, word):
    assert agreement.concordance_word(value) == word


def test_what_people_say_names_the_silent_ones():
    assert agreement.said_alike(["same", "same", ""], 4) == "2 of 4 say: we mean the same; 2 have not said"
    assert agreement.said_alike(["", ""], 2) == ""
