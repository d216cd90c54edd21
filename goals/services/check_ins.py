"""Check-ins: the only writers of a goal's own numbers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from core import audit
from core.errors import DomainError
from goals import obstacles, progress, rollup, tasks
from goals.models import CheckIn, Goal, GoalDetail, Milestone
from people.models import Employee


class NotYourGoal(DomainError):
    """Somebody other than the owner reports progress."""


class NotOpen(DomainError):
    """The goal or its cycle takes no updates."""


class EntryRefused(DomainError):
    """What was stated does not fit the goal."""


@dataclass(frozen=True)
class CheckInEntry:
    """What a check-in states. `value` for a number, `milestones_done` (all that are done) for milestones."""

    measured_on: date
    value: Decimal | None = None
    milestones_done: Collection[int] = ()
    confidence: int | None = None
    call: str = ""
    what_changed: str = ""
    next_step: str = ""
    blocker: str = ""
    to_log: bool = False  # whether what is in the way goes to the obstacle log
    key: UUID = field(default_factory=uuid4)


@transaction.atomic
def check_in(goal: Goal, entry: CheckInEntry, *, by: Employee, at: datetime) -> CheckIn:
    """Record the owner's update and mark what is now due for the roll-up. The same key twice is one check-in.

    Raises NotYourGoal, NotOpen, EntryRefused.
    """
    goal = lock(goal.pk)
    if made := made_before(entry, goal):
        return made
    if by.pk != goal.owner_id:
        raise NotYourGoal(f"Only {goal.owner.name} can check in on this goal.")
    steps = list(goal.milestones.counted()) if goal.detail.metric_type == GoalDetail.Metric.MILESTONE else []
    refuse_day(entry.measured_on, goal, at)
    refuse_misfit(goal.detail, entry, steps)
    tick(steps, entry)
    made = create(goal, entry, steps, by=by, at=at)
    keep_ticks(steps, made)
    if entry.to_log and made.blocker and obstacles.is_offered(goal):
        obstacles.hand_over(made, at)
    settle(goal, steps)
    announce(goal, "checked in on", goal.owner, {"value": entry.value, "measured_on": entry.measured_on})
    return made


def create(
    goal: Goal,
    entry: CheckInEntry,
    steps: Sequence[Milestone],
    *,
    by: Employee,
    at: datetime,
    corrects: CheckIn | None = None,
) -> CheckIn:
    """The row of a check-in whose milestones are ticked; what follows from it, the caller does."""
    return CheckIn.objects.create(
        goal=goal,
        by=by,
        measured_on=entry.measured_on,
        made_at=at,
        value=entry.value,
        progress_ppm=own_ppm(goal.detail, entry.value, steps),
        confidence=entry.confidence,
        call=entry.call,
        what_changed=entry.what_changed,
        next_step=entry.next_step,
        blocker=entry.blocker,
        key=entry.key,
        corrects=corrects,
    )


def made_before(entry: CheckInEntry, goal: Goal) -> CheckIn | None:
    """The check-in of the very same form, if it was sent before."""
    made = CheckIn.objects.filter(key=entry.key).first()
    if made is not None and made.goal_id != goal.pk:
        raise EntryRefused("This form was sent for another goal. Reload the page and enter it again.")
    return made


def settle(goal: Goal, steps: Sequence[Milestone]) -> None:
    """Own number and day of the goal from the latest check-in that stands."""
    latest = goal.check_ins.standing().order_by("-measured_on", "-pk")[0]
    goal.own_ppm, goal.checked_on = own_ppm(goal.detail, latest.value, steps), latest.measured_on
    goal.save(update_fields=["own_ppm", "checked_on"])


def own_ppm(detail: GoalDetail, value: Decimal | None, steps: Sequence[Milestone]) -> int | None:
    """The goal's own progress by its latest value or its milestones; None without a metric or without data."""
    if detail.metric_type == GoalDetail.Metric.MILESTONE:
        return progress.milestones_done([step.step for step in steps])
    return detail.measure.progress(value)


def lock(goal_id: int) -> Goal:
    """The goal, locked against other check-ins. One row only: check-ins cannot deadlock with each other or a sweep."""
    found = Goal.objects.select_for_update(no_key=True, of=("self",)).select_related("detail", "cycle", "owner__user")
    goal = found.get(pk=goal_id)
    goal.cycle.refresh_from_db(fields=["state"])  # closed while this waited for the goal: services.cycles.close_cycle
    if not goal.is_active:
        raise NotOpen("This goal was withdrawn and takes no updates.")
    if not goal.cycle.takes_check_ins:
        raise NotOpen(f"{goal.cycle.name} is {goal.cycle.get_state_display().lower()} and takes no updates.")
    return goal


def refuse_misfit(detail: GoalDetail, entry: CheckInEntry, steps: Sequence[Milestone]) -> None:
    if detail.is_numeric and entry.value is None:
        raise EntryRefused("Enter the number as it stands today.")
    if not detail.is_numeric and entry.value is not None:
        raise EntryRefused("This goal is not measured by a number.")
    if not set(entry.milestones_done) <= {step.pk for step in steps}:
        raise EntryRefused("One of these milestones is not part of the goal any more. Reload the page.")


def refuse_day(day: date, goal: Goal, at: datetime) -> None:
    """An update is about today or an earlier day of the cycle."""
    today = timezone.localdate(at)
    if day > today:
        raise EntryRefused("The day lies ahead. Choose today or an earlier day.")
    if day < goal.cycle.starts_on and day != today:
        raise EntryRefused(f"The day lies before {goal.cycle.name}. Choose a day since it began.")


def tick(steps: Sequence[Milestone], entry: CheckInEntry) -> None:
    """Set the milestones to what the entry says is done; a day already noted stays."""
    for step in steps:
        is_done = step.pk in entry.milestones_done
        if is_done != (step.done_on is not None):
            step.done_on = entry.measured_on if is_done else None


def keep_ticks(steps: Sequence[Milestone], made: CheckIn) -> None:
    for step in steps:
        if (step.done_on is None) == (step.done_in_id is None):
            continue
        step.done_in = made if step.done_on else None
        step.save(update_fields=["done_on", "done_in"])


def announce(goal: Goal, verb: str, by: Employee, changes: Mapping[str, object]) -> None:
    """Mark, log and wake the sweep: what every change of a goal's numbers ends with."""
    rollup.mark(goal)
    about = goal.owner.user if goal.detail.level == GoalDetail.Level.INDIVIDUAL else None
    audit.record(verb, goal, by=by.user, about=about, changes=changes)
    tasks.nudge(goal.cycle_id)
