"""Readings of guardrails, and correcting one within a day: what a guardrail shows follows from the latest that stands."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from core import notify
from goals import wording
from goals.models import Goal, Guardrail, GuardrailReading
from goals.services import check_ins, company, correcting
from goals.services.check_ins import EntryRefused
from goals.services.rewording import NotMendable
from people.models import Employee, RoleGrant


@transaction.atomic
def read_guardrail(
    guardrail: Guardrail,
    *,
    value: Decimal,
    read_on: date,
    note: str,
    by: Employee,
    at: datetime,
    key: UUID | None = None,
) -> GuardrailReading:
    """Record one reading. The same key twice is one reading. Raises NotOpen, EntryRefused."""
    goal = check_ins.lock(guardrail.goal_id)
    guardrail = _current(guardrail, goal)
    if made := _made_before(key, guardrail):
        return made
    check_ins.refuse_day(read_on, goal, at)
    reading = GuardrailReading.objects.create(
        guardrail=guardrail, by=by, read_on=read_on, made_at=at, value=value, note=note, key=key or uuid4()
    )
    _settle(guardrail, goal, reading, by=by, at=at)
    changes = {"guardrail": guardrail.name, "value": value, "read_on": read_on}
    check_ins.announce(goal, "read a guardrail of", by, changes)
    return reading


@transaction.atomic
def correct_reading(
    reading: GuardrailReading,
    *,
    value: Decimal,
    read_on: date,
    note: str,
    by: Employee,
    at: datetime,
    key: UUID | None = None,
) -> GuardrailReading:
    """Let what is said now stand in the place of a reading, which stays readable; returns the one that stands.

    The same rule as for check-ins: its author, within a day, and the same key twice is one correction.
    Raises NotMendable, NotOpen, EntryRefused.
    """
    goal = check_ins.lock(reading.guardrail.goal_id)
    guardrail = _current(reading.guardrail, goal)
    if made := _made_before(key, guardrail):
        return made
    old = GuardrailReading.objects.select_for_update(of=("self",)).select_related("by").get(pk=reading.pk)
    correcting.refuse(old, by, at, what="reading")
    said = {"value": value, "read_on": read_on, "note": note}
    changes = {name: {"old": getattr(old, name), "new": new} for name, new in said.items() if getattr(old, name) != new}
    if not changes:
        return old
    _refuse_overtaken(old, guardrail, read_on)
    check_ins.refuse_day(read_on, goal, at)
    old.replaced_at = at
    old.save(update_fields=["replaced_at"])
    made = GuardrailReading.objects.create(
        guardrail=guardrail, by=by, made_at=old.made_at, corrects=old, key=key or uuid4(), **said
    )
    _settle(guardrail, goal, made, by=by, at=at)
    check_ins.announce(goal, "corrected a guardrail reading of", by, {"guardrail": guardrail.name, **_told(changes)})
    return made


def _current(guardrail: Guardrail, goal: Goal) -> Guardrail:
    """The guardrail as it is now that its goal is locked."""
    found = goal.guardrails.filter(pk=guardrail.pk).first()
    if found is None:
        raise EntryRefused("This guardrail was taken away meanwhile. Reload the goal's page.")
    return found


def _made_before(key: UUID | None, guardrail: Guardrail) -> GuardrailReading | None:
    made = GuardrailReading.objects.filter(key=key).first() if key else None
    if made is not None and made.guardrail_id != guardrail.pk:
        raise EntryRefused("This form was sent for another guardrail. Reload the page and enter it again.")
    return made


def _told(changes: dict[str, dict[str, object]]) -> dict[str, object]:
    """The trail keeps numbers and days; a note may hold anything and stays with the reading."""
    return {name: change for name, change in changes.items() if name != "note"} or {"note": "other words"}


def _refuse_overtaken(old: GuardrailReading, guardrail: Guardrail, read_on: date) -> None:
    """Of several readings of one day the last counts: a correction of an earlier one must not overtake it."""
    later = guardrail.readings.standing().filter(read_on=old.read_on, pk__gt=old.pk)
    if read_on == old.read_on and later.exists():
        raise NotMendable("A later reading of the same day counts in its place. Correct that one.")


def _settle(guardrail: Guardrail, goal: Goal, made: GuardrailReading, *, by: Employee, at: datetime) -> None:
    """Value and breach from the latest reading that stands; who has to know hears of a new breach."""
    was_broken = guardrail.is_breached
    latest = guardrail.readings.standing().order_by("-read_on", "-pk")[0]
    guardrail.value, guardrail.read_on = latest.value, latest.read_on
    guardrail.is_breached = guardrail.breaks(latest.value)
    guardrail.save(update_fields=["value", "read_on", "is_breached"])
    if guardrail.is_breached and not was_broken:
        _tell_broken(guardrail, goal, made, by=by, at=at)


def _tell_broken(guardrail: Guardrail, goal: Goal, made: GuardrailReading, *, by: Employee, at: datetime) -> None:
    """The owner and those who follow; HR too where a reward waits on it. The managers above hear when the status worsens."""
    value = wording.with_unit(wording.plain(guardrail.value or Decimal(0)), guardrail.unit)
    broken = f"has a broken guardrail: {guardrail.name} {value}, {wording.limit(guardrail)}."
    company.tell_listeners(goal, f"guardrail-broken:{made.pk}", broken, by=by.user, at=at)
    if not goal.detail.reward or goal.visibility == Goal.Visibility.PRIVATE:
        return
    granted = RoleGrant.objects.filter(role=RoleGrant.Role.HR_ADMIN, user__is_active=True).exclude(user=by.user)
    text = f"The reward on “{goal.detail.title}” is on hold: {guardrail.name} {value}, {wording.limit(guardrail)}."
    admins = list(granted.values_list("user", flat=True))
    notify.tell_all(admins, f"reward-on-hold:{made.pk}", text[:300], goal.get_absolute_url(), at)
