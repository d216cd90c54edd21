"""The worked examples of method.md, sections 1, 3 and 4, by name."""

import statistics

import numpy as np
import pytest

from assessments.surveys import scoring
from assessments.surveys.scoring import Band


def test_e1_reversed_items_are_turned_and_not_applicable_is_left_out():
    answers = [4, None, 5, 4, 3, scoring.recoded(2, is_reversed=True)]

    score = scoring.person_score(answers)

    assert score == 4.0
    assert scoring.whole(scoring.index(score)) == 75


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ([4, 4, None, None, None, None], None),
        ([4, 4, scoring.recoded(1, is_reversed=True), None, None, None], 13 / 3),
        ([3, None, 5, None, 4], 4.0),
        ([3, None, 5, None, None], None),
        ([3, 5, None], 4.0),
        ([3, None, None], None),
        ([4, None], 4.0),
        ([None, None], None),
    ],
)
def test_e2_a_score_needs_half_of_the_items(answers, score):
    assert scoring.person_score(answers) == score


def test_e2_index_of_a_third():
    assert scoring.displayed(scoring.index(13 / 3), 2) == scoring.Decimal("83.33")


def test_e3_unit_index_rounds_half_up_and_takes_its_band_from_the_rounded_number():
    index = scoring.index(statistics.fmean([4.0, 3.5, 5.0, 2.5, 4.5]))

    assert index == pytest.approx(72.5)
    assert scoring.whole(index) == 73
    assert scoring.band(index) is Band.GOOD


def test_e4_item_shares_may_add_up_to_101():
    valid = [a for a in [5, 4, 4, 3, 2, None, 4, 1, None, 5] if a is not None]
    shares = [
        100 * sum(a >= scoring.FAVOURABLE_FROM for a in valid) / len(valid),
        100 * sum(a == scoring.NEUTRAL for a in valid) / len(valid),
        100 * sum(a < scoring.NEUTRAL for a in valid) / len(valid),
    ]

    assert [scoring.whole(share) for share in shares] == [63, 13, 25]


@pytest.mark.parametrize(("now", "before", "shown"), [(72.6, 71.5, (73, 72, "+1")), (70.4, 69.5, (70, 70, "+1"))])
def test_e5_differences_come_from_unrounded_values(now, before, shown):
    assert (scoring.whole(now), scoring.whole(before), scoring.signed(now - before)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(71.49999999999, 72), (71.4999, 71), (71.5, 72), (-2.5, -3), (-2.4, -2), (0.0, 0), (np.float64(72.5), 73)],
)
def test_numbers_round_half_away_from_zero_after_a_guard(value, shown):
    assert scoring.whole(value) == shown


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (0, "low"),
        (49.4, "low"),
        (49.5, "mixed"),
        (64.4, "mixed"),
        (64.5, "good"),
        (79.49, "good"),
        (79.5, "strong"),
        (100, "strong"),
    ],
)
def test_bands_follow_the_displayed_number(value, band):
    assert scoring.band(value) == band


def test_e7_share_with_and_without_the_correction_for_a_group_asked_as_a_whole():
    assert scoring.wilson(13, 20, 25) == pytest.approx((0.550, 0.738), abs=0.0005)
    assert scoring.wilson(13, 20) == pytest.approx((0.433, 0.819), abs=0.0005)
    assert scoring.wilson(13, 20, 20) == (0.65, 0.65)


def test_e8_margin_of_an_index():
    people = [50, 62.5, 75, 75, 87.5, 100]

    margin = scoring.index_margin(statistics.stdev(people), len(people), 10)

    assert float(margin) == pytest.approx(12.4, abs=0.05)
    assert scoring.index_margin(statistics.stdev(people), 6, 6) == 0


def test_e9_a_clear_difference_between_two_groups():
    a = [60, 70, 80, 75, 65, 70, 85, 55, 75, 65]
    b = [50, 60, 65, 55, 70, 45, 60, 65, 55, 50, 60, 65]
    numbers = (statistics.fmean(a), statistics.stdev(a), len(a), statistics.fmean(b), statistics.stdev(b), len(b))

    assert float(scoring.difference_limit(numbers[1], 10, numbers[4], 12)) == pytest.approx(7.59, abs=0.01)
    assert scoring.clear_difference(*numbers) == 1
    assert scoring.clear_difference(*numbers[3:], *numbers[:3]) == -1


@pytest.mark.parametrize(
    ("gap", "sd", "n"),
    [(4.9, 1.0, 50), (20.0, 10.0, 9), (20.0, 0.0, 50), (6.0, 30.0, 20)],
    ids=["below five points", "fewer than ten people", "nothing varies", "within chance"],
)
def test_no_flag_for(gap, sd, n):
    assert scoring.clear_difference(60.0 + gap, sd, n, 60.0, sd, n) == 0


def test_t_quantiles_by_series_are_close_to_the_tables():
    assert scoring.t_quantile(0.975, 9) == pytest.approx(2.26216, abs=2e-4)
    assert scoring.t_quantile(0.975, 5) == pytest.approx(2.57058, abs=1e-3)
    assert scoring.t_quantile(0.995, 9) == pytest.approx(3.24984, abs=1e-3)
    assert scoring.t_quantile(0.975, 30) == pytest.approx(2.04227, abs=2e-5)


def test_e10_people_who_see_it_very_much_alike():
    answers = np.array([(4, 4, 5), (4, 5, 4), (5, 4, 4), (4, 4, 4), (3, 4, 4)])

    value = float(scoring.agreement(answers.var(axis=0, ddof=1).mean(), 3))

    assert value == pytest.approx(2.55 / 2.70)
    assert scoring.displayed(value, 2) == scoring.Decimal("0.94")
    assert scoring.agreement_word(value) == "very much alike"


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0, "very differently"),
        (0.304, "very differently"),
        (0.31, "differently"),
        (0.55, "partly alike"),
        (0.904, "alike"),
        (0.91, "very much alike"),
    ],
)
def test_words_for_agreement_follow_the_rounded_value(value, word):
    assert scoring.agreement_word(value) == word


def test_worse_agreement_than_chance_counts_as_none():
    assert scoring.agreement(3.1, 5) == 0


def test_exact_scale_makes_every_mean_whole():
    assert scoring.exact_scale(6) == 60
    assert all((total * 60) % answered == 0 for answered in range(1, 7) for total in range(1, 31))
