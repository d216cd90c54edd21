"""Progress week by week, for trends: packed blocks of 4-byte values, a row for each block and week.

The row of the running week is replaced until the week is over, so its last value is the one at the end of Sunday. What
check-ins say about earlier weeks can be worked out again at any time (`rewrite`).
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import numpy as np
from django.db import transaction

from goals import bulk
from goals.bulk import NO_DATA
from goals.columns import Column, Ints, days, read
from goals.models import GoalCycle
from goals.models.weeks import GoalWeek, UnitWeek, Week
from goals.progress import Status
from goals.rollup import summaries

Figures = Mapping[str, Ints]


def monday(on: date) -> date:
    return on - timedelta(on.weekday())


@transaction.atomic
def record(cycle_id: int, *, on: date) -> None:
    """Keep the numbers of this day as those of its week. Call after the roll-up for that day."""
    tree, units = bulk.load_standing(cycle_id, on), summaries.unit_ranges()
    _keep_goals(cycle_id, tree, on)
    _keep_units(cycle_id, bulk.standings_of(tree, cycle_id, on), units, on)


@transaction.atomic
def rewrite(cycle_id: int, *, on: date) -> int:
    """Work all weeks of the cycle out again from its check-ins; returns how many. After a bulk load.

    Weights, dates and places are those of today: what a goal looked like in an earlier week is not kept.
    """
    cycle = GoalCycle.objects.get(pk=cycle_id)
    tree, units, stated = bulk.load_standing(cycle_id, on), summaries.unit_ranges(), _stated(cycle_id)
    GoalWeek.objects.filter(cycle_id=cycle_id).delete()
    UnitWeek.objects.filter(cycle_id=cycle_id).delete()
    ends = list(_ends_of_weeks(cycle.starts_on, min(on, cycle.ends_on)))
    for day in ends:
        then = bulk.as_of_day(tree, _own_on(tree, stated, day), day)
        then.columns["checked"] = np.maximum(tree["starts"], _checked_on(tree, stated, day)).astype(np.int32)
        _keep_goals(cycle_id, then, day)
        _keep_units(cycle_id, bulk.standings_of(then, cycle_id, day), units, day)
    return len(ends)


# --- packing ------------------------------------------------------------------------------------------------------------


def _keep_goals(cycle_id: int, tree: bulk.Tree, on: date) -> None:
    headline = np.where(tree.flag("has_metric"), tree["own"], tree["supporting"])
    listed = tree.flag("is_listed")
    figures = {"progress": headline[listed], "supporting": tree["supporting"][listed]}
    _keep(GoalWeek, cycle_id, on, tree["id"][listed], figures)


def _keep_units(cycle_id: int, found: bulk.Standings, units: dict[str, Ints], on: date) -> None:
    _keep(UnitWeek, cycle_id, on, units["id"], _unit_figures(summaries.totals_of(found, units)))


def _keep(model: type[Week], cycle_id: int, on: date, ids: Ints, figures: Figures) -> None:
    """Put the values where their ids say, a row for each block; rows of the same week are replaced."""
    assert tuple(figures) == model.FIGURES
    size = model.BLOCK
    blocks = ids // size
    table = np.full((len(figures), len(ids)), NO_DATA, "<i4")
    for place, values in enumerate(figures.values()):
        table[place] = values
    rows = []
    for block in np.unique(blocks).tolist():
        ours = blocks == block
        packed = np.full((len(figures), size), NO_DATA, "<i4")
        packed[:, ids[ours] - block * size] = table[:, ours]
        rows.append(model(cycle_id=cycle_id, block=block, week_on=monday(on), figures=packed.tobytes()))
    model._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["figures"],
        unique_fields=["cycle", "block", "week_on"],
        batch_size=500,
    )


# --- earlier weeks ------------------------------------------------------------------------------------------------------


def _ends_of_weeks(first: date, last: date) -> Iterator[date]:
    day = monday(first) + timedelta(6)
    while day < last:
        yield day
        day += timedelta(7)
    yield last


def _stated(cycle_id: int) -> dict[str, Ints]:
    """All check-ins of the cycle with progress, by goal and day: `key` grows with both, the last of a day stands last."""
    columns = [
        Column("goal", "c.goal_id", 8),
        Column("day", "c.measured_on", 4),
        Column("own", "c.progress_ppm", 4),
    ]
    source = (
        "goals_checkin c JOIN goals_goal g ON g.id = c.goal_id WHERE g.cycle_id = %(cycle)s "
        "AND c.progress_ppm IS NOT NULL AND c.replaced_at IS NULL ORDER BY c.goal_id, c.measured_on, c.id"
    )
    stated = read(columns, source, {"cycle": cycle_id})
    return {**stated, "key": _key(stated["goal"], stated["day"])}


def _key(goal: Ints, day: Ints | int) -> Ints:
    return goal * 100_000 + day + 40_000  # days since 2000; the shift keeps days before then in order


def _own_on(tree: bulk.Tree, stated: dict[str, Ints], on: date) -> Ints:
    """Own numbers as stated up to a day; before the first check-in a measure stands at its baseline, a kept one nowhere."""
    place, is_known = _last(tree, stated, on)
    unstated = np.where(tree.flag("has_metric") & ~tree.flag("is_kept"), 0, NO_DATA)
    if not len(stated["own"]):
        return unstated
    return np.where(is_known, stated["own"][place], unstated)


def _checked_on(tree: bulk.Tree, stated: dict[str, Ints], on: date) -> Ints:
    place, is_known = _last(tree, stated, on)
    if not len(stated["day"]):
        return tree["starts"]
    return np.where(is_known, stated["day"][place], tree["starts"])


def _last(tree: bulk.Tree, stated: dict[str, Ints], on: date) -> tuple[Ints, bulk.Bools]:
    """Row of each goal's last check-in up to a day, and whether there is one."""
    place = np.searchsorted(stated["key"], _key(tree["id"], days(on)), side="right") - 1
    if not len(stated["goal"]):
        return place, np.zeros(len(tree), bool)
    return place, (place >= 0) & (stated["goal"][place] == tree["id"])


def _unit_figures(totals: Mapping[str, Ints]) -> dict[str, Ints]:
    known = np.maximum(totals["with_data"], 1)

    def mean(name: str) -> Ints:
        return np.where(totals["with_data"] > 0, (totals[name] + known // 2) // known, NO_DATA)

    return {
        "goals": totals["goals"],
        "with_data": totals["with_data"],
        "progress": mean("progress_sum"),
        "expected": mean("expected_sum"),
        "on_pace": totals[Status.ON_TRACK.value] + totals[Status.ACHIEVED.value],
        "stale": totals["stale"],
        "people": totals["people"],
        "covered": totals["covered"],
    }
