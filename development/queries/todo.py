"""What of their own development waits for somebody today: required learning, an offer to answer, an item to look at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from development.models import PlanItem, Proposal
from development.queries import duties
from people.models import Employee

AHEAD = timedelta(days=30)  # how long before its day required learning is named
SHOWN = 3


@dataclass(frozen=True)
class Waiting:
    """One thing. `kind` is "required", "offer" or "review"; `due_on` is None for an offer, which nobody has to answer."""

    kind: str
    title: str
    why: str
    url: str
    due_on: date | None
    is_overdue: bool = False


def waiting_for(me: Employee, *, at: datetime) -> list[Waiting]:
    """For the page of their owner alone. Four queries."""
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
    offered = [Waiting("offer", one.title, f"{one.by.name} offers it", plan, None) for one in offers]
    items = PlanItem.objects.of(me).exclude(state=PlanItem.State.DONE).filter(review_on__lte=on)[:SHOWN]
    due = [
        Waiting("review", one.title, "you wanted to look at it again", one.get_absolute_url(), one.review_on)
        for one in items
    ]
    return [*required, *offered, *due]
