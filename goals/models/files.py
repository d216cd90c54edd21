"""Files of goals that HR uploaded: what each row says, what it would do, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from goals.models.cycle import GoalCycle
from people.access import Role

if TYPE_CHECKING:
    from people.access import Viewer


class GoalImportQuerySet(models.QuerySet["GoalImport"]):
    def visible_to(self, viewer: Viewer) -> GoalImportQuerySet:
        """HR administrators: the rows name people."""
        return self if viewer.has(Role.HR_ADMIN) else self.none()


class GoalImport(models.Model):
    """One uploaded file of goals for one cycle."""

    cycle = models.ForeignKey(GoalCycle, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, help_text="Empty while a large file waits for its check")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, help_text="Set while a large file waits to be imported")
    attempts = models.PositiveSmallIntegerField(default=0)
    refusal = models.CharField(max_length=300, blank=True, help_text="Why the last attempt changed nothing")
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    objects = GoalImportQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_waiting(self) -> bool:
        """Whether the clock still has to check or to import it."""
        return self.applied_at is None and not self.refusal and (self.checked_at is None or self.agreed_at is not None)


class GoalImportLine(models.Model):
    """One row of the file."""

    class Kind(models.TextChoices):
        ADDED = "added", "New"
        CHANGED = "changed", "Changed"
        UNCHANGED = "unchanged", "No change"
        REFUSED = "refused", "Cannot import"
        WAITING = "waiting", "Not checked yet"

    file = models.ForeignKey(GoalImport, on_delete=models.CASCADE, related_name="lines", db_index=False)
    row = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    label = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(help_text="Column to text, as read")
    changes = models.JSONField(default=dict, help_text="Column to {old, new}")
    problems = models.JSONField(default=list, help_text="Of {column, said, problem}")

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["file", "row"], name="one_goal_line_per_row")]

    def __str__(self) -> str:
        return f"row {self.row}: {self.label}"
