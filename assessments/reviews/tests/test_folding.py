"""Groups of at least three, else folded, else hidden (P17): examples, and every small case tried out."""

from itertools import combinations, product

import pytest

from assessments.reviews import folding
from assessments.reviews.folding import GROUPS, Part, View

P, R, E, O = Part.PEERS, Part.REPORTS, Part.EXTERNALS, Part.OTHERS  # noqa: E741 - the four parts in a table


@pytest.mark.parametrize(
    ("asked", "shown_as"),
    [
        ({P: 4, R: 3}, {P: P, R: R}),
        ({P: 4, R: 2, E: 1}, {P: P, R: O, E: O}),
        ({P: 5, R: 1}, {P: O, R: O}),  # one report alone could never be shown: the colleagues join
        ({P: 5, R: 1, E: 1}, {P: O, R: O, E: E}),
        ({P: 2, R: 2, E: 1}, {P: O, R: O, E: E}),
        ({P: 5, R: 3, E: 1}, {P: P, R: R, E: E}),
        ({P: 4, E: 1}, {P: P, E: E}),
        ({P: 1, R: 1, E: 1}, {P: O, R: O, E: O}),
        ({P: 2}, {P: O}),
        ({P: 1, R: 1}, {P: O, R: O}),
        ({P: 3, R: 0}, {P: P}),
        ({}, {}),
    ],
)
def test_p17_groups_that_could_never_be_shown_alone_are_put_together_by_numbers_asked(asked, shown_as):
    assert folding.plan(asked) == shown_as


def test_p17_t51_a_part_in_which_too_few_are_asked_is_never_looked_at():
    assert folding.countable({P: 4, E: 1}) == {P: P}
    assert folding.countable({P: 5, R: 1, E: 2}) == {P: P, R: O, E: O}
    assert folding.countable({P: 2}) == {}


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


def released(groups: list[Part], levels: Levels, *, is_for_externals: bool = True):
    """What is shown of one competency; externals are asked about some only."""
    parts = folding.countable({group: groups.count(group) for group in GROUPS})
    answers: dict[Part, list[int]] = {part: [] for part in parts.values()}
    for group, level in zip(groups, levels, strict=True):
        if level is not None and group in parts and (is_for_externals or group is not E):
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
    """Two raters of one part may change places, and answers that are not shown may as well not exist.

    Seen over two competencies, of which externals are asked about one: what is shown of both stays the same.
    """

    def both(groups, levels):
        return [released(groups, levels, is_for_externals=asked)[0] for asked in (True, False)]

    for sizes in SIZES:
        groups = everybody(sizes)
        parts = folding.countable(dict(zip(GROUPS, sizes, strict=True)))
        for levels in product([None, 1, 4], repeat=len(groups)) if len(groups) < 6 else []:
            shown = both(groups, levels)
            for one, other in combinations(range(len(groups)), 2):
                part = parts.get(groups[one])
                if part and part is parts.get(groups[other]) and levels[one] != levels[other]:
                    swapped = list(levels)
                    swapped[one], swapped[other] = levels[other], levels[one]
                    assert both(groups, tuple(swapped)) == shown, (sizes, levels)
            silent = tuple(level if group in parts else None for group, level in zip(groups, levels, strict=True))
            assert both(groups, silent) == shown, (sizes, levels)


def test_p17_what_can_be_shown_is_shown():
    """Over-hiding is a fault too: when all answer, everybody counts in whose part enough are asked."""
    for sizes in SIZES:
        groups = everybody(sizes)
        shown, parts = released(groups, (3,) * len(groups))

        assert sum(view.raters for view in shown) == sum(group in parts for group in groups), sizes
        hidden = [group for group in groups if group not in parts]
        assert len(hidden) < 2 * folding.FEWEST, sizes
        if sizes[0] + sizes[1] >= folding.FEWEST:
            assert {P, R} & set(parts) == {P, R} & set(groups), sizes
