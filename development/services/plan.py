"""The owner's verbs on their own plan, and the manager's comment on what was shared.

Private items leave nothing in the audit trail: not that they exist, nor when they changed. Sharing and its end are recorded,
as others can read the item from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from core import audit, notify
from core.errors import Conflict, DomainError
from development.models import Activity, Entry, PlanItem, Step
from people.models import Employee

SAME_CLICK = timedelta(minutes=1)
FIELDS = ("kind", "title", "text", "competency", "target_level", "review_on")


class NotShared(DomainError):
    """Only shared items are commented on."""


class NoReader(DomainError):
    """There is nobody to share with."""


class ChangedMeanwhile(Conflict):
    """The item was saved from another window after this form was opened."""


@transaction.atomic
def add(facts: Mapping[str, Any], *, by: Employee, at: datetime) -> PlanItem:
    """Add an intention, private. The same words once more within a minute are the same click."""
    _one_after_the_other(by)
    said = {"owner": by, "state": PlanItem.State.DOING, **{name: facts[name] for name in FIELDS}}
    found = PlanItem.objects.filter(**said, made_at__gt=at - SAME_CLICK).first()
    return found or PlanItem.objects.create(**said, made_at=at)


@transaction.atomic
def take(activity: Activity, *, by: Employee, competency_id: int | None, level: int | None, at: datetime) -> PlanItem:
    """Put an activity of the catalogue on the plan, once while it is unfinished."""
    _one_after_the_other(by)
    found = PlanItem.objects.of(by).filter(activity=activity).exclude(state=PlanItem.State.DONE).first()
    return found or PlanItem.objects.create(
        owner=by,
        kind=PlanItem.Kind.ACTIVITY,
        title=activity.title,
        text=activity.text,
        activity=activity,
        competency_id=competency_id,
        target_level=level,
        made_at=at,
    )


@transaction.atomic
def change(item: PlanItem, facts: Mapping[str, Any], *, version: int) -> PlanItem:
    """Save new words. Raises ChangedMeanwhile."""
    item = PlanItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.version != version:
        raise ChangedMeanwhile("You changed this item in another window meanwhile. Compare, then save again.")
    for name in FIELDS:
        setattr(item, name, facts[name])
    item.version += 1
    item.save(update_fields=[*FIELDS, "version"])
    return item


def set_state(item: PlanItem, to: str, *, on: date) -> PlanItem:
    """Begin, finish, or put back among the ideas."""
    item.state = PlanItem.State(to)
    item.finished_on = on if item.is_done else None
    item.save(update_fields=["state", "finished_on"])
    return item


@transaction.atomic
def share(item: PlanItem, is_shared: bool, *, by: Employee) -> PlanItem:
    """Let the manager of today read one item, or no longer. A later manager reads it when it is shared again.

    Raises NoReader for somebody without a manager.
    """
    reader = by.manager if is_shared else None
    if is_shared and reader is None:
        raise NoReader("You have no manager in our records, so there is nobody to share with.")
    if item.shared_with != reader:
        was, item.shared_with = item.is_shared, reader
        item.save(update_fields=["shared_with"])
        if was != is_shared:
            audit.record("shared" if is_shared else "shared no longer", item, by=by.user, about=by.user)
    return item


def remove(item: PlanItem) -> None:
    """Forget an item with all that was written beside it."""
    item.delete()


@transaction.atomic
def add_step(item: PlanItem, text: str) -> Step:
    """Add a step, once while it is open."""
    PlanItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    return item.steps.filter(text=text, done_on=None).first() or Step.objects.create(item=item, text=text)


def drop_step(step: Step) -> None:
    step.delete()


def tick(step: Step, is_done: bool, *, on: date) -> Step:
    """Mark a step as done or open; a day already noted stays."""
    if is_done != (step.done_on is not None):
        step.done_on = on if is_done else None
        step.save(update_fields=["done_on"])
    return step


@transaction.atomic
def write(text: str, *, kind: str, item: PlanItem | None, by: Employee, at: datetime) -> Entry:
    """A reflection, or evidence beside one's own item. The same words within a minute are the same click."""
    _one_after_the_other(by)
    said = {"item": item, "author": by, "kind": kind, "text": text}
    found = Entry.objects.filter(**said, made_at__gt=at - SAME_CLICK).first()
    return found or Entry.objects.create(**said, made_at=at)


def drop_words(entry: Entry) -> None:
    """Take back one's own words. Whoever has read them has read them."""
    entry.delete()


@transaction.atomic
def comment(item: PlanItem, text: str, *, by: Employee, at: datetime) -> Entry:
    """Comment on a shared item, and tell the other one. Raises NotShared."""
    if not item.is_shared:
        raise NotShared("This item is private. Only shared items are commented on.")
    entry = write(text, kind=Entry.Kind.COMMENT, item=item, by=by, at=at)
    other = item.owner.manager if by == item.owner else item.owner
    if other:
        words = f"{by.name} commented on “{item.title}”"
        notify.tell(other.user, f"plan-comment:{entry.pk}", words, item.get_absolute_url(), at)
    return entry


def _one_after_the_other(by: Employee) -> None:
    """Hold a second click of the same person until the first one is written."""
    Employee.objects.select_for_update(of=("self",)).get(pk=by.pk)
