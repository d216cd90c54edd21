"""The question to the team: planned, asked, answered, closed. Answers are counted and never kept one by one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from actions.models import Action, FollowUp, Seat
from assessments.surveys.models.campaigns import MINIMUM_GROUP
from core import audit, days_off, mail, notify
from core.errors import DomainError
from core.working_days import next_working_day
from people.models import Employee

ASKED_AFTER = timedelta(days=30)
OPEN_FOR = timedelta(days=10)


class TooLate(DomainError):
    """The question has closed, or the person has answered it."""


def plan(action: Action, *, on: date) -> FollowUp:
    """Plan the question for a month after the action began; a second call changes nothing.

    `minimum_group` is that of the survey the action answers, and never below the smallest there is.
    """
    k = action.campaign.minimum_group if action.campaign else MINIMUM_GROUP
    asks_on = next_working_day((action.begun_on or on) + ASKED_AFTER, days_off.known())
    found, _ = FollowUp.objects.get_or_create(action=action, defaults={"asks_on": asks_on, "minimum_group": k})
    return found


def give_up(action: Action) -> None:
    """A dropped action asks nobody; a question that is open stays until it closes."""
    FollowUp.objects.filter(action=action, state=FollowUp.State.WAITING).update(state=FollowUp.State.NOT_ASKED)


@transaction.atomic
def ask(follow_up: FollowUp, *, at: datetime) -> FollowUp:
    """Ask everyone in the unit but its head and the owner; a team below the minimum is not asked, and the page says so."""
    follow_up = _lock(follow_up)
    if follow_up.state != FollowUp.State.WAITING:
        return follow_up
    action, on = follow_up.action, timezone.localdate(at)
    people = list(_team(action))
    if len(people) < follow_up.minimum_group:
        follow_up.state = FollowUp.State.NOT_ASKED
        follow_up.save(update_fields=["state"])
        return follow_up
    Seat.objects.bulk_create(Seat(follow_up=follow_up, employee=person) for person in people)
    follow_up.state, follow_up.invited = FollowUp.State.OPEN, len(people)
    follow_up.closes_on = on + OPEN_FOR
    follow_up.save(update_fields=["state", "invited", "closes_on"])
    audit.record("asked the team about", action, by=None, changes={"people": {"old": None, "new": len(people)}})
    path, users = reverse("actions:follow_up", args=[action.pk]), [person.user_id for person in people]
    until = f"{follow_up.closes_on.day} {follow_up.closes_on:%B}"
    notify.tell_all(users, f"action-asked:{action.pk}", f"One question about “{action.title}”, until {until}", path, at)
    context = {"title": action.title, "unit": action.unit.name, "until": until, "button": "Answer", "path": path}
    mail.queue_all("action_question", to=users, key=f"action:{action.pk}", context=context, at=at)
    return follow_up


@transaction.atomic
def answer(seat: Seat, choice: str, *, at: datetime) -> None:
    """Count one answer and mark the seat. Leaves no audit entry: who answered when would be a link. Raises TooLate."""
    column = FollowUp.Answer(choice).value
    on = timezone.localdate(at)
    if not Seat.objects.to_answer(on).filter(pk=seat.pk).update(answered=True):
        raise TooLate("This question is closed, or you have answered it already.")
    FollowUp.objects.filter(pk=seat.follow_up_id).update(**{column: F(column) + 1})


@transaction.atomic
def close(follow_up: FollowUp, *, at: datetime) -> FollowUp:
    """Forget who answered, in the transaction that writes the counts once more; then tell the owner."""
    follow_up = _lock(follow_up)
    if follow_up.state != FollowUp.State.OPEN:
        return follow_up
    follow_up.seats.all().delete()
    follow_up.state = FollowUp.State.CLOSED
    follow_up.save(update_fields=["state"])
    action = follow_up.action
    audit.record("closed the question about", action, by=None)
    words = f"Your team has answered about “{action.title}”"
    notify.tell(action.owner.user, f"action-answered:{action.pk}", words, action.get_absolute_url(), at)
    return follow_up


def _team(action: Action) -> list[Employee]:
    """Who can have noticed: everyone in the unit; its head and the owner would judge themselves (P12)."""
    unit = action.unit
    people = Employee.objects.active().filter(unit__position__range=(unit.position, unit.last_position))
    return list(people.exclude(pk__in=[action.owner_id, unit.head_id or action.owner_id]).order_by("pk"))


def _lock(follow_up: FollowUp) -> FollowUp:
    found = FollowUp.objects.select_for_update(of=("self",)).select_related("action__owner__user", "action__unit")
    return found.get(pk=follow_up.pk)
