"""Correcting a check-in within a day: another number or day is a new row in its place, other words are kept as before."""

from datetime import datetime

from django.db import transaction

from goals.models import CheckIn, Goal, GoalDetail, GuardrailReading
from goals.services import check_ins, rewording
from goals.services.check_ins import CheckInEntry
from goals.services.rewording import NotMendable, Words
from people.models import Employee


@transaction.atomic
def correct(check_in: CheckIn, entry: CheckInEntry, *, by: Employee, at: datetime) -> CheckIn:
    """Let `entry` stand in the place of a check-in; what it said stays readable. Returns the check-in that stands now.

    Number, roll-up, pace and milestones follow as from any check-in. The same key twice is one correction.
    Raises NotMendable, NotOpen, EntryRefused.
    """
    goal = check_ins.lock(check_in.goal_id)
    if made := check_ins.made_before(entry, goal):
        return made
    old = CheckIn.objects.select_for_update(of=("self",)).get(pk=check_in.pk)
    refuse(old, by, at, what="check-in")
    steps = list(goal.milestones.counted()) if goal.detail.metric_type == GoalDetail.Metric.MILESTONE else []
    done = {step.pk for step in steps if step.done_on}
    if (entry.value, entry.measured_on, set(entry.milestones_done)) == (old.value, old.measured_on, done):
        return rewording.mend_words(old, _words(entry), by=by, at=at)
    _refuse_overtaken(old, goal, entry)
    check_ins.refuse_day(entry.measured_on, goal, at)
    check_ins.refuse_misfit(goal.detail, entry, steps)
    for step in steps:
        if step.done_in_id == old.pk:  # what the old one ticked is said anew, for the new day
            step.done_on, step.done_in = None, None
            step.save(update_fields=["done_on", "done_in"])
    check_ins.tick(steps, entry)
    old.replaced_at = at
    old.save(update_fields=["replaced_at"])
    made = check_ins.create(goal, entry, steps, by=by, at=old.made_at, corrects=old)
    check_ins.keep_ticks(steps, made)
    check_ins.settle(goal, steps)
    changes = {
        name: {"old": getattr(old, name), "new": getattr(made, name)}
        for name in ("value", "measured_on", "progress_ppm")
        if getattr(old, name) != getattr(made, name)
    }
    check_ins.announce(goal, "corrected a check-in on", by, changes)
    return made


def refuse(old: CheckIn | GuardrailReading, by: Employee, at: datetime, *, what: str) -> None:
    """Raise NotMendable unless `by` wrote it less than a day ago and it still stands."""
    if old.by_id != by.pk:
        raise NotMendable(f"Only {old.by.name} corrects this {what}.")
    if old.replaced_at is not None:
        raise NotMendable("It was corrected meanwhile. Reload the page to see what it says now.")
    if at >= old.mend_until:
        raise NotMendable(f"A {what} can be corrected for 24 hours. Make a new one to say what has changed.")


def _refuse_overtaken(old: CheckIn, goal: Goal, entry: CheckInEntry) -> None:
    """Of several check-ins about one day the last counts: a correction of an earlier one must not overtake it."""
    later = goal.check_ins.standing().filter(measured_on=old.measured_on, pk__gt=old.pk)
    if entry.measured_on == old.measured_on and later.exists():
        raise NotMendable("A later check-in about the same day counts in its place. Correct that one.")


def _words(entry: CheckInEntry) -> Words:
    return Words(entry.confidence, entry.call, entry.what_changed, entry.next_step, entry.blocker)
