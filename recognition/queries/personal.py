"""What is kept about one person: thanks to and from them, what they asked and answered, how they like to be thanked."""

from __future__ import annotations

from typing import Any

from people.models import User
from recognition.models import Feedback, Praise, Preference, Reach


def about(user: User) -> dict[str, Any]:
    """Both sides of it are named: nobody here spoke in confidence. Whether a question was declined is its addressee's."""
    preference = Preference.objects.filter(employee__user=user).first()
    asked = Feedback.objects.filter(by__user=user, withdrawn_at=None).select_related("to")
    answered = Feedback.objects.filter(to__user=user, answered_at__isnull=False).select_related("by")
    return {
        "received": [_praise(one, "by", one.by.name) for one in _rows(to__user=user)],
        "given": [_praise(one, "to", one.to.name) for one in _rows(by__user=user)],
        "feedback_received": [_feedback(one, "from", one.to.name) for one in asked],
        "feedback_given": [_feedback(one, "to", one.by.name) for one in answered],
        "likes_to_be_thanked": {
            "in_front_of": Reach(preference.reach).label,
            "with": preference.forms,
        }
        if preference
        else None,
    }


def _rows(**whose: User) -> list[Praise]:
    return list(Praise.objects.filter(**whose).select_related("by", "to"))


def _praise(one: Praise, side: str, name: str) -> dict[str, Any]:
    return {
        side: name,
        "what": one.what,
        "effect": one.effect,
        "done_on": one.done_on.isoformat(),
        "at": one.given_at.isoformat(),
        "chosen_for": Reach(one.reach).label,
        "hidden": one.hidden_at is not None,
        "taken_down": one.taken_down_at is not None,
    }


def _feedback(one: Feedback, side: str, name: str) -> dict[str, Any]:
    return {
        side: name,
        "question": one.question,
        "keep": one.keep,
        "try": one.try_next,
        "at": one.asked_at.isoformat(),
    }
