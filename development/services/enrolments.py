"""Joining, waiting, leaving, completing. None of it is written into the audit trail: leaving leaves no trace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core import notify
from core.errors import DomainError
from development.models import Activity, Enrolment, Session
from development.services import usefulness as ratings
from people.models import Employee


class NoPlace(DomainError):
    """The activity or the session takes nobody."""


class Full(NoPlace):
    """Every place is given away; one can wait."""


@transaction.atomic
def join(
    activity: Activity, *, by: Employee, session: Session | None = None, waits: bool = False, at: datetime
) -> Enrolment:
    """Take part, with a place in a session or without a date. A second call moves to the other session.

    With `waits`, a full session puts the person on its list. Raises NoPlace, and Full without `waits`.
    """
    if not activity.is_offered:
        raise NoPlace("This activity is no longer offered.")
    mine = Enrolment.objects.filter(employee=by, activity=activity, completed_on=None)
    left = mine.exclude(session=session).values_list("session", flat=True).first()
    sessions = _locked([pk for pk in (session and session.pk, left) if pk])
    waits_since = None
    if session:
        waits_since = _place_in(sessions[session.pk], by, waits=waits, at=at)
    enrolment, _ = Enrolment.objects.update_or_create(
        employee=by,
        activity=activity,
        completed_on=None,
        defaults={"session": session, "waits_since": waits_since},
        create_defaults={"session": session, "waits_since": waits_since, "joined_at": at},
    )
    if left:
        give_free_places(sessions[left], at=at)
    return enrolment


@transaction.atomic
def leave(activity: Activity, *, by: Employee, at: datetime) -> None:
    """Take part no longer. What was completed stays; a place goes to who waits first."""
    mine = Enrolment.objects.filter(activity=activity, employee=by, completed_on=None)
    sessions = _locked(mine.exclude(session=None).values_list("session", flat=True))
    mine.delete()
    for session in sessions.values():
        give_free_places(session, at=at)


@transaction.atomic
def complete(activity: Activity, *, by: Employee, on: date, usefulness: int | None, at: datetime) -> Enrolment:
    """Note that it was done, and how useful it was (1 to 5, or no answer). Also for what was never joined.

    The same day twice is once; a later rating takes the place of an earlier one.
    """
    if on > timezone.localdate(at):
        raise NoPlace("The day lies ahead. Choose today or an earlier day.")
    mine = Enrolment.objects.select_for_update(of=("self",)).filter(employee=by, activity=activity)
    rows = list(mine)
    enrolment = next((row for row in rows if row.completed_on == on), None)
    if enrolment is None:
        enrolment = next((row for row in rows if row.completed_on is None), None)
    if enrolment is None:
        enrolment = Enrolment(employee=by, activity=activity, joined_at=at)
    if usefulness is not None:
        mine.update(usefulness=None)  # one rating per person: the last
    enrolment.completed_on, enrolment.usefulness, enrolment.waits_since = on, usefulness, None
    enrolment.save()
    if usefulness is not None:
        ratings.recount(activity)
    return enrolment


def free_places_of_leavers(*, at: datetime) -> int:
    """Give on the places of people who no longer work here; returns how many there were. Safe to repeat."""
    gone = Enrolment.objects.filter(
        employee__is_active=False, completed_on=None, session__in=Session.objects.to_come(at)
    )
    sessions = list(gone.values_list("session", flat=True).distinct())
    freed = 0
    for pk in sessions:
        with transaction.atomic():
            (session,) = _locked([pk]).values()
            freed += gone.filter(session=session).delete()[0]
            give_free_places(session, at=at)
    return freed


def give_free_places(session: Session, *, at: datetime) -> None:
    """Give what is free to those who wait, the first one first, and tell them. Wants the session locked."""
    if not session.is_to_come(at):
        return
    free = session.seats - session.enrolments.filter(waits_since=None).count()
    waiting = session.enrolments.filter(employee__in=Employee.objects.active()).exclude(waits_since=None)
    first = list(waiting.select_related("employee", "activity").order_by("waits_since", "pk")[: max(0, free)])
    Enrolment.objects.filter(pk__in=[one.pk for one in first]).update(waits_since=None)
    for one in first:
        day = timezone.localtime(session.starts_at)
        text = f"A place came free: you have one in “{one.activity.title}” on {day.day} {day:%B}. Leave if it no longer suits."
        key = f"place:{session.pk}:{one.pk}:{at:%Y%m%d%H%M%S}"
        notify.tell(one.employee.user, key, text, one.activity.get_absolute_url(), at)


def _locked(sessions: Iterable[int]) -> dict[int, Session]:
    """By id; locked in their order, so that two who change places do not wait for each other."""
    found = Session.objects.select_for_update(of=("self",)).filter(pk__in=list(sessions)).order_by("pk")
    return {session.pk: session for session in found}


def _place_in(session: Session, by: Employee, *, waits: bool, at: datetime) -> datetime | None:
    """None when there is a place, else since when this person waits for one. Raises NoPlace, Full."""
    if not session.is_to_come(at):
        raise NoPlace("This session has begun or was cancelled. Choose another date.")
    mine = session.enrolments.filter(employee=by, completed_on=None).first()
    if mine and mine.waits_since is None:
        return None
    if session.enrolments.filter(waits_since=None).count() < session.seats:
        return None
    if not waits:
        raise Full(
            "This session is full. Choose another date, or wait: a place that comes free goes to who waits first."
        )
    return (mine.waits_since if mine else None) or at
