"""Goals and units week by week, as goals.rollup.weeks has kept them."""

from collections.abc import Collection
from datetime import date

import numpy as np
from django.db.models import BinaryField, F, Func

from goals.bulk import NO_DATA
from goals.models import Goal
from goals.models.weeks import GoalWeek, UnitWeek, Week

Trend = list[tuple[date, dict[str, int | None]]]


def goal_trend(goal: Goal) -> list[tuple[date, int | None]]:
    """Headline progress of one goal in ppm at the end of each week, the earliest first; 1 query.

    The database cuts the four bytes out of each block: a year of blocks is 400 kB, of one goal 200 bytes.
    """
    size = GoalWeek.BLOCK
    place = GoalWeek.FIGURES.index("progress") * size + goal.pk % size
    cut = Func(F("figures"), 4 * place + 1, 4, function="substring", output_field=BinaryField())
    rows = GoalWeek.objects.filter(cycle=goal.cycle_id, block=goal.pk // size).order_by("week_on")
    stated = [
        (week_on, int.from_bytes(held, "little", signed=True)) for week_on, held in rows.values_list("week_on", cut)
    ]
    return [(week_on, None if ppm == NO_DATA else ppm) for week_on, ppm in stated]


def unit_trends(cycle_id: int, units: Collection[int]) -> dict[int, Trend]:
    """Totals of some units at the end of each week, the earliest first; 1 query."""
    return _trends(UnitWeek, cycle_id, units)


def _trends(model: type[Week], cycle_id: int, ids: Collection[int]) -> dict[int, Trend]:
    found: dict[int, Trend] = {one: [] for one in ids}
    size, names = model.BLOCK, model.FIGURES
    rows = model._default_manager.filter(cycle_id=cycle_id, block__in={one // size for one in ids})
    for row in rows.order_by("week_on"):
        table = np.frombuffer(bytes(row.figures), "<i4").reshape(len(names), size)
        here = [one for one in ids if one // size == row.block]
        for one, values in zip(here, table[:, [one % size for one in here]].T.tolist(), strict=True):
            if any(value != NO_DATA for value in values):
                shown = [None if value == NO_DATA else value for value in values]
                found[one].append((row.week_on, dict(zip(names, shown, strict=True))))
    return found
