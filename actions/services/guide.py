"""The steps of the guide that only people can report: that a team has talked, and what it was told."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from actions.models import Conversation
from assessments.surveys.models import UnitSnapshot
from core import audit, mail, notify
from core.errors import DomainError
from people.models import Employee, User


class NotYet(DomainError):
    """The step cannot be taken like this."""


@transaction.atomic
def note_talk(place: UnitSnapshot, *, talked_on: date, by: User, at: datetime) -> Conversation:
    """Record the day on which the team talked about its results. Raises NotYet for a day that lies ahead."""
    if talked_on > timezone.localdate(at):
        raise NotYet("The day lies ahead. Note it once you have talked.")
    conversation = _of(place)
    conversation.talked_on = talked_on
    conversation.save(update_fields=["talked_on"])
    audit.record("talked about", place, by=by, changes={"talked_on": {"old": None, "new": talked_on}})
    return conversation


@transaction.atomic
def tell_team(place: UnitSnapshot, *, words: str, by: User, at: datetime) -> Conversation:
    """Tell everyone in the unit today what was heard and what will happen; once is enough for a survey. Raises NotYet."""
    assert place.unit
    conversation = _of(place)
    if conversation.told_on:
        raise NotYet("The team has been told already. What happens next stands on the action board.")
    conversation.told_on, conversation.told_words = timezone.localdate(at), words.strip()
    conversation.save(update_fields=["told_on", "told_words"])
    audit.record("told the team about", place, by=by, changes={"words": {"old": "", "new": conversation.told_words}})
    unit = place.unit
    team = Employee.objects.active().filter(unit__position__range=(unit.position, unit.last_position))
    users = list(team.exclude(user=by).values_list("user_id", flat=True))
    path = reverse("actions:report", args=[place.campaign_id, place.place])
    key = f"team-told:{place.campaign_id}:{place.place}"
    notify.tell_all(users, key, f"What {unit.name} does after “{place.campaign.title}”", path, at)
    context = {
        "unit": unit.name,
        "survey": place.campaign.title,
        "words": conversation.told_words,
        "button": "See how it stands",
        "path": path,
    }
    mail.queue_all("team_report", to=users, key=key, context=context, at=at)
    return conversation


def _of(place: UnitSnapshot) -> Conversation:
    Conversation.objects.get_or_create(campaign=place.campaign, unit=place.unit)
    return Conversation.objects.select_for_update().get(campaign=place.campaign, unit=place.unit)
