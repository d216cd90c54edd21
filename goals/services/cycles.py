"""Cycles: prepared, active, closed."""

from datetime import date
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import transaction

from core import audit
from core.errors import DomainError
from goals import tasks
from goals.models import GoalCycle, RollupState
from people.models import User


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


def activate_cycle(cycle: GoalCycle, *, by: User | None) -> GoalCycle:
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
