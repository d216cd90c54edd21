"""HR keeps the catalogue; managers propose. What the competency library names comes in by library.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core import audit, notify
from core.errors import Conflict, DomainError
from development.models import Activity, Aim, Duty, Session
from development.services import enrolments
from people.models import Employee, Unit, User

FIELDS = ("title", "text", "kind", "hours", "provider", "link")
SESSION_FIELDS = ("starts_at", "place", "seats")
Aims = Iterable[tuple[int, int]]  # id of a competency, level


class ChangedMeanwhile(Conflict):
    """Somebody else saved the activity after the form was opened."""


class NotNow(DomainError):
    """The activity or session cannot take this step."""


@transaction.atomic
def offer(facts: Mapping[str, Any], aims: Aims, *, by: User) -> Activity:
    """Add an activity to the catalogue."""
    return made(facts, aims, by, "offered", state=Activity.State.OFFERED)


@transaction.atomic
def propose(facts: Mapping[str, Any], aims: Aims, *, by: Employee) -> Activity:
    """Hand an activity in; HR decides whether it is offered."""
    return made(facts, aims, by.user, "proposed", state=Activity.State.PROPOSED, proposed_by=by)


@transaction.atomic
def change(activity: Activity, facts: Mapping[str, Any], aims: Aims, *, version: int, by: User) -> Activity:
    """Save new facts and aims. Raises ChangedMeanwhile."""
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.version != version:
        raise ChangedMeanwhile("Somebody else changed this activity meanwhile. Look at it again, then save.")
    before = {name: getattr(activity, name) for name in FIELDS}
    for name in FIELDS:
        setattr(activity, name, facts[name])
    activity.version += 1
    activity.save(update_fields=[*FIELDS, "version"])
    _set_aims(activity, aims)
    changes = {
        name: {"old": old, "new": getattr(activity, name)}
        for name, old in before.items()
        if old != getattr(activity, name)
    }
    audit.record("changed", activity, by=by, changes=changes)
    return activity


@transaction.atomic
def set_state(activity: Activity, to: str, *, by: User, at: datetime) -> Activity:
    """Offer or withdraw an activity, and tell whoever proposed it. Who takes part goes on; the plan keeps its items."""
    activity = Activity.objects.select_for_update(of=("self",)).select_related("proposed_by__user").get(pk=activity.pk)
    if to not in (Activity.State.OFFERED, Activity.State.WITHDRAWN):
        raise NotNow("Choose whether the activity is offered or withdrawn.")
    if activity.state == to:
        return activity
    if to == Activity.State.WITHDRAWN and activity.duties.in_force().exists():
        raise NotNow("This activity is required of a unit. End the requirement first.")
    old, activity.state = activity.state, Activity.State(to)
    activity.version += 1
    activity.save(update_fields=["state", "version"])
    audit.record(to, activity, by=by, changes={"state": {"old": old, "new": to}})
    if old == Activity.State.PROPOSED and activity.proposed_by:
        words = "is in the catalogue now" if activity.is_offered else "was not taken into the catalogue"
        key, url = f"activity-proposal:{activity.pk}:{to}", activity.get_absolute_url()
        notify.tell(activity.proposed_by.user, key, f"“{activity.title}” {words}", url, at)
    return activity


@transaction.atomic
def add_session(activity: Activity, *, starts_at: datetime, place: str, seats: int, by: User) -> Session:
    """Add a date with places. Raises NotNow for a time and place that are there already."""
    Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.sessions.filter(starts_at=starts_at, place=place, cancelled_at=None).exists():
        raise NotNow("There is this date at this place already. Change it, or choose another time.")
    session = Session.objects.create(activity=activity, starts_at=starts_at, place=place, seats=seats)
    audit.record("added a session to", activity, by=by, changes={"starts_at": {"old": None, "new": starts_at}})
    return session


@transaction.atomic
def change_session(session: Session, *, starts_at: datetime, place: str, seats: int, by: User, at: datetime) -> Session:
    """Move a date, its place or the number of places. Everyone who comes or waits is told of a new time or place.

    Raises NotNow for a session that is over or cancelled, and for fewer places than are given away.
    """
    session = Session.objects.select_for_update(of=("self",)).select_related("activity").get(pk=session.pk)
    if not session.is_to_come(at):
        raise NotNow("This session has begun or was cancelled. Add a new date instead.")
    if session.enrolments.filter(waits_since=None).count() > seats:
        raise NotNow("More people than that have a place already. Keep as many places, or cancel the session.")
    before = {name: getattr(session, name) for name in SESSION_FIELDS}
    session.starts_at, session.place, session.seats = starts_at, place, seats
    changes = {
        name: {"old": old, "new": getattr(session, name)}
        for name, old in before.items()
        if old != getattr(session, name)
    }
    if changes:
        session.save(update_fields=SESSION_FIELDS)
        audit.record("changed a session of", session.activity, by=by, changes=changes)
    if changes.keys() & {"starts_at", "place"}:
        _tell_of_change(session, at=at)
    enrolments.give_free_places(session, at=at)
    return session


def _tell_of_change(session: Session, *, at: datetime) -> None:
    day = timezone.localtime(session.starts_at)
    words = (
        f"“{session.activity.title}” is now on {day.day} {day:%B, %H:%M}, {session.place}. Leave if it no longer suits."
    )
    users = list(session.enrolments.filter(completed_on=None).values_list("employee__user", flat=True))
    key = f"session-changed:{session.pk}:{at:%Y%m%d%H%M%S%f}"
    notify.tell_all(users, key, words, session.activity.get_absolute_url(), at)


@transaction.atomic
def cancel_session(session: Session, *, by: User, at: datetime) -> None:
    """Cancel a date and tell everyone who has a place or waits for one; they stay with the activity, without a date."""
    session = Session.objects.select_for_update(of=("self",)).select_related("activity").get(pk=session.pk)
    if session.cancelled_at:
        return
    session.cancelled_at = at
    session.save(update_fields=["cancelled_at"])
    activity = session.activity
    places = session.enrolments.filter(completed_on=None)
    words = f"A session of “{activity.title}” was cancelled. Choose another date when you like."
    users = list(places.values_list("employee__user", flat=True))
    notify.tell_all(users, f"session-cancelled:{session.pk}", words, activity.get_absolute_url(), at)
    places.update(session=None, waits_since=None)
    audit.record(
        "cancelled a session of", activity, by=by, changes={"starts_at": {"old": session.starts_at, "new": None}}
    )


@transaction.atomic
def require(
    activity: Activity, unit: Unit, *, ground: str, reason: str, due_on: date, by: User, on: date, at: datetime
) -> Duty:
    """Require an activity of a unit, by law or for safety, and tell everyone concerned why. Raises NotNow."""
    if not activity.is_offered:
        raise NotNow("Offer the activity first. Only what is in the catalogue can be required.")
    if not reason.strip():
        raise NotNow("Say which law or which danger requires it. People read the reason.")
    Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.duties.in_force().filter(unit=unit).exists():
        raise NotNow("It is required of this unit already. End that requirement first.")
    duty = Duty.objects.create(
        activity=activity, unit=unit, ground=ground, reason=reason.strip(), due_on=due_on, set_on=on, set_by=by
    )
    audit.record("required", duty, by=by, changes={"ground": ground, "reason": duty.reason, "due_on": due_on})
    staff = Employee.objects.active().filter(unit__position__range=(unit.position, unit.last_position))
    words = f"“{activity.title}” is required by {due_on.day} {due_on:%B}: {duty.reason}"
    users = list(staff.values_list("user", flat=True))
    notify.tell_all(users, f"duty:{duty.pk}", words, activity.get_absolute_url(), at)
    return duty


@transaction.atomic
def end_duty(duty: Duty, *, by: User, on: date) -> None:
    """Require it no longer."""
    duty = Duty.objects.select_for_update(of=("self",)).get(pk=duty.pk)
    if duty.ended_on is None:
        duty.ended_on = on
        duty.save(update_fields=["ended_on"])
        audit.record("required no longer", duty, by=by)


def made(facts: Mapping[str, Any], aims: Aims, by: User | None, verb: str, **more: Any) -> Activity:
    """A new activity with its aims, recorded. For the verbs of this app."""
    activity = Activity.objects.create(**facts, **more)
    _set_aims(activity, aims)
    audit.record(verb, activity, by=by)
    return activity


def _set_aims(activity: Activity, aims: Aims) -> None:
    activity.aims.all().delete()
    Aim.objects.bulk_create(
        Aim(activity=activity, competency_id=one, level=level) for one, level in dict.fromkeys(aims)
    )
