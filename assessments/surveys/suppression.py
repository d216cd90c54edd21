"""Which groups may be shown, so that no group smaller than k can be worked out from what is.

Units form a tree given in pre-order: `parents[i] < i`, the top unit is 0 with parent -1. Published units are nested or
disjoint, so the groups that adding and subtracting can isolate are unions of *residuals*: the people of a published unit
who are in no published unit below it. A release is safe if and only if every residual is 0 or at least k
(docs/method.md, section 2; proved against brute force in the tests).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

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
        size = np.ones(len(self.parents), np.int64)
        for level in reversed(self.levels[1:]):
            np.add.at(size, self.above[level], size[level])
        return np.arange(len(size)) + size - 1

    @cached_property
    def levels(self) -> list[Counts]:
        """Units by depth, the top one first."""
        depth, ancestor = np.zeros(len(self.parents), np.int64), self.above
        while (has_one := ancestor >= 0).any():
            depth += has_one
            ancestor = np.where(has_one, self.above[ancestor], _NOWHERE)
        return [np.flatnonzero(depth == level) for level in range(int(depth.max(initial=-1)) + 1)]

    def sums(self, own: Counts, axis: int = 0) -> Counts:
        """Totals of each unit with all below it; one axis counts units."""
        running = np.cumsum(own, axis=axis, dtype=own.dtype)
        totals = running.take(self.last, axis=axis)
        np.moveaxis(totals, axis, 0)[1:] -= np.moveaxis(running, axis, 0)[:-1]
        return totals

    def own(self, totals: Counts) -> Counts:
        """What each unit adds to its subtree itself: `sums` undone."""
        own = totals.copy()
        np.subtract.at(own, self.above[1:], totals[1:])
        return own

    def over(self, units: Counts, columns: Counts, shown: Mask) -> Counts:
        """The nearest unit above each of these that is shown in its column; -1 where there is none."""
        over, climbing = self.above[units], np.arange(len(units))
        while len(climbing):
            at = over[climbing]
            climbing = climbing[(at >= 0) & ~shown[at, columns[climbing]]]
            over[climbing] = self.above[over[climbing]]
        return over

    def nearest(self, shown: Mask) -> Counts:
        """Per column of `shown`: each unit itself if shown, else the nearest shown unit above; -1 where there is none."""
        nearest = np.repeat(np.arange(len(shown))[:, None], shown.shape[1], axis=1)
        hidden = _places(~shown)
        nearest[hidden] = self.over(*hidden, shown)
        return nearest

    def rests(self, own: Counts, shown: Mask) -> Counts:
        """Residuals per column: what a unit and its hidden units below hold. 0 for hidden units."""
        rests, somewhere = own.copy(), np.asarray(shown.any(axis=1))
        rows = np.flatnonzero(~somewhere)  # hidden in every column: they pass up as whole rows
        over = self.over(rows, np.zeros_like(rows), somewhere[:, None])
        np.add.at(rests, over[over >= 0], own[rows[over >= 0]])
        units, columns = _places(~shown & somewhere[:, None])
        over = self.over(units, columns, shown)
        units, columns, over = units[over >= 0], columns[over >= 0], over[over >= 0]
        np.add.at(rests, (over, columns), rests[units, columns])
        return rests * shown


def _places(chosen: Mask) -> tuple[Counts, Counts]:
    """Rows and columns of what is chosen: np.nonzero for a table of which little is, in a fraction of the time."""
    rows, columns = np.unravel_index(np.flatnonzero(chosen), chosen.shape)
    return rows.astype(np.int64, copy=False), columns.astype(np.int64, copy=False)


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


def tightened(shape: Shape, own: Counts, k: int, candidates: Mask, rank: Sequence[int] | Counts | None = None) -> Mask:
    """The largest safe release of each measure (a column) within its `candidates`; `own` counts its valid answers.

    The same result as `largest_safe(..., allowed=candidates)`, but solved only around the residuals that fail: a shown
    unit with a residual of k or more stays safe whatever is hidden below it, so the tree falls apart there.
    """
    totals = shape.sums(own)
    shown = candidates & (totals >= k)
    parts = _failing_parts(shape, shown, shape.rests(own, shown), k)
    order = np.arange(len(shown)) if rank is None else np.asarray(rank, np.int64)
    cures = parts.where(_is_cure(parts, k))
    smallest = np.lexsort((-order[cures.unit], totals[cures.unit, cures.measure], cures.part))
    smallest = smallest[np.diff(cures.part[smallest], prepend=-1) > 0]
    shown[cures.unit[smallest], cures.measure[smallest]] = False
    for part in parts.where(~np.isin(parts.part, cures.part)).each():
        shown[part.unit, part.measure] = _decided(part, totals[part.unit, part.measure], order[part.unit], k)
    return shown


@dataclass(frozen=True)
class _Parts:
    """What hangs together around failing residuals, measure by measure: weak units, whose residual is below k, right below
    each other, and the strong ones right below them, who could give their own people. One row for each unit in a part."""

    unit: Counts
    measure: Counts
    over: Counts  # the nearest shown unit above; -1 without one
    rest: Counts
    rest_over: Counts  # 0 without one
    part: Counts  # a number for each part

    def where(self, chosen: npt.NDArray[Any]) -> "_Parts":
        return _Parts(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def each(self) -> Iterator["_Parts"]:
        """One part after the other, its units in pre-order."""
        for number in np.unique(self.part):
            yield self.where(self.part == number)


def _failing_parts(shape: Shape, shown: Mask, rests: Counts, k: int) -> _Parts:
    """The parts of the tree in which a residual fails: neither 0 nor at least k."""
    weak = shown & (rests < k)
    leans = weak.take(shape.above, axis=0)  # whether the nearest shown unit above is weak: mostly the parent is shown
    unit, measure = _places(shown & ~shown.take(shape.above, axis=0))
    over = shape.over(unit, measure, shown)
    leans[unit, measure] = weak[over, measure] & (over >= 0)
    leans[:1] = False  # the top unit

    unit, measure = _places(shown & (weak | leans))
    over = shape.over(unit, measure, shown)
    top = np.where(weak[unit, measure], unit, over)
    while (climbs := leans[top, measure]).any():
        top[climbs] = shape.over(top[climbs], measure[climbs], shown)
    rest, rest_over = rests[unit, measure], np.where(over >= 0, rests[over, measure], 0)
    part = top * shown.shape[1] + measure
    fails = np.bincount(part[(rest > 0) & (rest < k)], minlength=shown.size) > 0
    return _Parts(unit, measure, over, rest, rest_over, part).where(fails[part])


def _is_cure(parts: _Parts, k: int) -> Mask:
    """Where hiding this unit alone makes its part safe. One at least has to go, so it is the smallest of them.

    A failing unit below a strong one, or a strong one below a failing one, heals one residual; a failing unit below another
    heals both, if they are k people together.
    """
    fails, fails_over = ((rest > 0) & (rest < k) for rest in (parts.rest, parts.rest_over))
    heals = np.where(fails, parts.rest_over >= k, fails_over & (parts.rest >= k)).astype(np.int64)
    heals[fails & fails_over & (parts.rest + parts.rest_over >= k)] = 2
    _, number = np.unique(parts.part, return_inverse=True)
    return np.asarray(heals == np.bincount(number[fails], minlength=len(number))[number])


def _decided(part: _Parts, totals: Counts, order: Counts, k: int) -> Mask:
    """Solve one part of the tree exactly: which of its units stay shown."""
    absorber = int(part.over[0] >= 0)  # an extra top unit that stays safe whatever is left to it
    place = {unit: position for position, unit in enumerate(part.unit.tolist(), absorber)}
    chosen = largest_safe(
        [_NOWHERE] * absorber + [place.get(over, absorber - 1) for over in part.over.tolist()],
        [k] * absorber + part.rest.tolist(),
        k,
        sizes=[0] * absorber + totals.tolist(),
        rank=[0] * absorber + (np.argsort(np.argsort(order)) + absorber).tolist(),
    )
    return chosen[absorber:]
