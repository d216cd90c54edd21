"""Totals per unit and everything below it, for dashboards."""

import time
from datetime import date, datetime

import numpy as np
from django.db import connection, transaction

from goals import attention, bulk
from goals.bulk import CODE, NO_DATA
from goals.columns import Bools, Column, Ints, days, microseconds, read, write
from goals.models import RollupState
from goals.progress import PPM, Status
from goals.rollup import urgent


@transaction.atomic
def summarise(cycle_id: int, *, on: date, at: datetime) -> int:
    """Replace the cycle's unit summaries by a fresh computation; returns the number of units.

    Units are numbered in pre-order, so a subtree is a range and its total a difference of two running sums. The caller
    holds the cycle's lock.
    """
    started = time.perf_counter()
    units = unit_ranges()
    found = bulk.standings(cycle_id, on)
    totals, firsts = totals_of(found, units), urgent.firsts(found, attention.asking(cycle_id), units)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM goals_unitsummary WHERE cycle_id = %s", [cycle_id])
    same = np.ones(len(units["id"]), np.int64)
    columns = {
        "cycle_id": (same * cycle_id, 8),
        "unit_id": (units["id"], 8),
        "as_of": (same * days(on), 4),
        "computed_at": (same * microseconds(at), 8),
        "urgent": (firsts, firsts.shape[1] * firsts.itemsize),
        **{name: (values, 8 if name.endswith("_sum") else 4) for name, values in totals.items()},
    }
    write("goals_unitsummary", columns)
    cost = int(1000 * (time.perf_counter() - started))
    RollupState.objects.filter(cycle_id=cycle_id).update(is_summary_due=False, summarised_at=at, summary_ms=cost)
    return len(same)


def unit_ranges() -> dict[str, Ints]:
    """Every unit with its place in the tree: the subtree is `first` to `last`."""
    columns = [
        Column("id", "id", 8),
        Column("first", "position", 4),
        Column("last", "last_position", 4),
        Column("depth", "depth", 2),
    ]
    return read(columns, "people_unit WHERE position > 0")


def totals_of(found: bulk.Standings, units: dict[str, Ints]) -> dict[str, Ints]:
    """Totals of each unit's whole subtree."""
    return {name: _subtrees(own, units) for name, own in _own_totals(found, units).items()}


def _own_totals(found: bulk.Standings, units: dict[str, Ints]) -> dict[str, Ints]:
    """Sums over each unit's own goals and people, by the unit's position."""
    tree, size = found.tree, int(units["first"].max(initial=0)) + 2
    place = positions(tree["unit"], units)
    listed = tree.flag("is_listed")
    known = listed & (found.progress != NO_DATA) & (found.status != CODE[Status.NOT_STARTED])
    expected = np.where(tree.flag("is_kept"), PPM, np.clip(found.expected, 0, PPM))
    totals = {
        "goals": _count(place, listed, size),
        "with_data": _count(place, known, size),
        "progress_sum": _sum(place, known, np.clip(found.progress, 0, PPM), size),
        "expected_sum": _sum(place, known, expected, size),
        "stale": _count(place, listed & found.is_stale, size),
        "breached": _count(place, listed & found.is_breached, size),
    }
    statuses = len(bulk.STATUSES)
    by_status = np.bincount((place * statuses + found.shown)[listed], minlength=size * statuses)
    for status in Status:
        totals[status.value] = by_status[CODE[status] : size * statuses : statuses]
    return {**totals, **_people(tree["owner"][listed & tree.flag("is_aligned")], units, size)}


def _people(owners: Ints, units: dict[str, Ints], size: int) -> dict[str, Ints]:
    """Active employees, and those among them with a goal that leads up to an organisation goal (coverage)."""
    people = read([Column("id", "id", 8), Column("unit", "unit_id", 8)], "people_employee WHERE is_active")
    home = positions(people["unit"], units)
    everyone = np.ones(len(home), bool)
    covered = bulk.Index(people["id"]).marks(owners, len(home))
    return {"people": _count(home, everyone, size), "covered": _count(home, covered, size)}


def positions(unit_ids: Ints, units: dict[str, Ints]) -> Ints:
    """Position of each unit; 0, which belongs to no subtree, for a unit that has no number yet."""
    rows = bulk.Index(units["id"]).rows(unit_ids)
    return np.where(rows >= 0, units["first"][rows], 0) if len(units["id"]) else np.zeros(len(unit_ids), np.int64)


def _count(place: Ints, chosen: Bools, size: int) -> Ints:
    return np.bincount(place[chosen], minlength=size)


def _sum(place: Ints, chosen: Bools, values: Ints, size: int) -> Ints:
    return np.bincount(place[chosen], weights=values[chosen], minlength=size).astype(np.int64)


def _subtrees(own: Ints, units: dict[str, Ints]) -> Ints:
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(own)])
    return running[units["last"] + 1] - running[units["first"]]
