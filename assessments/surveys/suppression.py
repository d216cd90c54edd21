"""Which groups may be shown, so that no group smaller than k can be worked out from what is.

Units form a tree given in pre-order: `parents[i] < i`, the top unit is 0 with parent -1. Published units are nested or
disjoint, so the groups that adding and subtracting can isolate are unions of *residuals*: the people of a published unit
who are in no published unit below it. A release is safe if and only if every residual is 0 or at least k
(docs/method.md, section 2; proved against brute force in the tests).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

_NOWHERE = -1


@dataclass(frozen=True)
class Shape:
    """A unit tree in pre-order with what vectorised walks need."""

    parents: tuple[int, ...]

    @cached_property
    def above(self) -> Counts:
        return np.array(self.parents, dtype=np.int64)

    @cached_property
    def last(self) -> Counts:
        """The last unit of each subtree."""
        last = np.arange(len(self.parents), dtype=np.int64)
        for unit in range(len(self.parents) - 1, 0, -1):
            last[self.parents[unit]] = max(last[self.parents[unit]], last[unit])
        return last

    @cached_property
    def levels(self) -> list[Counts]:
        """Units by depth, the top one first."""
        depth = [0] * len(self.parents)
        for unit, parent in enumerate(self.parents):
            depth[unit] = depth[parent] + 1 if parent >= 0 else 0
        return [np.flatnonzero(np.array(depth) == level) for level in range(max(depth, default=-1) + 1)]

    def sums(self, own: Counts) -> Counts:
        """Totals of each unit with all below it; the first axis counts units."""
        running = np.concatenate([np.zeros((1, *own.shape[1:]), own.dtype), np.cumsum(own, axis=0)])
        return running[self.last + 1] - running[:-1]

    def own(self, totals: Counts) -> Counts:
        """What each unit adds to its subtree itself: `sums` undone."""
        own = totals.copy()
        np.subtract.at(own, self.above[1:], totals[1:])
        return own

    def nearest(self, shown: Mask) -> Counts:
        """Per column of `shown`: each unit itself if shown, else the nearest shown unit above; -1 where there is none."""
        nearest = np.where(shown, np.arange(len(self.parents))[:, None], _NOWHERE)
        for level in self.levels[1:]:
            nearest[level] = np.where(shown[level], nearest[level], nearest[self.above[level]])
        return nearest

    def rests(self, own: Counts, shown: Mask) -> Counts:
        """Residuals per column, bottom-up: what a unit and its hidden units below hold. 0 for hidden units."""
        left = own.astype(np.int64).copy()
        for level in reversed(self.levels[1:]):
            np.add.at(left, self.above[level], np.where(shown[level], 0, left[level]))
        return np.where(shown, left, 0)


def nearest_shown(parents: Sequence[int], shown: Sequence[bool] | Mask) -> list[int]:
    """For each unit itself if shown, else the nearest shown unit above; -1 where there is none."""
    nearest = [_NOWHERE] * len(parents)
    for unit, parent in enumerate(parents):
        nearest[unit] = unit if shown[unit] else (nearest[parent] if parent >= 0 else _NOWHERE)
    return nearest


def residuals(parents: Sequence[int], own: Sequence[int], shown: Sequence[bool] | Mask) -> list[int]:
    """People of each shown unit who are in no shown unit below it; 0 for hidden units."""
    left = [0] * len(parents)
    for people, stands_for in zip(own, nearest_shown(parents, shown), strict=True):
        if stands_for >= 0:
            left[stands_for] += people
    return left


def largest_safe(
    parents: Sequence[int],
    own: Sequence[int],
    k: int,
    *,
    allowed: Sequence[bool] | Mask | None = None,
    sizes: Sequence[int] | None = None,
    rank: Sequence[int] | None = None,
) -> Mask:
    """The safe release that shows most: the top unit first, then the number of units, then larger ones, then low rank.

    `own` counts the people directly in each unit, `allowed` the units that may be shown at all, `sizes` decides ties
    (by default the unit's total), `rank` the ties after that (by default the order given).

    Bottom-up, for each unit and each number s of people that its subtree leaves uncovered (0 to k, k meaning "k or
    more"): the best that can be shown below. A unit may be shown over s = 0 or s = k and then leaves nobody uncovered.
    """
    count = len(parents)
    totals = [int(people) for people in own]
    for unit in range(count - 1, 0, -1):
        totals[parents[unit]] += totals[unit]
    worth = _worth(sizes if sizes is not None else totals, rank)
    children: list[list[int]] = [[] for _ in range(count)]
    for unit in range(1, count):
        children[parents[unit]].append(unit)

    below: list[dict[int, int]] = [{}] * count  # s -> worth, before deciding on the unit itself
    above: list[dict[int, int]] = [{}] * count  # the same, seen from its parent
    paths: list[list[dict[int, tuple[int, int]]]] = [[]] * count
    for unit in range(count - 1, -1, -1):
        best, path = {min(k, int(own[unit])): 0}, []
        for child in children[unit]:
            best, step = _joined(best, above[child], k)
            path.append(step)
        below[unit], paths[unit] = best, path
        if totals[unit] >= k and (allowed is None or allowed[unit]):
            shown_worth = worth[unit] + max((best[s] for s in (0, k) if s in best), default=-1 << 200)
            if shown_worth > best.get(0, -1 << 199):
                best = {**best, 0: shown_worth}
        above[unit] = best
    return _traced(children, below, above, paths, k)


def _worth(sizes: Sequence[int], rank: Sequence[int] | None) -> list[int]:
    """One whole number per unit that orders releases: the top unit, number of units, sizes, rank."""
    count = len(sizes)
    order = rank if rank is not None else range(count)
    size_step = count * count + 1
    unit_step = size_step * (sum(int(size) for size in sizes) + 1)
    worth = [unit_step + size_step * int(size) + count - place for size, place in zip(sizes, order, strict=True)]
    worth[0] += unit_step * (count + 1)
    return worth


def _joined(best: dict[int, int], child: dict[int, int], k: int) -> tuple[dict[int, int], dict[int, tuple[int, int]]]:
    """Combine what a unit's earlier children leave uncovered with one more child; remember how."""
    joined: dict[int, int] = {}
    step: dict[int, tuple[int, int]] = {}
    for here, here_worth in best.items():
        for there, there_worth in child.items():
            s = min(k, here + there)
            if here_worth + there_worth > joined.get(s, -1):
                joined[s], step[s] = here_worth + there_worth, (here, there)
    return joined, step


def _traced(
    children: list[list[int]],
    below: list[dict[int, int]],
    above: list[dict[int, int]],
    paths: list[list[dict[int, tuple[int, int]]]],
    k: int,
) -> Mask:
    """Follow the best choice from the top unit down."""
    shown = np.zeros(len(children), bool)
    todo = [(0, max(above[0], key=lambda s: above[0][s]))]
    while todo:
        unit, s = todo.pop()
        if s == 0 and above[unit][0] != below[unit].get(0):
            shown[unit] = True
            s = max((s for s in (0, k) if s in below[unit]), key=lambda s: below[unit][s])
        for child, step in zip(reversed(children[unit]), reversed(paths[unit]), strict=True):
            s, childs_s = step[s]
            todo.append((child, childs_s))
    return shown


def tightened(shape: Shape, own: Counts, k: int, candidates: Mask, rank: Sequence[int] | None = None) -> Mask:
    """The largest safe release of each measure (a column) within its `candidates`; `own` counts its valid answers.

    The same result as `largest_safe(..., allowed=candidates)`, but solved only around the residuals that fail: a shown
    unit with a residual of k or more stays safe whatever is hidden below it, so the tree falls apart there.
    """
    totals = shape.sums(own)
    shown = candidates & (totals >= k)
    rests = shape.rests(own, candidates)
    failing = (rests > 0) & (rests < k)
    broken = np.flatnonzero(failing.any(axis=0))
    nearest = shape.nearest(candidates[:, broken])
    over = np.where(shape.above[:, None] >= 0, nearest[shape.above], _NOWHERE)
    order = np.arange(len(shape.parents)) if rank is None else np.array(rank, np.int64)
    alone = _alone(failing[:, broken], over, candidates[:, broken] & (rests[:, broken] < k))
    gone = _smallest_around(alone, over, candidates[:, broken], totals[:, broken], order)
    shown[gone[0], broken[gone[1]]] = False
    for place, measure in enumerate(broken):
        left = np.flatnonzero(failing[:, measure] & ~alone[:, place]).tolist()
        below = _Below(over[:, place], candidates[:, measure])
        done: set[int] = set()
        for unit in left:
            if unit not in done:
                part = _part_around(unit, over[:, place], below, rests[:, measure], k)
                done.update(part)
                _decide_part(part, over[:, place], rests[:, measure], k, totals[:, measure], shown[:, measure], rank)
    return shown


def _alone(failing: Mask, over: Counts, weak: Mask) -> Mask:
    """The failing units between strong ones: a unit above that absorbs anything, and below only such as could give their
    own people. Hiding the unit or any one right below it is enough."""
    columns = np.broadcast_to(np.arange(over.shape[1]), over.shape)
    has_above = over >= 0
    leans = has_above & weak
    has_weak_below = np.zeros(over.shape, bool)
    has_weak_below[over[leans], columns[leans]] = True
    return failing & has_above & ~weak[over, columns] & ~has_weak_below


def _smallest_around(
    alone: Mask, over: Counts, candidates: Mask, totals: Counts, order: Counts
) -> tuple[Counts, Counts]:
    """For each such unit the smallest among it and those right below, the last in order among equals: units and columns."""
    columns = np.broadcast_to(np.arange(over.shape[1]), over.shape)
    below = candidates & (over >= 0) & alone[over, columns]
    units = np.concatenate([np.nonzero(alone)[0], np.nonzero(below)[0]])
    column = np.concatenate([np.nonzero(alone)[1], np.nonzero(below)[1]])
    group = np.concatenate([np.flatnonzero(alone), over[below] * over.shape[1] + columns[below]])
    ranked = np.lexsort((-order[units], totals[units, column], group))
    first = ranked[np.diff(group[ranked], prepend=-1) > 0]
    return units[first], column[first]


class _Below:
    """The candidates right below each candidate, in pre-order; found when asked for."""

    def __init__(self, over: Counts, candidates: Mask) -> None:
        units = np.flatnonzero(candidates)
        self._units = units[np.argsort(over[units], kind="stable")]
        self._over = over[self._units]

    def of(self, unit: int) -> list[int]:
        first, last = np.searchsorted(self._over, (unit, unit + 1))
        return self._units[first:last].tolist()


def _part_around(unit: int, over: Counts, below: _Below, rest: Counts, k: int) -> list[int]:
    """The shown units whose fate hangs together with `unit`, in pre-order: up to a unit that absorbs anything, and down
    to units that could give their own people."""
    top = unit
    while over[top] >= 0 and rest[over[top]] < k:
        top = int(over[top])
    part, todo = [], [top]
    while todo:
        member = todo.pop()
        part.append(member)
        if rest[member] < k:
            todo.extend(reversed(below.of(member)))
    return part


def _decide_part(
    part: list[int],
    over: Counts,
    rest: Counts,
    k: int,
    totals: Counts,
    shown: Mask,
    rank: Sequence[int] | None,
) -> None:
    """Solve one part of the tree exactly and write the decision into `shown`."""
    has_absorber = over[part[0]] >= 0
    absorber = 1 if has_absorber else 0  # an extra top unit that stays safe whatever is left to it
    place = {member: position + absorber for position, member in enumerate(part)}
    parents = [_NOWHERE] * absorber + [place.get(int(over[member]), 0 if absorber else _NOWHERE) for member in part]
    chosen = largest_safe(
        parents,
        [k] * absorber + [int(rest[member]) for member in part],
        k,
        sizes=[0] * absorber + [int(totals[member]) for member in part],
        rank=None if rank is None else _ranks([-1] * absorber + [rank[member] for member in part]),
    )
    shown[part] = chosen[absorber:] & (totals[part] >= k)


def _ranks(values: Sequence[int]) -> list[int]:
    order = sorted(range(len(values)), key=lambda place: values[place])
    ranks = [0] * len(values)
    for rank, place in enumerate(order):
        ranks[place] = rank
    return ranks
