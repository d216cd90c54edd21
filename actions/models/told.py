"""What customers are told after their survey: what they said, what was promised, and how that stands."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

from actions.models.action import Action
from assessments.surveys.models import Campaign
from people.access import Role

if TYPE_CHECKING:
    from people.access import Viewer


class CustomerReportQuerySet(models.QuerySet["CustomerReport"]):
    def visible_to(self, viewer: Viewer) -> CustomerReportQuerySet:
        """HR administrators write them. What is published, anybody reads by its address."""
        return self if viewer.has(Role.HR_ADMIN) else self.none()

    def published(self) -> CustomerReportQuerySet:
        return self.filter(published_at__isnull=False, campaign__state=Campaign.State.PUBLISHED)


class CustomerReport(models.Model):
    """One page for the customers of one survey. It holds words and choices; figures come from the release plan each time."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="In the public address")
    told = models.TextField("what you told us", max_length=2000)
    changed = models.TextField("what we changed", max_length=2000, blank=True)
    statements = models.JSONField(default=list, blank=True, help_text="Codes of the statements whose figures are shown")
    published_at = models.DateTimeField(null=True, editable=False)

    objects = CustomerReportQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]

    def __str__(self) -> str:
        return f"What customers were told after {self.campaign}"

    def get_absolute_url(self) -> str:
        return reverse("actions:told", args=[self.key])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class ToldPromise(models.Model):
    """An action as customers read it: in words written for them, with the state that the action has."""

    report = models.ForeignKey(CustomerReport, on_delete=models.CASCADE, related_name="promises")
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="+")
    words = models.CharField("in customers' words", max_length=300)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "action"],
                name="an_action_is_told_once",
                violation_error_message="Customers are told of this action already.",
            )
        ]

    def __str__(self) -> str:
        return self.words
