"""The worked examples of the method that look at answers together: reliability, drivers, readiness, balance."""

import numpy as np
import pytest

from assessments.surveys import drivers, readiness, reliability
from assessments.surveys.scoring import signed, whole


def approx(value):
    return pytest.approx(value, abs=5e-5)


def test_e11_how_far_units_differ():
    groups = [np.array(group, float) for group in ((4, 5, 3), (2, 3, 1), (4, 4, 4))]

    first, second = reliability.icc(groups)

    assert (first, second) == (approx(0.6250), approx(0.8333))


def test_units_that_do_not_differ_have_no_second_figure():
    same = [np.array([3.0, 3.0]), np.array([3.0, 3.0])]

    assert reliability.icc(same) == (None, None)
    assert reliability.icc([np.array([1.0, 2.0])]) == (None, None)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (0.04, 0.9, "Units look alike on this C. Act for the whole organisation."),
        (0.05, 0.69, "Unit averages are not firm enough to rank."),
        (0.2, 0.7, "Unit averages are firm enough to compare."),
    ],
)
def test_words_for_units(first, second, words):
    assert reliability.icc_words(first, second) == words


def test_e12_two_predictors_share_what_they_explain():
    explained, shares = drivers.shapley(np.array([[1, 0.4], [0.4, 1]]), np.array([0.6, 0.5]))

    assert float(explained) == approx(0.4405)
    assert shares.tolist() == [approx(0.2752), approx(0.1652)]
    assert [whole(100 * share / float(explained)) for share in shares] == [62, 38]


def test_e13_interval_of_a_correlation():
    low, high = drivers.link(0.50, 52)

    assert (low, high) == (approx(0.2630), approx(0.6801))
    assert (round(low, 2), round(high, 2)) == (0.26, 0.68)


def sample(n, predictors=7, seed=1):
    random = np.random.default_rng(seed)
    data = random.normal(size=(n, predictors))
    return data, data[:, 0] + 0.6 * data[:, 1] + random.normal(size=n)


NAMES = [f"C{number}" for number in range(7)]


def test_drivers_are_refused_with_a_reason():
    few, outcome = sample(29)
    early = drivers.analyse(*sample(110), NAMES, seed=1)
    flat, _ = sample(120)
    twin, result = sample(120)
    twin[:, 3] = twin[:, 2]
    noise = np.random.default_rng(5).normal(size=4000)

    assert drivers.fewest_answers(7) == 111
    assert drivers.analyse(few, outcome, NAMES, seed=1).refusal == (
        "Not enough answers to say what goes with the outcome."
    )
    assert early.refusal.startswith("Early signs")
    assert (len(early.links), early.shares) == (7, ())
    assert "the outcome" in drivers.analyse(flat, np.ones(120), NAMES, seed=1).refusal
    assert "C2 and C3 move as one" in drivers.analyse(twin, result, NAMES, seed=1).refusal
    assert "too little" in drivers.analyse(sample(4000)[0], noise, NAMES, seed=1).refusal


def test_drivers_share_what_is_explained_and_say_what_is_firm():
    found = drivers.analyse(*sample(300), NAMES, seed=7)

    assert found.refusal == ""
    assert sum(found.shares) == pytest.approx(1)
    assert found.firm == (True, True, *[False] * 5)
    assert found == drivers.analyse(*sample(300), NAMES, seed=7), "the same answers always give the same page"


@pytest.mark.parametrize(
    ("share", "index", "field"),
    [(0.2, 50, "Look here first"), (0.2, 70, "Protect"), (0.1, 50, "Improve when cheap"), (0.1, 70, "Keep")],
)
def test_priority_grid(share, index, field):
    assert drivers.priority(share, 7, index, 60) == field


E14 = np.array([(2, 3, 3), (4, 4, 5), (3, 3, 4), (5, 4, 4), (1, 2, 2)], float)


def test_e14_alpha_and_item_rest_correlations():
    assert reliability.alpha(E14) == approx(0.9231)
    assert reliability.item_rest(E14) == [approx(0.9042), approx(0.9625), approx(0.8633)]


def test_e15_omega_and_the_loadings_come_back():
    wanted = [0.8, 0.7, 0.6, 0.5]
    implied = np.outer(wanted, wanted)
    np.fill_diagonal(implied, 1)

    assert reliability.omega_of(wanted) == approx(0.7494)
    assert reliability.loadings(implied) == [approx(loading) for loading in wanted]


def test_what_does_not_vary_has_no_reliability():
    flat = np.full((40, 4), 3.0)

    assert reliability.alpha(flat) is None
    assert reliability.omega(flat) is None
    assert reliability.item_rest(flat) == [None] * 4


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-0.1, "Check the reverse item."),
        (0.59, "Read the items one by one, not the total."),
        (0.60, "Usable with care."),
        (0.70, "Hangs together."),
        (0.90, "Items may repeat each other."),
    ],
)
def test_words_for_alpha(value, words):
    assert reliability.alpha_words(value) == words


def test_a_weak_reversed_item_is_proposed_to_retire():
    assert reliability.item_words(0.19, is_reversed=True).endswith("propose to retire it.")
    assert reliability.item_words(0.29, is_reversed=False) == "Does not fit well with the others."
    assert reliability.item_words(0.30, is_reversed=False) == ""


def test_e16_recommendation_score():
    found = readiness.recommendation(12, 8, 30)

    assert (found.score, found.standard_error, found.margin) == (approx(13.3333), approx(14.7070), approx(28.8257))
    assert (signed(found.score), whole(found.standard_error * 100) / 100, whole(found.margin)) == ("+13", 14.71, 29)
    assert (signed(found.low), signed(found.high)) == ("−15", "+42")
    assert readiness.recommendation(12, 8, 30, 30).margin == 0


def test_e18_the_first_step_at_three_or_less_is_the_barrier():
    assert readiness.barrier([4.5, 3.5, 3.0, 2.0, 3.5]) == 2
    assert readiness.barrier([4.5, 3.5, 3.1, 3.2, 3.5]) == readiness.NONE
    assert readiness.barrier([4.5, None, 3.0, 2.0, 3.5]) == readiness.UNCLEAR
    assert readiness.barrier([2.0, None, 3.0, 2.0, 3.5]) == 0
    assert readiness.group_barrier([4.0, 4.0, None, 2.0, 2.0]) is None


def test_e19_balance_of_drive_and_resistance():
    found = readiness.balance(4.2, 3.4, 2.6, 2.8)

    assert found.drive == approx(57.6900)
    assert (whole(found.drive), whole(found.resistance), signed(found.balance)) == (58, 45, "+13")
    assert found.balance == approx(12.6900)
    assert found.words == "finely balanced"
    assert (found.weakest, whole(found.factors[2]), found.is_blocked) == (2, 40, False)


def test_a_factor_at_nothing_stops_the_drive():
    found = readiness.balance(5, 5, 1, 2)

    assert found.drive == 0
    assert found.is_blocked
    assert found.words == "resistance outweighs drive"
