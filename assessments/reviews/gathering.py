"""Levels of many people as counts by unit, so that nobody's level can be worked out: plain arithmetic, no Django.

Source: docs/method.md, section 12; why: docs/decisions/024-levels-of-many.md. A *block* is the people of a shown unit who
are in no shown unit below it. Whatever is added to or subtracted from what is shown is a union of blocks.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assessments.surveys.suppression import Counts, Mask, Shape, nearest_shown, tightened


@dataclass(frozen=True)
class Person:
    """One assessed person in one competency. `place` is the unit's index in pre-order; `manager` reads them by name."""

    key: int
    place: int
    manager: int | None
    missing: int
    is_context: bool = False

    @property
    def is_at_level(self) -> bool:
        return self.missing == 0


@dataclass(frozen=True)
class Count:
    """What may be said of a unit with all below. `context_percent` is of the gaps; None when these are too few."""

    people: int
    at_level: int
    missing: int
    context_percent: int | None


def counts(parents: Sequence[int], people: Sequence[Person], k: int) -> list[Count | None]:
    """One competency in every unit; None where it may not be shown. `parents[i] < i`, the top unit is 0 under -1."""
    shape = Shape(tuple(parents))
    everywhere = np.ones(len(parents), bool)
    shown = safe_release(shape, people, k, everywhere, lambda person: person.is_at_level)
    gaps = [person for person in people if not person.is_at_level]
    shown_context = safe_release(shape, gaps, k, shown.copy(), lambda person: person.is_context)
    levels = _gathered(shape, shown, people, _levels_of_block)
    contexts = _gathered(shape, shown_context, gaps, _context_of_block)
    return [
        _count(levels[unit], contexts[unit] if shown_context[unit] else None, k) if shown[unit] else None
        for unit in range(len(parents))
    ]


def totals(parents: Sequence[int], people: Sequence[Person]) -> list[int]:
    """How many are assessed in each unit with all below, shown or not."""
    found = [0] * len(parents)
    for person in people:
        found[person.place] += 1
    for unit in range(len(parents) - 1, 0, -1):
        found[parents[unit]] += found[unit]
    return found


# --- which units --------------------------------------------------------------------------------------------------


Side = Callable[[Person], bool]


def safe_release(shape: Shape, people: Sequence[Person], k: int, candidates: Mask, side: Side) -> Mask:
    """The units that may be shown: every block holds nobody or at least k people, also for a manager who knows some.

    A manager reads their own reports by name and can take them off; whoever is left must again be nobody or k and more,
    and stand on both sides, or each of them would be known.
    A block that fails is given to the unit above it; the top one takes in its smallest neighbour instead.
    """
    own = np.bincount([person.place for person in people], minlength=len(shape.parents)).astype(np.int64)
    candidates = candidates.copy()
    while True:
        shown = tightened(shape, own[:, None], k, candidates[:, None])[:, 0]
        blocks = nearest_shown(shape.parents, shown)
        failing = [block for block, members in _members(blocks, people).items() if _is_known_too_well(members, k, side)]
        if not failing:
            return shown
        for block in failing:
            candidates[_to_give_up(block, shape, shown, own)] = False


def _members(blocks: Sequence[int], people: Sequence[Person]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    for person in people:
        if blocks[person.place] >= 0:
            found[blocks[person.place]].append(person)
    return found


def _is_known_too_well(members: Sequence[Person], k: int, side: Side) -> bool:
    """Whether some manager, who knows the reports among them and themselves, is left with too few, or all on one side."""
    known = Counter(person.manager for person in members)
    known_on = Counter(person.manager for person in members if side(person))
    on_one_side = known_on.total()
    by_key = {person.key: person for person in members}
    for manager, reports in known.items():
        if manager is None:
            continue
        left, left_on = len(members) - reports, on_one_side - known_on[manager]
        others, others_on = left, left_on
        if (own := by_key.get(manager)) and own.manager != manager:
            others, others_on = left - 1, left_on - side(own)
        if others and (left < k or not 0 < others_on < others):
            return True
    return False


def _to_give_up(block: int, shape: Shape, shown: Mask, own: Counts) -> int:
    if block > 0:
        return block
    over = nearest_shown(shape.parents, shown)
    sums = shape.sums(own)
    below = [unit for unit in np.flatnonzero(shown) if unit and over[shape.parents[unit]] == 0]
    return int(min(below, key=lambda unit: (sums[unit], unit), default=0))


# --- what is said of them -----------------------------------------------------------------------------------------


Sums = tuple[int, int, int]


def _gathered(
    shape: Shape, shown: Mask, people: Sequence[Person], of_block: Callable[[Sequence[Person]], Sums]
) -> Counts:
    """Sums of what `of_block` says of each block, per unit with all below."""
    own = np.zeros((len(shape.parents), 3), np.int64)
    for block, members in _members(nearest_shown(shape.parents, shown), people).items():
        own[block] = of_block(members)
    return shape.sums(own)


def _levels_of_block(members: Sequence[Person]) -> Sums:
    """People, those at the needed level, levels missing. One person is always counted on each side, so that a block in
    which all stand alike does not give every one of them away."""
    people = len(members)
    at_level = min(max(sum(person.is_at_level for person in members), 1), people - 1)
    missing = sum(person.missing for person in members)
    return people, at_level, 1 if at_level == people - 1 else missing


def _context_of_block(members: Sequence[Person]) -> Sums:
    """Gaps, those put down to the context with one on each side as above, and nothing."""
    gaps = len(members)
    return gaps, min(max(sum(person.is_context for person in members), 1), gaps - 1), 0


def _count(levels: Counts, context: Counts | None, k: int) -> Count:
    people, at_level, missing = (int(value) for value in levels)
    below = people - at_level
    percent = None
    if context is not None and below >= k:
        # of as many gaps as are shown: a share that only fits another number would give that number away
        percent = _rounded(100 * _rounded(below * int(context[1]) / int(context[0])) / below)
    return Count(people, at_level, missing, percent)


def _rounded(value: float) -> int:
    """Half up."""
    return int(value + 0.5)
