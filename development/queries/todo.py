"""What of their own development waits for somebody today: required learning, a date they go to, an offer, an item to look
at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from development.models import Enrolment, PlanItem, Proposal, Session
from development.queries import duties
from people.models import Employee

AHEAD = timedelta(days=30)  # how long before its day required learning is named
SOON = timedelta(days=7)  # and a date with a place in it
SHOWN = 3


@dataclass(frozen=True)
class Waiting:
    """One thing. `kind` is "required", "date", "offer" or "review"; `due_on` is None for an offer: nobody has to answer."""

    kind: str
    title: str
    why: str
    url: str
    due_on: date | None
    is_overdue: bool = False


def waiting_for(me: Employee, *, at: datetime) -> list[Waiting]:
    """For the page of their owner alone. Five queries."""
    on = timezone.localdate(at)
    required = [
        Waiting(
            "required",
            one.duty.activity.title,
            f"{one.duty.get_ground_display().lower()}: {one.duty.reason}",
            one.duty.activity.get_absolute_url(),
            one.duty.due_on,
            one.duty.is_overdue(on),
        )
        for one in duties.required_of([me])[me.pk]
        if not one.is_done and one.duty.due_on <= on + AHEAD
    ]
    offers = Proposal.objects.open_for(me, at).select_related("by")[:SHOWN]
    plan = reverse("development:plan")
    offered = [Waiting("offer", one.title, f"{one.offered_by} offers it", plan, None) for one in offers]
    items = PlanItem.objects.of(me).exclude(state=PlanItem.State.DONE).filter(review_on__lte=on)[:SHOWN]
    due = [
        Waiting("review", one.title, "you wanted to look at it again", one.get_absolute_url(), one.review_on)
        for one in items
    ]
    return [*required, *_dates(me, at), *offered, *due]


def _dates(me: Employee, at: datetime) -> list[Waiting]:
    sessions = Session.objects.to_come(at).filter(starts_at__lte=at + SOON)
    places = Enrolment.objects.filter(employee=me, completed_on=None, waits_since=None, session__in=sessions)
    found = []
    for one in places.select_related("activity", "session").order_by("session__starts_at")[:SHOWN]:
        assert one.session
        starts_at = timezone.localtime(one.session.starts_at)
        why = f"{starts_at:%H:%M}, {one.session.place}"
        found.append(Waiting("date", one.activity.title, why, one.activity.get_absolute_url(), starts_at.date()))
    return found
