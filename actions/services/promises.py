"""Choosing, changing and closing an action."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from actions import form_keys
from actions.models import Action
from actions.services import follow_ups
from assessments.surveys.models import Campaign
from core import audit, mail, notify
from core.errors import Conflict, DomainError
from goals.models import Goal
from people.models import Employee, Unit, User

State = Action.State
FIELDS = ("title", "notice", "construct", "unit", "owner", "goal", "due_on")


class ChangedMeanwhile(Conflict):
    """Somebody else saved the action after the form was opened."""


class NotThatWay(DomainError):
    """The action cannot take this step."""


@dataclass(frozen=True)
class Promise:
    """What people decide about an action."""

    title: str
    construct: str
    unit: Unit
    owner: Employee
    due_on: date
    notice: str = ""
    goal: Goal | None = None
    kind: str = Action.Kind.TEAM
    campaign: Campaign | None = None
    item_code: str = ""
    key: UUID = field(default_factory=uuid4)  # of the form it came by


@transaction.atomic
def choose(promise: Promise, *, by: User, at: datetime) -> Action:
    """Record a new action and tell its owner, unless the owner chose it; the same form sent twice is one action."""
    said = (promise.kind, promise.title, promise.unit.pk, promise.owner.pk, promise.due_on, by.pk)
    action, is_new = Action.objects.get_or_create(
        key=form_keys.key_of(promise.key, *said),
        defaults={
            "kind": promise.kind,
            "title": promise.title,
            "notice": promise.notice,
            "construct": promise.construct,
            "item_code": promise.item_code,
            "campaign": promise.campaign,
            "unit": promise.unit,
            "owner": promise.owner,
            "goal": promise.goal,
            "due_on": promise.due_on,
            "made_by": by,
            "made_at": at,
        },
    )
    if not is_new:
        return action
    audit.record("promised", action, by=by, changes={"due_on": {"old": None, "new": promise.due_on}})
    _tell_owner(action, by, at)
    return action


@transaction.atomic
def change(action: Action, promise: Promise, *, version: int, by: User, at: datetime) -> Action:
    """Save new words, owner or day. Raises ChangedMeanwhile, NotThatWay."""
    action = _lock(action)
    if action.version != version:
        raise ChangedMeanwhile("Somebody else changed this action meanwhile. Look at it again, then save.")
    if not action.is_unfinished:
        raise NotThatWay("This action is closed. Open it again to change it.")
    before = {name: getattr(action, name) for name in FIELDS}
    for name in FIELDS:
        setattr(action, name, getattr(promise, name))
    action.version += 1
    action.save(update_fields=[*FIELDS, "version"])
    changes = {
        name: {"old": _plain(old), "new": _plain(getattr(action, name))}
        for name, old in before.items()
        if old != getattr(action, name)
    }
    audit.record("changed", action, by=by, changes=changes)
    if "owner" in changes:
        _tell_owner(action, by, at)
    return action


@transaction.atomic
def move(action: Action, to: str, *, words: str = "", by: User, at: datetime) -> Action:
    """Begin, finish, drop or reopen an action. Raises NotThatWay.

    Beginning plans the question to the team; a dropped action says why, so that the team can be told.
    """
    action, to, on = _lock(action), State(to), timezone.localdate(at)
    if action.state == to:
        return action
    if to == State.DROPPED and not words.strip():
        raise NotThatWay("Say in one sentence why it is dropped. The team will read it.")
    old, action.state = action.state, to
    action.begun_on = action.begun_on or (on if to in (State.DOING, State.DONE) else None)
    action.closed_on = on if to in (State.DONE, State.DROPPED) else None
    action.closing_words = words.strip() if action.closed_on else ""
    action.version += 1
    action.save(update_fields=["state", "begun_on", "closed_on", "closing_words", "version"])
    if action.state == State.DROPPED:
        follow_ups.give_up(action)
    elif action.begun_on and not action.is_commitment:
        follow_ups.plan(action, on=on)
    audit.record(f"{to.label.lower()}", action, by=by, changes={"state": {"old": old, "new": to}})
    return action


def remind(action: Action, *, at: datetime) -> None:
    """Tell the owner once that the day is near, and once that it has passed."""
    on = timezone.localdate(at)
    late = action.is_overdue(on)
    day = f"{action.due_on.day} {action.due_on:%B}"
    words = f"“{action.title}” was promised for {day}" if late else f"“{action.title}” is due on {day}"
    key = f"action-{'overdue' if late else 'due'}:{action.pk}:{action.due_on}"
    notify.tell(action.owner.user, key, words, action.get_absolute_url(), at)
    context = {
        "name": action.owner.first_name,
        "title": action.title,
        "due": day,
        "late": late,
        "unit": action.unit.name,
        "button": "Open the action",
        "path": action.get_absolute_url(),
    }
    mail.queue("action_due", to=action.owner.user, key=key, context=context, at=at)


def _lock(action: Action) -> Action:
    found = Action.objects.select_for_update(of=("self",)).select_related("owner__user", "unit", "campaign")
    return found.get(pk=action.pk)


def _tell_owner(action: Action, by: User, at: datetime) -> None:
    if action.owner.user_id != by.pk:
        key = f"action-owner:{action.pk}:{action.owner_id}"
        words = f"You answer for “{action.title}”, due {action.due_on.day} {action.due_on:%B}"
        notify.tell(action.owner.user, key, words, action.get_absolute_url(), at)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Unit | Employee | Goal) else value
