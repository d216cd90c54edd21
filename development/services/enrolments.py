"""Joining, leaving, completing. None of it is written into the audit trail: leaving leaves no trace."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.errors import DomainError
from development.models import Activity, Enrolment, Session
from people.models import Employee


class NoPlace(DomainError):
    """The activity or the session takes nobody."""


@transaction.atomic
def join(activity: Activity, *, by: Employee, session: Session | None = None, at: datetime) -> Enrolment:
    """Take part, with a place in a session or without a date. A second call moves to the other session. Raises NoPlace."""
    if not activity.is_offered:
        raise NoPlace("This activity is no longer offered.")
    if session:
        session = _with_place(session, by, at)
    enrolment, _ = Enrolment.objects.update_or_create(
        employee=by,
        activity=activity,
        completed_on=None,
        defaults={"session": session},
        create_defaults={"session": session, "joined_at": at},
    )
    return enrolment


def leave(activity: Activity, *, by: Employee) -> None:
    """Take part no longer. What was completed stays."""
    Enrolment.objects.filter(activity=activity, employee=by, completed_on=None).delete()


@transaction.atomic
def complete(activity: Activity, *, by: Employee, on: date, usefulness: int | None, at: datetime) -> Enrolment:
    """Note that it was done, and how useful it was (1 to 5, or no answer). Also for what was never joined.

    The same day twice is once; a later rating takes the place of an earlier one.
    """
    if on > timezone.localdate(at):
        raise NoPlace("The day lies ahead. Choose today or an earlier day.")
    mine = Enrolment.objects.select_for_update().filter(employee=by, activity=activity)
    rows = list(mine)
    enrolment = next((row for row in rows if row.completed_on == on), None)
    if enrolment is None:
        enrolment = next((row for row in rows if row.completed_on is None), None)
    if enrolment is None:
        enrolment = Enrolment(employee=by, activity=activity, joined_at=at)
    if usefulness is not None:
        mine.update(usefulness=None)  # one rating per person: the last
    enrolment.completed_on, enrolment.usefulness = on, usefulness
    enrolment.save()
    return enrolment


def _with_place(session: Session, by: Employee, at: datetime) -> Session:
    """The session, locked, with a place for this person."""
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.cancelled_at or session.starts_at <= at:
        raise NoPlace("This session has begun or was cancelled. Choose another date.")
    if session.enrolments.exclude(employee=by).count() >= session.seats:
        raise NoPlace(
            "This session is full. Choose another date, or join without one and HR sees that there is demand."
        )
    return session
