"""Cycles: prepared, active, closed."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from core import audit
from core.errors import Conflict, DomainError
from goals import bulk, rollup, tasks
from goals.models import FinalScore, Goal, GoalCycle, GoalDetail, Rhythm, RollupState
from goals.models.keeping import PREMORTEM_ANSWERS
from people.models import User

NAMED = 5  # goals that a refusal names


class CycleRefused(DomainError):
    """The cycle's dates, name or state do not allow this."""


@transaction.atomic
def open_cycle(
    *, name: str, starts_on: date, ends_on: date, by: User | None, rhythm: str = Rhythm.MONTHLY
) -> GoalCycle:
    """Add a cycle in preparation: goals can be set, check-ins begin when it is active."""
    cycle = GoalCycle(name=name, starts_on=starts_on, ends_on=ends_on, rhythm=rhythm)
    _refuse_invalid(cycle)
    cycle.save(force_insert=True)
    RollupState.objects.create(cycle=cycle)
    audit.record("added", cycle, by=by, changes={"from": starts_on, "to": ends_on, "rhythm": rhythm})
    return cycle


@transaction.atomic
def change_cycle(
    cycle: GoalCycle, *, name: str, starts_on: date, ends_on: date, rhythm: str, by: User | None, stamp: str = ""
) -> GoalCycle:
    """Change name, days or rhythm of a cycle that is not closed; its goals keep their own days.

    `stamp` is that of the cycle as the person saw it; raises Conflict when it is not the current one.
    """
    cycle = GoalCycle.objects.select_for_update().get(pk=cycle.pk)
    if stamp and stamp != cycle.stamp:
        raise Conflict("Somebody changed this cycle while you were writing. Compare and save again.")
    if not cycle.is_open:
        raise CycleRefused(f"{cycle.name} is closed and stays as it was.")
    given = {"name": name, "starts_on": starts_on, "ends_on": ends_on, "rhythm": rhythm}
    changes = {
        field: {"old": getattr(cycle, field), "new": value}
        for field, value in given.items()
        if getattr(cycle, field) != value
    }
    for field, value in given.items():
        setattr(cycle, field, value)
    _refuse_invalid(cycle)
    cycle.save(update_fields=list(given))
    if changes:
        audit.record("changed", cycle, by=by, changes=changes)
    return cycle


def _refuse_invalid(cycle: GoalCycle) -> None:
    try:
        cycle.full_clean()
    except ValidationError as invalid:
        raise CycleRefused(" ".join(invalid.messages)) from invalid


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


@transaction.atomic
def close_cycle(cycle: GoalCycle, *, by: User | None, at: datetime) -> GoalCycle:
    """End the cycle: no more check-ins and changes. Its numbers are worked out once more and kept as final scores.

    Every goal is locked first. A check-in that holds its goal is waited for and counts; one that comes later reads the
    cycle again once it has the goal, and finds it closed.
    """
    rollup.wait_for_lock(cycle.pk)
    list(Goal.objects.filter(cycle=cycle).select_for_update(no_key=True).order_by("pk").values_list("pk"))
    on = timezone.localdate(at)
    rollup.rebuild(cycle.pk, on=on, at=at)
    closed = _move(cycle, GoalCycle.State.ACTIVE, GoalCycle.State.CLOSED, by)
    closed.closed_on = closed.rollup.as_of or on
    closed.save(update_fields=["closed_on"])
    _freeze(closed, closed.closed_on)
    return closed


def _freeze(cycle: GoalCycle, on: date) -> None:
    """Keep where each goal stands; one statement per 2,000 goals."""
    found = bulk.standings(cycle.pk, on)
    active = set(Goal.objects.active().filter(cycle=cycle).values_list("pk", flat=True))
    columns = (found.tree["id"], found.progress, found.expected, found.tree["supporting"], found.status, found.shown)
    kept = found.tree.flag("is_kept").tolist()
    rows = zip(*(column.tolist() for column in columns), found.is_breached.tolist(), kept, strict=True)
    FinalScore.objects.bulk_create(
        (
            FinalScore(
                goal_id=goal,
                scored_on=on,
                progress_ppm=_known(progress),
                expected_ppm=None if is_kept else _known(expected),
                supporting_ppm=_known(supporting),
                status=bulk.STATUSES[status].value,
                shown=bulk.STATUSES[shown].value,
                is_breached=is_breached,
            )
            for goal, progress, expected, supporting, status, shown, is_breached, is_kept in rows
            if goal in active
        ),
        batch_size=2000,
    )


def _known(ppm: int) -> int | None:
    return None if ppm == bulk.NO_DATA else ppm


@transaction.atomic
def _move(cycle: GoalCycle, old: GoalCycle.State, new: GoalCycle.State, by: User | None) -> GoalCycle:
    if not GoalCycle.objects.filter(pk=cycle.pk, state=old).update(state=new):
        raise CycleRefused(f"{cycle.name} is not {old.label.lower()} any more. Reload the page.")
    cycle.refresh_from_db()
    audit.record("changed", cycle, by=by, changes={"state": {"old": old.value, "new": new.value}})
    tasks.nudge(cycle.pk)
    return cycle
