"""An uploaded file of competencies as it was read and checked: what the dry run showed is what an apply writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from assessments.competencies.models.library import Framework
from people.access import Role
from people.models import User

if TYPE_CHECKING:
    from people.access import Viewer


class LibraryImportQuerySet(models.QuerySet["LibraryImport"]):
    def visible_to(self, viewer: Viewer) -> LibraryImportQuerySet:
        """HR administrators, each other's files too."""
        return self if viewer.has(Role.HR_ADMIN) else self.none()


class LibraryImport(models.Model):
    """A file for one framework. `publishes` says whether its rows become versions in use or drafts."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=200)
    publishes = models.BooleanField(default=False)
    change_note = models.CharField(max_length=300, blank=True)
    clusters = models.JSONField(default=list, help_text="Of {key, name, text}, as read; JSON files have them")
    cluster_changes = models.JSONField(default=list, help_text="Those of them that are new or reworded, as shown")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    applied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    objects = LibraryImportQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class LibraryImportLine(models.Model):
    """One row of the file: what it says, what it would do, and why not."""

    class Kind(models.TextChoices):
        ADDED = "added", "New"
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "No change"
        REFUSED = "refused", "Cannot import"

    file = models.ForeignKey(LibraryImport, on_delete=models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    label = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(help_text="Column to text, as read")
    changes = models.JSONField(default=list, help_text="Of {label, old, new}")
    problems = models.JSONField(default=list, help_text="Of {column, said, problem}")
    notes = models.JSONField(default=list, help_text="Sentences on what follows")

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["file", "row"], name="one_library_line_per_row")]
        indexes = [models.Index(fields=["file", "kind", "row"])]

    def __str__(self) -> str:
        return f"row {self.row}: {self.label}"
