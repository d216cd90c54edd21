"""What was agreed: the text of each prompt in versions, and the moments that decide how customers see us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from actions.models.workshop import Workshop
from assessments.competencies.models import Competency
from core.constructs import ConstructField
from people.models import Employee, JobRole

if TYPE_CHECKING:
    from people.access import Viewer


class AgreedTextQuerySet(models.QuerySet["AgreedText"]):
    def visible_to(self, viewer: Viewer) -> AgreedTextQuerySet:
        """Everyone inside, the works council included (access.md, row 5)."""
        return self if viewer.is_inside else self.none()

    def current(self) -> AgreedTextQuerySet:
        """The newest version of each prompt."""
        newest = AgreedText.objects.filter(prompt=OuterRef("prompt")).order_by("-number").values("pk")[:1]
        return self.filter(pk=Subquery(newest))


class AgreedText(models.Model):
    """What the leaders agreed on one prompt. Never changed: a new wording is the next number."""

    prompt = models.CharField(max_length=20, help_text="Code of the workbook prompt, such as W-s1.5")
    question = models.CharField(max_length=600, help_text="The prompt as it was worded then")
    construct = ConstructField(blank=True)
    number = models.PositiveIntegerField()
    text = models.TextField()
    owner = models.ForeignKey(Employee, on_delete=models.SET_NULL, null=True, related_name="+")
    review_on = models.DateField()
    agreement = models.CharField(max_length=300, blank=True, help_text="How far the leaders agreed, in words")
    workshop = models.ForeignKey(Workshop, on_delete=models.SET_NULL, null=True, related_name="texts")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_at = models.DateTimeField()

    objects = AgreedTextQuerySet.as_manager()

    class Meta:
        ordering = ["prompt", "-number"]
        constraints = [models.UniqueConstraint(fields=["prompt", "number"], name="one_text_per_number")]

    def __str__(self) -> str:
        return f"{self.prompt}, version {self.number}"


class CriticalMomentQuerySet(models.QuerySet["CriticalMoment"]):
    def visible_to(self, viewer: Viewer) -> CriticalMomentQuerySet:
        return self if viewer.is_inside else self.none()


class CriticalMoment(models.Model):
    """A task in which a role decides how customers see us, and the behaviour that we want to see then."""

    class Reach(models.TextChoices):
        DIRECT = "direct", "Touches customers directly"
        BEHIND = "behind", "Works behind the scenes"

    job_role = models.ForeignKey(JobRole, on_delete=models.PROTECT, related_name="critical_moments")
    task = models.CharField(max_length=200, help_text="What the person is doing when it counts")
    reach = models.CharField(max_length=6, choices=Reach.choices, default=Reach.DIRECT)
    behaviour = models.CharField(max_length=400, help_text="What a camera would film when it is done well")
    competency = models.ForeignKey(
        Competency, on_delete=models.SET_NULL, null=True, blank=True, related_name="critical_moments"
    )
    construct = ConstructField(blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CriticalMomentQuerySet.as_manager()

    class Meta:
        ordering = ["job_role__name", "reach", "task"]
        constraints = [
            models.UniqueConstraint(
                fields=["job_role", "task"],
                name="one_moment_per_role_and_task",
                violation_error_message="This role has this moment already.",
            ),
            models.CheckConstraint(condition=~Q(behaviour=""), name="moment_names_a_behaviour"),
        ]

    def __str__(self) -> str:
        return f"{self.job_role}: {self.task}"
