"""Calibration: an agreed level that was changed after the talk, by whom and why. Kept for good."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.competencies.models import HIGHEST_LEVEL, CompetencyVersion
from assessments.reviews.models.assessments import Assessment


class LevelChange(models.Model):
    """One change of one agreed level. The person and the manager were told, with the reason."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="level_changes")
    version = models.ForeignKey(CompetencyVersion, on_delete=models.PROTECT, related_name="+")
    from_level = models.PositiveSmallIntegerField()
    to_level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_level__lte=HIGHEST_LEVEL) & ~Q(to_level=F("from_level")), name="level_change_changes"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="level_change_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.from_level} to {self.to_level}"
