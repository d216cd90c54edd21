"""Groups of at least three, else folded, else hidden (P17): examples, and every small case tried out."""

from itertools import pairwise, product

import pytest

from assessments.reviews import folding
from assessments.reviews.folding import GROUPS, Part, View

P, R, E, O = Part.PEERS, Part.REPORTS, Part.EXTERNALS, Part.OTHERS  # noqa: E741 - the four parts in a table


@pytest.mark.parametrize(
    ("asked", "shown_as"),
    [
        ({P: 4, R: 3}, {P: P, R: R}),
        ({P: 4, R: 2, E: 1}, {P: P, R: O, E: O}),
        ({P: 5, R: 3, E: 1}, {P: P, R: O, E: O}),  # one external alone could never be shown: the smaller group joins
        ({P: 4, E: 1}, {P: O, E: O}),
        ({P: 2}, {P: O}),
        ({P: 1, R: 1}, {P: O, R: O}),
        ({P: 3, R: 0}, {P: P}),
        ({}, {}),
    ],
)
def test_p17_groups_that_could_never_be_shown_alone_are_put_together_by_numbers_asked(asked, shown_as):
    assert folding.plan(asked) == shown_as


def test_p17_a_cycle_may_ask_for_larger_groups():
    assert folding.plan({P: 4, R: 5}, fewest=5) == {P: O, R: O}
    assert folding.fold({P: [3, 3, 3, 3]}, fewest=5) == []


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({P: [3, 4, 4], R: [2, 2, 3, 5]}, [View(P, 3, 367), View(R, 4, 300)]),
        ({P: [3, 3, 4], R: [1, 5]}, [View(P, 3, 333)]),
        ({P: [3, 3], R: [1, 5]}, [View(O, 4, 300)]),
        ({P: [3, 3, 3], O: [2, 2, 3, 4]}, [View(P, 3, 300), View(O, 4, 275)]),
        ({P: [1, 1], O: [2]}, [View(O, 3, 133)]),
        ({P: [1], R: [2]}, []),
        ({P: []}, []),
        ({}, []),
    ],
)
def test_p17_parts_with_too_few_answers_are_folded_or_not_shown(answers, shown):
    assert folding.fold(answers) == shown


def test_blind_spots_and_hidden_strengths_are_a_whole_level_apart():
    assert folding.together([View(P, 3, 367), View(R, 4, 300)]) == 329
    assert folding.together([]) is None
    assert folding.is_blind_spot(4, 300)
    assert not folding.is_blind_spot(4, 301)
    assert folding.is_hidden_strength(2, 300)
    assert not folding.is_hidden_strength(2, 299)
    assert not folding.is_blind_spot(None, 300)
    assert not folding.is_hidden_strength(3, None)


# --- every small case -------------------------------------------------------------------------------------------------

SIZES = [sizes for sizes in product(range(5), repeat=3) if sum(sizes) <= 7]
Levels = tuple[int | None, ...]  # by rater; None has not answered


def everybody(sizes):
    """The group of each rater, in order."""
    return [group for group, size in zip(GROUPS, sizes, strict=True) for _ in range(size)]


def released(groups: list[Part], levels: Levels):
    parts = folding.plan({group: groups.count(group) for group in GROUPS})
    answers: dict[Part, list[int]] = {part: [] for part in parts.values()}
    for group, level in zip(groups, levels, strict=True):
        if level is not None:
            answers[parts[group]].append(level)
    return folding.fold(answers), parts


def test_p17_t51_every_number_rests_on_three_answers_or_more():
    """Levels that are powers of ten tell exactly who is counted where."""
    for sizes in SIZES:
        groups = everybody(sizes)
        for who in product([False, True], repeat=len(groups)):
            levels = tuple(10**place if answered else None for place, answered in enumerate(who))
            counted: list[int] = []
            for view in released(groups, levels)[0]:
                total = round(view.hundredths * view.raters / 100)
                inside = [place for place in range(len(groups)) if total // 10**place % 10]
                assert len(inside) == view.raters >= folding.FEWEST, sizes
                counted += inside
            assert len(counted) == len(set(counted)), sizes  # apart from each other: no difference is a smaller group
            assert all(who[place] for place in counted)


def test_t51_no_number_tells_whether_one_named_rater_has_answered():
    """Two raters of one part may change places, and answers that are not shown may as well not exist."""
    for sizes in SIZES:
        groups = everybody(sizes)
        for levels in product([None, 1, 4], repeat=len(groups)) if len(groups) < 6 else []:
            shown, parts = released(groups, levels)
            for one, other in pairwise(range(len(groups))):
                if parts[groups[one]] is parts[groups[other]] and levels[one] != levels[other]:
                    swapped = list(levels)
                    swapped[one], swapped[other] = levels[other], levels[one]
                    assert released(groups, tuple(swapped))[0] == shown, (sizes, levels)
            if shown and sum(level is not None for level in levels) > sum(view.raters for view in shown):
                named = {view.part for view in shown}
                silent = tuple(
                    level if parts[group] in named else None for group, level in zip(groups, levels, strict=True)
                )
                assert released(groups, silent)[0] == shown, (sizes, levels)


def test_p17_what_can_be_shown_is_shown():
    """Over-hiding is a fault too: when three or more are asked and all answer, every one of them counts."""
    for sizes in SIZES:
        groups = everybody(sizes)
        shown, _ = released(groups, (3,) * len(groups))

        assert bool(shown) is folding.can_be_shown(dict(zip(GROUPS, sizes, strict=True)))
        assert sum(view.raters for view in shown) in (0, len(groups)), sizes
