"""HR keeps the catalogue; managers propose; the library's own learning is taken over once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from assessments.competencies.models import HIGHEST_LEVEL, CompetencyVersion
from core import audit, notify
from core.errors import Conflict, DomainError
from development.models import Activity, Aim, Duty, Session
from people.models import Employee, Unit, User

FIELDS = ("title", "text", "kind", "hours", "provider", "link")
Aims = Iterable[tuple[int, int]]  # id of a competency, level


class ChangedMeanwhile(Conflict):
    """Somebody else saved the activity after the form was opened."""


class NotNow(DomainError):
    """The activity or session cannot take this step."""


@transaction.atomic
def offer(facts: Mapping[str, Any], aims: Aims, *, by: User) -> Activity:
    """Add an activity to the catalogue."""
    return _made(facts, aims, by, "offered", state=Activity.State.OFFERED)


@transaction.atomic
def propose(facts: Mapping[str, Any], aims: Aims, *, by: Employee) -> Activity:
    """Hand an activity in; HR decides whether it is offered."""
    return _made(facts, aims, by.user, "proposed", state=Activity.State.PROPOSED, proposed_by=by)


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
    """Add a date with places."""
    session = Session.objects.create(activity=activity, starts_at=starts_at, place=place, seats=seats)
    audit.record("added a session to", activity, by=by, changes={"starts_at": {"old": None, "new": starts_at}})
    return session


@transaction.atomic
def cancel_session(session: Session, *, by: User, at: datetime) -> None:
    """Cancel a date and tell everyone who has a place; they stay with the activity, without a date."""
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
    places.update(session=None)
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


@transaction.atomic
def take_over_library(*, by: User | None) -> int:
    """Add the learning that the published competencies name and the catalogue has not met; returns how many were new.

    Safe to repeat: what HR has changed or withdrawn since stays as it is.
    """
    known = set(Activity.objects.exclude(source_key=None).values_list("source_key", flat=True))
    titles = set(Activity.objects.values_list("title", flat=True))
    order = Activity.objects.aggregate(last=Max("order"))["last"] or 0
    new = 0
    versions = CompetencyVersion.objects.published().select_related("competency").order_by("competency__order", "pk")
    for version in versions:
        for entry in version.learning:
            source = f"{version.competency.key}:{entry['title']}"
            if source in known or entry["title"] in titles:
                continue
            order, new = order + 1, new + 1
            facts = {name: entry[name] for name in ("title", "text", "kind", "hours")}
            aims = [(version.competency_id, level) for level in entry["for_levels"] if 1 <= level <= HIGHEST_LEVEL]
            _made(facts, aims, by, "offered", source_key=source, order=order)
            titles.add(entry["title"])
    return new


def _made(facts: Mapping[str, Any], aims: Aims, by: User | None, verb: str, **more: Any) -> Activity:
    activity = Activity.objects.create(**facts, **more)
    _set_aims(activity, aims)
    audit.record(verb, activity, by=by)
    return activity


def _set_aims(activity: Activity, aims: Aims) -> None:
    activity.aims.all().delete()
    Aim.objects.bulk_create(
        Aim(activity=activity, competency_id=one, level=level) for one, level in dict.fromkeys(aims)
    )
