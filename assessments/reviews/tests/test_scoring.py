"""The rules of docs/method.md, section 12, by name."""

from datetime import date
from decimal import Decimal

import pytest

from assessments.reviews import scoring
from assessments.reviews.scoring import Line, Source

E21 = [Line(2, 3, is_focus=True), Line(4, 3), Line(None, 2), Line(1, 0)]


def test_e21_gap_and_fit():
    assert [line.gap for line in E21] == [-1, 1, None, None]
    assert [line.shortfall for line in E21] == [1, 0, 0, 0]
    assert scoring.assessed_share(E21) == Decimal("0.75")
    fit = scoring.fit_share(E21)
    assert fit is not None
    assert round(fit, 6) == Decimal("0.777778")
    assert round(fit * 100) == 78


def test_fit_is_shown_from_seventy_percent_of_the_weight():
    just_enough = [Line(3, 3, is_focus=True)] * 3 + [Line(3, 3)] + [Line(None, 3)] * 3  # 7 of 10
    too_little = [Line(3, 3, is_focus=True)] * 3 + [Line(None, 3)] * 3  # 6 of 9

    assert scoring.fit_share(just_enough) == 1
    assert scoring.fit_share(too_little) is None


def test_a_surplus_never_offsets_a_shortfall():
    assert scoring.fit_share([Line(5, 2), Line(1, 2)]) == Decimal("0.75")


def test_nothing_required_gives_no_fit():
    assert scoring.fit_share([Line(3, 0), Line(4, None)]) is None
    assert scoring.assessed_share([]) is None


def test_level_zero_counts_and_not_assessed_is_left_out():
    assert Line(0, 3).gap == -3
    assert Line(None, 3).gap is None
    assert scoring.fit_share([Line(0, 3), Line(3, 3)]) == Decimal("0.5")


@pytest.mark.parametrize(
    ("agreed", "manager", "own", "counts"),
    [
        (3, 2, 4, (3, Source.AGREED)),
        (0, 2, 4, (0, Source.AGREED)),
        (None, 2, 4, (2, Source.MANAGER)),
        (None, None, 4, (4, Source.OWN)),
        (None, None, None, (None, None)),
    ],
)
def test_the_level_that_counts_is_agreed_else_managers_else_own(agreed, manager, own, counts):
    assert scoring.counting_level(agreed, manager, own) == counts


@pytest.mark.parametrize(
    ("own", "manager", "is_worth_it"),
    [(2, 4, True), (4, 2, True), (3, 4, False), (0, 2, True), (None, 4, False), (4, None, False)],
)
def test_two_levels_apart_either_way_is_worth_talking_about(own, manager, is_worth_it):
    assert scoring.is_worth_talking_about(own, manager) is is_worth_it


def test_suggested_focus_is_the_largest_weighted_shortfall_and_the_first_of_equals():
    assert scoring.suggested_focus([Line(2, 3), Line(2, 3, is_focus=True), Line(1, 3)]) == 1
    assert scoring.suggested_focus([Line(3, 3), Line(4, 3)]) is None
    assert scoring.suggested_focus([]) is None


@pytest.mark.parametrize(
    ("level", "previous", "is_needed"),
    [
        (4, None, True),
        (5, 5, True),
        (3, None, False),
        (3, 1, True),
        (1, 3, True),
        (2, 1, False),
        (None, 4, False),
        (0, 2, True),
    ],
)
def test_an_example_is_needed_at_four_and_five_and_for_a_jump_of_two(level, previous, is_needed):
    assert scoring.needs_example(level, previous) is is_needed


@pytest.mark.parametrize(
    ("level", "required", "asks"),
    [(2, 3, True), (3, 3, False), (0, 1, True), (None, 3, False), (1, 0, False), (1, None, False)],
)
def test_person_or_context_is_asked_for_every_gap(level, required, asks):
    assert scoring.asks_context(level, required) is asks


@pytest.mark.parametrize(
    ("level", "earlier", "has"),
    [
        (3, [(2, date(2026, 4, 1))], True),  # 91 days
        (3, [(2, date(2026, 4, 2))], True),  # 90 days
        (3, [(2, date(2026, 4, 3))], False),
        (3, [(2, date(2025, 7, 1)), (3, date(2026, 6, 1))], True),  # the one of a month ago is too young to count
        (3, [(2, date(2024, 4, 1)), (3, date(2025, 4, 1))], False),
        (3, [(3, date(2025, 4, 1))], False),
        (3, [], False),
    ],
)
def test_moved_up_is_one_level_more_after_ninety_days(level, earlier, has):
    assert scoring.has_moved_up(level, date(2026, 7, 1), earlier) is has


def test_a_unit_has_a_share_at_level_and_a_mean_shortfall_of_those_assessed():
    lines = [Line(3, 3), Line(1, 3), Line(4, 3), Line(None, 3)]

    assert scoring.share_at_level(lines) == Decimal(2) / 3
    assert scoring.mean_shortfall(lines) == Decimal(2) / 3
    assert scoring.share_at_level([Line(None, 3)]) is None
    assert scoring.mean_shortfall([]) is None


def _activity(kind, *levels):
    return {"kind": kind, "for_levels": list(levels)}


def test_learning_is_suggested_for_the_level_being_moved_into():
    two, three = _activity("coaching", 2), _activity("on_the_job", 3)

    assert scoring.suggested_learning([two, three], 2) == [three]


def test_one_of_three_suggestions_is_not_formal_training():
    formal = [_activity("formal_training", 3) for _ in range(3)]
    coaching = _activity("coaching", 3)

    assert scoring.suggested_learning([*formal, coaching], 2) == [formal[0], formal[1], coaching]
    assert scoring.suggested_learning(formal, 2) == formal
