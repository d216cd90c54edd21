"""Goals to start from, which HR keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from core.constructs import Construct, ConstructField
from goals.models.detail import GoalDetail

if TYPE_CHECKING:
    from people.access import Viewer


class GoalTemplateQuerySet(models.QuerySet["GoalTemplate"]):
    def visible_to(self, viewer: Viewer) -> GoalTemplateQuerySet:
        """Templates hold nothing about anybody: everyone inside may start from one."""
        return self if viewer.is_inside else self.none()

    def offered(self) -> GoalTemplateQuerySet:
        return self.filter(is_archived=False)


class GoalTemplate(models.Model):
    """Words and measure of a goal without place, people, dates and numbers: those belong to whoever starts from it."""

    level = models.CharField(max_length=12, choices=GoalDetail.Level.choices)
    title = models.CharField(
        max_length=200, unique=True, error_messages={"unique": "There is a template of this name."}
    )
    customer_benefit = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    constructs = ArrayField(ConstructField(), default=list, blank=True)
    metric_type = models.CharField(max_length=10, choices=GoalDetail.Metric.choices)
    metric_name = models.CharField(max_length=200, blank=True)
    metric_unit = models.CharField(max_length=40, blank=True)
    metric_source = models.CharField(max_length=200, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(4)])
    guardrails = models.JSONField(default=list, blank=True, help_text="Of {name, op, limit, unit, why}")
    milestones = models.JSONField(default=list, blank=True, help_text="Of {title, weight}")
    is_archived = models.BooleanField(default=False)
    version = models.PositiveIntegerField(
        default=1, db_default=1, help_text="Counts changes, so that two editors cannot overwrite"
    )

    objects = GoalTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(customer_benefit=""),
                name="template_says_what_and_for_whom",
                violation_error_message="A template needs a title and a sentence on what the customer notices.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def construct_list(self) -> list[Construct]:
        return [Construct(key) for key in self.constructs]
