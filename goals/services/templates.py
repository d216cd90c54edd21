"""Templates: goals to start from, kept by HR."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from core import audit
from core.errors import Conflict, DomainError
from goals import fairness
from goals.models import Goal, GoalTemplate
from people.models import User

_WORDS = ("level", "title", "customer_benefit", "description", "metric_type", "metric_name", "metric_unit")
_KEPT = (*_WORDS, "metric_source", "decimals", "constructs", "guardrails", "milestones", "is_archived")


class TemplateRefused(DomainError):
    """What was written breaks a rule; the message says which."""


@transaction.atomic
def keep_template(template: GoalTemplate, *, by: User | None, version: int | None = None) -> GoalTemplate:
    """Store a new or changed template and what changed about it. Goals that were started from it stay as they are.

    `version` is that of the template as the person saw it; raises Conflict when it is not the current one.
    """
    stored = GoalTemplate.objects.select_for_update().filter(pk=template.pk).first() if template.pk else None
    if stored and version != stored.version:
        raise Conflict("Somebody changed this template while you were writing. Compare and save again.")
    if rule := fairness.refusal((template.metric_name, template.metric_source)):
        raise TemplateRefused(rule)
    try:
        template.full_clean()
    except ValidationError as invalid:
        raise TemplateRefused(" ".join(invalid.messages)) from invalid
    template.version = stored.version + 1 if stored else 1
    template.save()
    changes = {
        name: {"old": getattr(stored, name), "new": getattr(template, name)}
        for name in _KEPT
        if stored and getattr(stored, name) != getattr(template, name)
    }
    if changes or not stored:
        audit.record("changed" if stored else "added", template, by=by, changes=changes)
    return template


def template_of(goal: Goal) -> GoalTemplate:
    """A template that is not stored yet, with the words and measure of a goal and nobody's name or numbers."""
    detail = goal.detail
    words: dict[str, Any] = {name: getattr(detail, name) for name in (*_WORDS, "metric_source", "decimals")}
    rails = goal.guardrails.values("name", "op", "limit", "unit", "why")
    return GoalTemplate(
        **words,
        constructs=list(detail.constructs),
        guardrails=[{**rail, "limit": f"{rail['limit'].normalize():f}"} for rail in rails],
        milestones=[{"title": step.title, "weight": step.weight} for step in goal.milestones.counted()],
    )
