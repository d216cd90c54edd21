"""Documents that HR makes from the model: the text is HR's to edit, where it came from is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from assessments.competencies.models.library import CompetencyVersion
from assessments.competencies.models.profiles import RoleProfile
from people.access import Role

if TYPE_CHECKING:
    from people.access import Viewer


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, viewer: Viewer) -> DocumentQuerySet:
        """HR writes them, managers read them before they hire; they name no person."""
        return self if viewer.is_hr or viewer.has(Role.MANAGER) else self.none()


class Document(models.Model):
    """A text made from one role profile and the competency versions of that day.

    `text` is in the few marks of document_text.py. `revision` counts saves, so that nobody overwrites what they have not
    read.
    """

    class Kind(models.TextChoices):
        JOB_DESCRIPTION = "job_description", "Job description"
        JOB_ADVERT = "job_advert", "Paragraph for a job advert"
        INTERVIEW_GUIDE = "interview_guide", "Structured interview guide"
        STAR_INTERVIEW = "star_interview", "Star-performer interview guide"

    kind = models.CharField(max_length=15, choices=Kind.choices)
    title = models.CharField(max_length=160)
    text = models.TextField(max_length=60_000)
    profile = models.ForeignKey(RoleProfile, on_delete=models.PROTECT, related_name="+")
    versions = models.ManyToManyField(CompetencyVersion, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.title
