"""The most urgent goals below every unit, kept with the unit's totals: a head of thousands reads a dozen ids."""

import numpy as np

from goals import attention, bulk
from goals.columns import Bools, Ints
from goals.progress import Need

KEPT = 24  # goals of each unit; some of them may not be open to whoever asks


def firsts(found: bulk.Standings, asks: Ints, units: dict[str, Ints]) -> Ints:
    """Ids of the first KEPT goals below every unit in order of need: a row for each unit, filled up with 0.

    Every unit first keeps the first of its own goals; then, from the deepest level up, each passes its list to the unit
    above, which again keeps the first. So only the lists are sorted more than once, never the goals.
    """
    needs = attention.needs_of(found, asks)
    rows = np.flatnonzero(needs <= Need.STALE)
    order = np.argsort(units["first"], kind="stable")
    first, last, depth = (units[name][order].astype(np.int64) for name in ("first", "last", "depth"))
    unit = bulk.Index(units["id"][order]).rows(found.tree["unit"][rows])
    rows, unit = rows[unit >= 0], unit[unit >= 0]
    can_be_kept = _can_be_kept(unit, needs[rows], len(order))
    rows, unit = rows[can_be_kept], unit[can_be_kept]
    lists = _Lists(unit, attention.urgency(found, needs, rows), found.tree["id"][rows])
    for level in range(int(depth.max(initial=0)), 0, -1):
        above = np.flatnonzero(depth == level - 1)
        if not len(above):
            continue
        passed = lists.of(depth == level)
        at = first[passed.unit]
        parent = above[np.maximum(np.searchsorted(first[above], at, side="right") - 1, 0)]
        inside = (first[parent] <= at) & (at <= last[parent])
        lists = lists.joined(_Lists(parent[inside], passed.key[inside], passed.goal[inside]))
    table = np.zeros((len(order), KEPT), "<i8")
    table[order[lists.unit], lists.place] = lists.goal
    return table


def _can_be_kept(unit: Ints, need: Ints, units: int) -> Bools:
    """Goals of whose unit fewer than KEPT have a more urgent need: only those are worth sorting."""
    kinds = Need.STALE + 1
    place = unit * kinds + need
    by_need = np.bincount(place, minlength=units * kinds).reshape(units, kinds)
    more_urgent = by_need.cumsum(axis=1) - by_need
    return np.asarray(more_urgent.ravel()[place] < KEPT)


class _Lists:
    """For each unit at most KEPT goals, the most urgent first: three columns, sorted by unit and place."""

    def __init__(self, unit: Ints, key: Ints, goal: Ints) -> None:
        order = attention.sorted_by((unit.astype(np.int64) << 36) + key, goal)
        unit = unit[order]
        place = np.arange(len(unit)) - np.searchsorted(unit, unit, side="left")
        kept = place < KEPT
        self.unit, self.place = unit[kept], place[kept]
        self.key, self.goal = key[order][kept], goal[order][kept]

    def of(self, chosen: Ints) -> "_Lists":
        """Those of some units."""
        ours = np.flatnonzero(chosen[self.unit])
        return _Lists(self.unit[ours], self.key[ours], self.goal[ours])

    def joined(self, other: "_Lists") -> "_Lists":
        return _Lists(
            *(np.concatenate([getattr(self, name), getattr(other, name)]) for name in ("unit", "key", "goal"))
        )
