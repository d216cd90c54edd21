"""The nightly proof: everything stored is compared with a recomputation from scratch. A difference is an alarm."""

import logging
from datetime import datetime

from core import audit
from goals import bulk
from goals.columns import Bools
from goals.models import GoalCycle, RollupEvent, RollupState
from goals.rollup import alarm, own, places

log = logging.getLogger(__name__)
SHOWN = 20


def prove(cycle_id: int, *, at: datetime) -> int:
    """Compare and record; returns the number of goals that differ. HR is told when there is one, and when the next check
    after that finds none.

    Writes no computed number: repairing is not its job, and a silent repair would hide what went wrong.

    Goals below which a mark still waits are not compared, they are due anyway.
    """
    wrong = sorted({*_wrong_in_tree(cycle_id), *own.wrong(cycle_id), *places.wrong(cycle_id)})
    states = RollupState.objects.filter(cycle_id=cycle_id)
    before = states.values_list("drift", flat=True).first() or 0
    states.update(proved_at=at, drift=len(wrong), drift_goals=wrong[:SHOWN])
    if wrong:
        log.error("Roll-up of goals differs from its recomputation: %s goals, first %s", len(wrong), wrong[:SHOWN])
        cycle = GoalCycle.objects.get(pk=cycle_id)
        changes = {"goals": len(wrong), "first": wrong[:SHOWN]}
        audit.record(RollupEvent.WRONG, cycle, by=None, changes=changes)
        alarm.tell_hr(cycle, len(wrong), at=at)
    elif before:
        cycle = GoalCycle.objects.get(pk=cycle_id)
        audit.record(RollupEvent.RIGHT, cycle, by=None, changes={"goals": before})
        alarm.tell_cleared(cycle, at=at)
    return len(wrong)


def _wrong_in_tree(cycle_id: int) -> list[int]:
    """Goals whose roll-up is not what their supporting goals come to, or whose parent is not there."""
    tree = bulk.load_for_proof(cycle_id)
    wrong = (bulk.supporting(tree) != tree["supporting"]) & ~_below_waiting(tree)
    wrong |= (tree.above < 0) & (tree["parent"] > 0)
    found: list[int] = tree["id"][wrong].tolist()
    return found


def _below_waiting(tree: bulk.Tree) -> Bools:
    """Goals that are marked, or have a marked goal below."""
    waiting = tree.flag("is_marked").copy()
    for level in reversed(tree.levels):
        up = level[waiting[level] & (tree.above[level] >= 0)]
        waiting[tree.above[up]] = True
    return waiting
