"""Support cases: the one way for HR to read a named person's assessment, for a reason, for a time, and told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.access import Role
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer

LONGEST_CASE = timedelta(days=14)


class SupportCaseQuerySet(models.QuerySet["SupportCase"]):
    def visible_to(self, viewer: Viewer) -> SupportCaseQuerySet:
        """Who opened it, as long as they are HR; another administrator opens a case of their own and says why."""
        return self.filter(opened_by=viewer.user) if viewer.has(Role.HR_ADMIN) else self.none()

    def open_at(self, at: datetime) -> SupportCaseQuerySet:
        return self.filter(closed_at=None, ends_at__gt=at)


class SupportCase(models.Model):
    """An HR administrator's leave to read one person's shared assessment. The person was told when it was opened."""

    subject = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="support_cases")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = SupportCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at"), ends_at__lte=F("opened_at") + LONGEST_CASE),
                name="support_case_of_14_days_at_most",
                violation_error_message="A support case lasts 14 days at most.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="support_case_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"Support case about {self.subject}"

    def is_open(self, at: datetime) -> bool:
        return self.closed_at is None and self.ends_at > at
