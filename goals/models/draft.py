"""A goal that somebody proposes to its future owner: it counts nowhere until the owner accepts it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.constructs import ConstructField
from goals.models.cycle import GoalCycle
from goals.models.detail import GoalDetail
from goals.models.goal import MAX_WEIGHT, Goal
from people.models import Employee, Unit

if TYPE_CHECKING:
    from people.access import Viewer


def _number() -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)


class GoalDraftQuerySet(models.QuerySet["GoalDraft"]):
    def visible_to(self, viewer: Viewer) -> GoalDraftQuerySet:
        """The sender and the addressee, nobody else: not HR, not the line above, not an auditor."""
        if viewer.employee is None:
            return self.none()
        return self.filter(Q(sent_by=viewer.employee) | Q(sent_to=viewer.employee))

    def waiting(self) -> GoalDraftQuerySet:
        return self.filter(state=GoalDraft.State.WAITING)


class GoalDraft(models.Model):
    """A supporting goal on its way from a sender to its owner-to-be.

    Between the two only: no audit entry names it, no total counts it, no page of anybody else shows that it exists. What
    the trail needs is on the row; once accepted, the goal has its own history.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for an answer"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Taken back"

    cycle = models.ForeignKey(GoalCycle, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="drafts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="goal_drafts_sent")
    sent_to = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="goal_drafts_received")
    level = models.CharField(max_length=12, choices=GoalDetail.Level.choices)
    title = models.CharField(max_length=200)
    customer_benefit = models.CharField(max_length=300)
    constructs = ArrayField(ConstructField(), default=list, blank=True)
    weight = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(MAX_WEIGHT)])
    starts_on = models.DateField()
    due_on = models.DateField()
    metric_type = models.CharField(max_length=10, choices=GoalDetail.Metric.choices)
    metric_name = models.CharField(max_length=200, blank=True)
    metric_unit = models.CharField(max_length=40, blank=True)
    metric_source = models.CharField(max_length=200, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    baseline = _number()
    target = _number()
    low = _number()
    high = _number()
    tolerance = _number()
    reward = models.CharField(max_length=300, blank=True, db_default="")
    parts = models.JSONField(default=dict, help_text="Milestones, guardrails, checkpoints, pre-mortem: goals.plan")
    message = models.CharField(max_length=300, blank=True, help_text="A word from the sender")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was declined")
    changes = models.JSONField(default=dict, help_text="What the owner changed on accepting: words to {old, new}")
    goal = models.OneToOneField(Goal, on_delete=models.CASCADE, null=True, related_name="draft")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False, help_text="One form sent twice counts once")

    objects = GoalDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(sent_by=F("sent_to")), name="draft_goes_to_somebody_else"),
            models.CheckConstraint(
                condition=Q(state="accepted", goal__isnull=False) | (~Q(state="accepted") & Q(goal=None)),
                name="accepted_draft_has_a_goal",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="declined_draft_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"Goal draft {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("goals:draft", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
