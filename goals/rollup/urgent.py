"""The most urgent goals below every unit, kept beside the unit's totals: a head of thousands reads a dozen rows."""

import numpy as np
from django.db import connection

from goals import bulk
from goals.bulk import CODE, NO_DATA
from goals.columns import Bools, Ints, write
from goals.progress import NEED_OF_STATUS, Need

KEPT = 24  # goals of each unit; some of them may not be open to whoever asks


def replace(cycle_id: int, found: bulk.Standings, units: dict[str, Ints]) -> None:
    """Choose anew for all units of the cycle. Call with the cycle's lock held."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM goals_urgentgoal WHERE cycle_id = %s", [cycle_id])
    needs = needs_of(found, asking(cycle_id))
    rows = in_order(found, needs)
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


def asking(cycle_id: int) -> Ints:
    """Goals whose latest check-in says that something is in the way."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT latest.goal_id FROM (
                   SELECT DISTINCT ON (c.goal_id) c.goal_id, c.blocker FROM goals_checkin c
                   WHERE c.goal_id IN (SELECT a.goal_id FROM goals_checkin a JOIN goals_goal g ON g.id = a.goal_id
                                       WHERE a.blocker <> '' AND g.cycle_id = %s)
                   ORDER BY c.goal_id, c.measured_on DESC, c.id DESC) latest
               WHERE latest.blocker <> ''""",
            [cycle_id],
        )
        return np.array([row[0] for row in cursor.fetchall()], np.int64)


def needs_of(found: bulk.Standings, asks: Ints) -> Ints:
    """progress.need of every goal; one more than the last for a goal that needs nothing."""
    need = np.where(found.is_stale, Need.STALE, Need.STALE + 1)
    for status, value in NEED_OF_STATUS.items():
        need = np.where(found.shown == CODE[status], value, need)
    need = np.where(found.is_breached, Need.GUARDRAIL, need)
    need = np.where(np.isin(found.tree["id"], asks), Need.ASKS, need)
    return np.where(found.tree.flag("is_listed"), need, Need.STALE + 1)


def in_order(found: bulk.Standings, needs: Ints, among: Bools | None = None) -> Ints:
    """Rows of the goals that need something, the most urgent first: by need, then the furthest behind its pace."""
    chosen = needs <= Need.STALE
    rows = np.flatnonzero(chosen if among is None else chosen & among)
    known = np.where(found.progress == NO_DATA, 0, found.progress)
    ahead = known - np.where(found.tree.flag("is_kept"), 0, found.expected)
    return rows[np.lexsort((found.tree["id"][rows], ahead[rows], needs[rows]))]


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
