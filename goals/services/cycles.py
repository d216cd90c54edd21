"""Cycles: prepared, active, closed."""

from datetime import date
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count

from core import audit
from core.errors import DomainError
from goals import rollup, tasks
from goals.models import Goal, GoalCycle, GoalDetail, RollupState
from goals.models.keeping import PREMORTEM_ANSWERS
from people.models import User

NAMED = 5  # goals that a refusal names


class CycleVerb(Protocol):
    """activate_cycle or close_cycle."""

    def __call__(self, cycle: GoalCycle, *, by: User | None) -> GoalCycle: ...


class CycleRefused(DomainError):
    """The cycle's dates, name or state do not allow this."""


@transaction.atomic
def open_cycle(*, name: str, starts_on: date, ends_on: date, by: User | None) -> GoalCycle:
    """Add a cycle in preparation: goals can be set, check-ins begin when it is active."""
    cycle = GoalCycle(name=name, starts_on=starts_on, ends_on=ends_on)
    try:
        cycle.full_clean()
    except ValidationError as invalid:
        raise CycleRefused(" ".join(invalid.messages)) from invalid
    cycle.save(force_insert=True)
    RollupState.objects.create(cycle=cycle)
    audit.record("added", cycle, by=by, changes={"from": starts_on, "to": ends_on})
    return cycle


@transaction.atomic
def activate_cycle(cycle: GoalCycle, *, by: User | None) -> GoalCycle:
    """Begin the cycle: owners check in. Refused while a goal with a reward lacks the answers of its pre-mortem."""
    rollup.wait_for_lock(cycle.pk)
    waiting = GoalDetail.objects.filter(goal__cycle=cycle, goal__state=Goal.State.ACTIVE).exclude(reward="")
    waiting = waiting.annotate(answers=Count("goal__premortem")).filter(answers__lt=PREMORTEM_ANSWERS)
    if titles := list(waiting.order_by("pk").values_list("title", flat=True)[:NAMED]):
        named = ", ".join(f"“{title}”" for title in titles)
        raise CycleRefused(f"Goals with a reward need the three answers of their pre-mortem first: {named}.")
    return _move(cycle, GoalCycle.State.PREPARATION, GoalCycle.State.ACTIVE, by)


def close_cycle(cycle: GoalCycle, *, by: User | None) -> GoalCycle:
    """End the cycle: no more check-ins and changes; its numbers stay those of its last roll-up."""
    return _move(cycle, GoalCycle.State.ACTIVE, GoalCycle.State.CLOSED, by)


@transaction.atomic
def _move(cycle: GoalCycle, old: GoalCycle.State, new: GoalCycle.State, by: User | None) -> GoalCycle:
    if not GoalCycle.objects.filter(pk=cycle.pk, state=old).update(state=new):
        raise CycleRefused(f"{cycle.name} is not {old.label.lower()} any more. Reload the page.")
    cycle.refresh_from_db()
    audit.record("changed", cycle, by=by, changes={"state": {"old": old.value, "new": new.value}})
    tasks.nudge(cycle.pk)
    return cycle
