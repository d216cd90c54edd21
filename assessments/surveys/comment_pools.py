"""Under which unit a comment is released: the smallest one whose own pool is large enough to hide its writers in.

A pool is what a unit keeps for itself: the comments of people who are in no pool further down. Every pool stands for at
least `people` respondents and holds at least `comments` comments, so reading a unit beside the units below it never
leaves a smaller rest (docs/method.md, section 2).
"""

from collections.abc import Sequence


def pools(
    parents: Sequence[int],
    respondents: Sequence[int],
    written: Sequence[int],
    may_show: Sequence[bool],
    *,
    people: int = 10,
    comments: int = 5,
) -> list[int]:
    """For each unit the unit under which its comments are released, -1 where they cannot be.

    `respondents` and `written` count people and comments directly in a unit. Bottom-up a unit opens a pool as soon as
    what has gathered there is enough; what is left over at the top takes in the smallest pools until it is enough.
    """
    count = len(parents)
    heads, texts = list(respondents), list(written)
    opens = [False] * count
    for unit in range(count - 1, -1, -1):
        opens[unit] = may_show[unit] and heads[unit] >= people and texts[unit] >= comments
        if not opens[unit] and unit:
            heads[parents[unit]] += heads[unit]
            texts[parents[unit]] += texts[unit]
    if not may_show[0]:
        return [-1] * count
    _fill_top(parents, opens, heads, texts, people, comments)
    released = [-1] * count
    for unit in range(count):
        released[unit] = unit if opens[unit] else released[parents[unit]] if unit else -1
    return released


def _fill_top(
    parents: Sequence[int], opens: list[bool], heads: list[int], texts: list[int], people: int, comments: int
) -> None:
    """Dissolve pools into the top one, smallest first, while it holds some comments but not enough."""
    while not opens[0] and texts[0]:
        next_below = [unit for unit in range(1, len(parents)) if opens[unit] and _pool_above(parents, opens, unit) <= 0]
        if not next_below:
            return
        smallest = min(next_below, key=lambda unit: (heads[unit], texts[unit], unit))
        opens[smallest] = False
        heads[0] += heads[smallest]
        texts[0] += texts[smallest]
        opens[0] = heads[0] >= people and texts[0] >= comments


def _pool_above(parents: Sequence[int], opens: Sequence[bool], unit: int) -> int:
    """The nearest pool above a unit; -1 where there is none."""
    unit = parents[unit]
    while unit >= 0 and not opens[unit]:
        unit = parents[unit]
    return unit
