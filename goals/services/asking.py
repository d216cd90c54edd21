"""A manager asks people below for news on their goals: one mail for each person and day, whoever asks how often."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core import audit, days_off, mail, notify
from core.errors import DomainError
from core.models import Mail
from core.working_days import at_work
from goals import wording
from goals.models import Goal
from people.models import Employee, User


class NobodyToAsk(DomainError):
    """None of the chosen goals can be asked about."""


@dataclass(frozen=True)
class Asked:
    """How many people get a mail, and how many had one today already."""

    people: int
    already: int


@transaction.atomic
def ask_for_updates(goals: Collection[Goal], *, note: str, by: Employee, at: datetime) -> Asked:
    """Ask the owners for a check-in. Only people below `by`; on a day off the mail leaves on the next working morning.

    Raises NobodyToAsk.
    """
    chosen: dict[User, list[Goal]] = defaultdict(list)
    for goal in goals:
        if by.is_above(goal.owner) and goal.is_active and goal.cycle.takes_check_ins:
            chosen[goal.owner.user].append(goal)
    if not chosen:
        raise NobodyToAsk("Choose at least one goal of somebody in your team that still runs.")
    day = timezone.localdate(at)
    key, send_at = f"asked:{day}", at_work(at, days_off.known())
    before = set(Mail.objects.filter(kind="goal_asked", key=key, user__in=chosen).values_list("user", flat=True))
    for person, theirs in chosen.items():
        if person.pk in before:
            continue
        mail.queue("goal_asked", to=person, key=key, context=_context(theirs, note, by), at=at, send_at=send_at)
        text = f"{by.name} asks how “{theirs[0].detail.title}” is going."
        notify.tell(person, f"{key}:{by.pk}", text[:300], reverse("goals:check_in", args=[theirs[0].pk]), at)
        audit.record_many((audit.Entry("asked for news on", goal, about=person) for goal in theirs), by=by.user)
    return Asked(len(chosen) - len(before), len(before))


def _context(goals: Collection[Goal], note: str, by: Employee) -> dict[str, object]:
    listed = []
    for goal in goals:
        last = f"last update {wording.day(goal.checked_on)}" if goal.checked_on else "no update yet"
        listed.append({"title": goal.detail.title, "last": last})
    first = next(iter(goals))
    path = reverse("goals:check_in", args=[first.pk]) if len(goals) == 1 else reverse("goals:mine")
    return {"manager": by.name, "note": note.strip()[:500], "goals": listed, "button": "Check in", "path": path}
