"""What each job role needs. Role profiles have versions of the whole grid; review cycles keep the one they began with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.competencies.models.library import HIGHEST_LEVEL, Competency, Framework
from people.models import JobRole

if TYPE_CHECKING:
    from people.access import Viewer


class ProfileSetQuerySet(models.QuerySet["ProfileSet"]):
    def in_use(self) -> ProfileSetQuerySet:
        """Every version of the framework in use; the newest counts."""
        return self.filter(framework__state=Framework.State.IN_USE)

    def visible_to(self, viewer: Viewer) -> ProfileSetQuerySet:
        return self.filter(framework__in=Framework.objects.visible_to(viewer))


class ProfileSet(models.Model):
    """One version of all role profiles. The newest counts; review cycles keep the one they started with."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="profile_sets")
    number = models.PositiveSmallIntegerField()
    change_note = models.CharField("what changed and why", max_length=300)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ProfileSetQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "number"],
                name="one_profile_set_per_number",
                violation_error_message="Somebody saved this version of the role profiles a moment before you.",
            )
        ]

    def __str__(self) -> str:
        return f"Role profiles, version {self.number}"


class RoleProfile(models.Model):
    """What one job role needs, in one version of the grid."""

    profile_set = models.ForeignKey(ProfileSet, on_delete=models.PROTECT, related_name="profiles")
    job_role = models.ForeignKey(JobRole, on_delete=models.PROTECT, related_name="profiles")
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["profile_set", "job_role"], name="one_profile_per_role")]

    def __str__(self) -> str:
        return self.name


class Expectation(models.Model):
    """The level a role needs in one competency. No row means that the competency is not part of the role."""

    profile = models.ForeignKey(RoleProfile, on_delete=models.CASCADE, related_name="expectations")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="expectations")
    required_level = models.PositiveSmallIntegerField()
    is_focus = models.BooleanField(default=False, help_text="Counts double")

    class Meta:
        ordering = ["competency__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "competency"], name="one_expectation_per_competency"),
            models.CheckConstraint(
                condition=Q(required_level__gte=1, required_level__lte=HIGHEST_LEVEL), name="required_level_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competency}: {self.required_level}"
