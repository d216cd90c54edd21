"""Holding an action or a goal up to others, and taking that back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from actions.models import Action, Practice
from core import audit, notify
from core.errors import DomainError
from goals.models import Goal, GoalDetail
from people.models import User


class NotToCopy(DomainError):
    """This cannot be held up to others."""


@transaction.atomic
def mark(subject: Action | Goal, *, words: str, by: User, at: datetime) -> Practice:
    """Mark as a practice to copy, or reword it, and tell who answers for it once. Raises NotToCopy."""
    if isinstance(subject, Goal):
        if subject.detail.level == GoalDetail.Level.INDIVIDUAL:
            raise NotToCopy("This is a person's own goal. Mark a goal of a team, a department or the organisation.")
        if subject.visibility != Goal.Visibility.PUBLIC:
            raise NotToCopy("Not everyone may read this goal. Ask its owner to open it to everyone first.")
    elif subject.state == Action.State.DROPPED:
        raise NotToCopy("This action was dropped. Mark one that was carried out.")
    kind = "goal" if isinstance(subject, Goal) else "action"
    named: dict[str, Any] = {kind: subject}
    before = Practice.objects.select_for_update().filter(**named).first()
    practice, _ = Practice.objects.update_or_create(
        **named,
        defaults={"words": words, "marked_by": by, "marked_on": timezone.localdate(at)},
    )
    changes = {"words": {"old": before.words if before else None, "new": words}}
    audit.record("marked as practice to copy", subject, by=by, changes=changes)
    if subject.owner.user_id != by.pk:
        told = f"“{subject}” is held up as a practice to copy."
        notify.tell(subject.owner.user, f"practice:{kind}:{subject.pk}", told, subject.get_absolute_url(), at)
    return practice


@transaction.atomic
def unmark(practice: Practice, *, by: User) -> None:
    """Take it back; the audit trail keeps the words."""
    changes = {"words": {"old": practice.words, "new": None}}
    audit.record("no longer a practice to copy", practice.subject, by=by, changes=changes)
    practice.delete()
