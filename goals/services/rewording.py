"""Mending the words of a check-in, and how often one is wanted."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from core import audit
from core.errors import DomainError
from goals.models import CheckIn, CheckInRevision, Goal, GoalCycle, GoalDetail, Rhythm
from people.models import Employee, User


class NotMendable(DomainError):
    """The words stay as they are."""


@dataclass(frozen=True)
class Words:
    """What may be mended; the number and its day stay."""

    confidence: int | None
    call: str
    what_changed: str
    next_step: str
    blocker: str


@transaction.atomic
def mend_words(check_in: CheckIn, words: Words, *, by: Employee, at: datetime) -> CheckIn:
    """Replace the words within a day of the check-in; the earlier ones stay readable. Raises NotMendable."""
    found = CheckIn.objects.select_for_update(of=("self",)).select_related("goal__detail", "goal__cycle", "by__user")
    entry = found.get(pk=check_in.pk)
    if entry.by_id != by.pk:
        raise NotMendable(f"Only {entry.by.name} mends these words.")
    if at >= entry.mend_until:
        raise NotMendable("A check-in can be mended for 24 hours. Make a new one to say what has changed.")
    if not entry.goal.is_active or not entry.goal.cycle.takes_check_ins:
        raise NotMendable("The goal takes no updates any more.")
    new = asdict(words)
    old = {name: getattr(entry, name) for name in new}
    if new == old:
        return entry
    CheckInRevision.objects.create(check_in=entry, replaced_at=at, **old)
    for name, value in new.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(new))
    about = entry.by.user if entry.goal.detail.level == GoalDetail.Level.INDIVIDUAL else None
    changed = [name for name in new if new[name] != old[name]]
    audit.record("mended a check-in on", entry.goal, by=by.user, about=about, changes={"mended": changed})
    return entry


@transaction.atomic
def set_rhythm(goal: Goal, rhythm: str, *, by: User) -> None:
    """How often a check-in is due; "" takes the cycle's rhythm."""
    before = goal.detail.rhythm
    GoalDetail.objects.filter(pk=goal.pk).update(rhythm=Rhythm(rhythm).value if rhythm else "")
    about = goal.owner.user if goal.detail.level == GoalDetail.Level.INDIVIDUAL else None
    changes = {"check-ins": {"old": _said(before), "new": _said(rhythm)}}
    audit.record("changed", goal, by=by, about=about, changes=changes)


@transaction.atomic
def set_cycle_rhythm(cycle: GoalCycle, rhythm: str, *, by: User) -> None:
    """How often check-ins are due for goals that say nothing else."""
    before = cycle.rhythm
    cycle.rhythm = Rhythm(rhythm).value
    cycle.save(update_fields=["rhythm"])
    audit.record("changed", cycle, by=by, changes={"check-ins": {"old": _said(before), "new": _said(rhythm)}})


def _said(rhythm: str) -> str:
    return Rhythm(rhythm).label if rhythm else "as the cycle says"
