"""The nightly proof: everything stored is compared with a recomputation from scratch. A difference is an alarm."""

import logging
from datetime import datetime

import numpy as np
from django.db import connection

from core import audit
from goals import bulk
from goals.columns import Bools
from goals.models import GoalCycle, RollupState
from goals.progress import PPM, PPM_LIMIT
from goals.rollup import alarm

log = logging.getLogger(__name__)
SHOWN = 20

# services.check_in computes own_ppm in Python; this is the same sum in SQL, from the latest value as stated.
_OWN = f"""
SELECT g.id FROM goals_goal g JOIN goals_goaldetail d ON d.goal_id = g.id
LEFT JOIN LATERAL (SELECT value FROM goals_checkin WHERE goal_id = g.id AND replaced_at IS NULL
                   ORDER BY measured_on DESC, id DESC LIMIT 1) latest ON true
WHERE g.cycle_id = %(cycle)s AND d.metric_type IN ('increase', 'decrease')
  AND g.own_ppm IS DISTINCT FROM least({PPM_LIMIT}, greatest(-{PPM_LIMIT},
      round({PPM} * (coalesce(latest.value, d.baseline) - d.baseline) / (d.target - d.baseline))))"""

_ALIGNMENT = """
SELECT g.id FROM goals_goal g JOIN goals_goaldetail d ON d.goal_id = g.id LEFT JOIN goals_goal p ON p.id = g.parent_id
WHERE g.cycle_id = %(cycle)s
  AND g.is_aligned IS DISTINCT FROM (g.state = 1 AND (d.level = 'organisation' OR coalesce(p.is_aligned, false)))"""


def prove(cycle_id: int, *, at: datetime) -> int:
    """Compare and record; returns the number of goals that differ, and tells HR when there is one.

    Writes no computed number: repairing is not its job, and a silent repair would hide what went wrong.

    Goals below which a mark still waits are not compared, they are due anyway.
    """
    wrong = sorted({*_wrong_in_tree(cycle_id), *_found(_OWN, cycle_id), *_found(_ALIGNMENT, cycle_id)})
    RollupState.objects.filter(cycle_id=cycle_id).update(proved_at=at, drift=len(wrong), drift_goals=wrong[:SHOWN])
    if wrong:
        log.error("Roll-up of goals differs from its recomputation: %s goals, first %s", len(wrong), wrong[:SHOWN])
        cycle = GoalCycle.objects.get(pk=cycle_id)
        changes = {"goals": len(wrong), "first": wrong[:SHOWN]}
        audit.record("found the roll-up wrong", cycle, by=None, changes=changes)
        alarm.tell_hr(cycle, len(wrong), at=at)
    return len(wrong)


def _wrong_in_tree(cycle_id: int) -> list[int]:
    """Goals whose roll-up or depth is not what their neighbours say."""
    tree = bulk.load_for_proof(cycle_id)
    above, has_parent = tree.above, tree.above >= 0
    wrong = (bulk.supporting(tree) != tree["supporting"]) & ~_below_waiting(tree)
    wrong |= np.where(has_parent, tree["depth"][above] + 1, 0) != tree["depth"]
    wrong |= ~has_parent & (tree["parent"] > 0)
    found: list[int] = tree["id"][wrong].tolist()
    return found


def _below_waiting(tree: bulk.Tree) -> Bools:
    """Goals that are marked, or have a marked goal below."""
    waiting = tree.flag("is_marked").copy()
    for level in reversed(tree.levels):
        up = level[waiting[level] & (tree.above[level] >= 0)]
        waiting[tree.above[up]] = True
    return waiting


def _found(query: str, cycle_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"cycle": cycle_id})
        return [row[0] for row in cursor.fetchall()]
