"""Cycles with how fresh their numbers are."""

from dataclasses import dataclass

from django.db.models import Count, Q

from goals.models import Goal, GoalCycle, RollupMark, RollupState


@dataclass(frozen=True)
class CycleRow:
    cycle: GoalCycle
    goals: int
    waiting: int
    rollup: RollupState | None


def cycle_rows() -> list[CycleRow]:
    """All cycles, the newest first; 3 queries."""
    active = Count("goals", filter=Q(goals__state=Goal.State.ACTIVE))
    cycles = GoalCycle.objects.annotate(how_many=active)
    waiting = dict(RollupMark.objects.order_by().values_list("cycle").annotate(Count("pk")))
    states = {state.cycle_id: state for state in RollupState.objects.all()}
    return [CycleRow(cycle, cycle.how_many, waiting.get(cycle.pk, 0), states.get(cycle.pk)) for cycle in cycles]
