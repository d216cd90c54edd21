"""Showing the parts of the organisation and one attribute together: which tables give a small group away.

Every person stands in one cell (part, band) of a table: `part` is the residual group of a published unit, `band` the
value of the attribute. Published are the totals of all parts and of all bands. A group can be isolated from such totals
exactly when it is made of *directed cuts*: split parts and bands in two so that no cell runs from a part behind the cut
to a band before it; the people of the cells that cross forwards are then a difference of totals. So a table is safe if
every directed cut holds 0 or at least k people, and only a cell of fewer than k people can lie on a smaller one: one
bounded flow for each of them decides (docs/method.md, section 2).
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.int64]
LONGEST_LABEL = 160  # of a band, as there is room for in models.BandRelease


def weak_cells(table: Table, k: int) -> list[tuple[int, int]]:
    """Cells through which fewer than k people can be isolated. An empty list means that the table is safe."""
    small = np.argwhere((table > 0) & (table < k))
    return [(int(part), int(band)) for part, band in small if _cheapest_cut(table, int(part), int(band), k) < k]


def _cheapest_cut(table: Table, part: int, band: int, k: int) -> int:
    """People on the smallest directed cut with `part` before and `band` behind it; counting stops at k.

    It equals the greatest flow from part to band, where a cell carries its people forwards and anything backwards.
    """
    room = table.astype(np.int64).copy()
    flow = 0
    while flow < k:
        route = _route(table, room, part, band)
        if route is None:
            return flow
        step = min([k - flow, *(int(room[cell]) for cell, forwards in route if forwards)])
        for cell, forwards in route:
            room[cell] += -step if forwards else step
        flow += step
    return flow


def _route(table: Table, room: Table, part: int, band: int) -> list[tuple[tuple[int, int], bool]] | None:
    """Shortest way from part to band as (cell, forwards?) steps, over cells with room left; None if there is none."""
    came_from: dict[tuple[str, int], tuple[tuple[str, int], tuple[int, int], bool]] = {}
    start, goal = ("part", part), ("band", band)
    seen, todo = {start}, deque([start])
    while todo and goal not in seen:
        kind, here = node = todo.popleft()
        if kind == "part":
            steps = [
                (("band", int(b)), (here, int(b)), True) for b in np.flatnonzero((table[here] > 0) & (room[here] > 0))
            ]
        else:
            steps = [(("part", int(p)), (int(p), here), False) for p in np.flatnonzero(table[:, here] > 0)]
        for there, cell, forwards in steps:
            if there not in seen:
                seen.add(there)
                came_from[there] = (node, cell, forwards)
                todo.append(there)
    if goal not in seen:
        return None
    route, node = [], goal
    while node != start:
        node, cell, forwards = came_from[node]
        route.append((cell, forwards))
    return route


@dataclass(frozen=True)
class Bands:
    """Bands that may be shown: their labels, and for every original band the place of the one it went into."""

    labels: tuple[str, ...]
    into: tuple[int, ...]


def safe_bands(
    table: Table,
    labels: Sequence[str],
    *,
    smallest: int,
    k: int,
    is_ordered: bool,
    is_safe_with: Callable[[Sequence[int]], bool] | None = None,
) -> Bands | None:
    """Merge bands until each holds `smallest` people and the audit passes; None where fewer than two would be left.

    Ordered bands (years of service) merge with the smaller neighbour, others with the next smallest; the new one names
    both. A column that nobody falls into is dropped first. `is_safe_with` is a further audit, asked with the band into
    which each original one has gone.
    """
    groups = [[band] for band in range(len(labels)) if table[:, band].sum() > 0]
    while len(groups) > 1:
        merged = np.stack([table[:, group].sum(axis=1) for group in groups], axis=1)
        sizes = merged.sum(axis=0)
        into = [-1] * len(labels)
        for place, group in enumerate(groups):
            for band in group:
                into[band] = place
        is_safe = sizes.min() >= smallest and not weak_cells(merged, k)
        if is_safe and (is_safe_with is None or is_safe_with(into)):
            return Bands(tuple(named([labels[band] for band in group]) for group in groups), tuple(into))
        _merge_smallest(groups, sizes, is_ordered)
    return None


def _merge_smallest(groups: list[list[int]], sizes: Table, is_ordered: bool) -> None:
    small = int(np.argmin(sizes))
    others = [place for place in range(len(groups)) if place != small]
    if is_ordered:
        others = [place for place in others if abs(place - small) == 1]
    partner = min(others, key=lambda place: (int(sizes[place]), place))
    first, second = sorted((small, partner))
    groups[first] = sorted(groups[first] + groups.pop(second))


def named(labels: Sequence[str]) -> str:
    """All of them, or as many as there is room for: "North, South and 3 more"."""
    words = ", ".join(labels)
    left_out = 0
    while len(words) > LONGEST_LABEL:
        left_out += 1
        first = ", ".join(labels[:-left_out])
        words = f"{first} and {left_out} more" if first else f"{len(labels)} together"
    return words
