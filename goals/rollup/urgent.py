"""The most urgent goals below every unit, kept beside the unit's totals: a head of thousands reads a dozen rows."""

import numpy as np
from django.db import connection

from goals import attention, bulk
from goals.columns import Ints, write

KEPT = 24  # goals of each unit; some of them may not be open to whoever asks


def replace(cycle_id: int, found: bulk.Standings, units: dict[str, Ints]) -> None:
    """Choose anew for all units of the cycle. Call with the cycle's lock held."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM goals_urgentgoal WHERE cycle_id = %s", [cycle_id])
    needs = attention.needs_of(found, attention.asking(cycle_id))
    rows = attention.in_order(found, needs)
    unit, place, row = _firsts(found.tree["unit"][rows], units)
    if not len(row):
        return
    chosen = rows[row]
    columns = {
        "cycle_id": (np.full(len(chosen), cycle_id), 8),
        "unit_id": (unit, 8),
        "place": (place, 2),
        "need": (needs[chosen], 2),
        "goal_id": (found.tree["id"][chosen], 8),
    }
    write("goals_urgentgoal", columns)


def _firsts(unit_of: Ints, units: dict[str, Ints]) -> tuple[Ints, Ints, Ints]:
    """The first KEPT of the rows for every unit they lie below: (unit id, place, row), by walking up level by level."""
    order = np.argsort(units["first"], kind="stable")
    first, last, depth, ids = (units[name][order] for name in ("first", "last", "depth", "id"))
    by_id = np.argsort(ids, kind="stable")
    at = by_id[np.minimum(np.searchsorted(ids[by_id], unit_of), max(len(ids) - 1, 0))] if len(ids) else unit_of
    rows = np.flatnonzero(ids[at] == unit_of) if len(ids) else np.zeros(0, np.int64)
    position = first[at[rows]]
    found: list[tuple[Ints, Ints, Ints]] = []
    for level in range(int(depth.max(initial=-1)) + 1):
        these = np.flatnonzero(depth == level)
        above = these[np.maximum(np.searchsorted(first[these], position, side="right") - 1, 0)]
        inside = (first[above] <= position) & (position <= last[above])
        unit, row = above[inside], rows[inside]
        grouped = np.argsort(unit, kind="stable")
        unit, row = unit[grouped], row[grouped]
        starts = np.searchsorted(unit, unit, side="left")
        place = np.arange(len(unit)) - starts
        kept = place < KEPT
        found.append((ids[unit[kept]], place[kept], row[kept]))
    if not found:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    unit, place, row = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return unit, place, row
