"""Keys with which a machine reports values on its owner's goals."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from django.db import models

from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer

PREFIX = "wh_"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, viewer: Viewer) -> ApiTokenQuerySet:
        """One's own; not even HR administrators see that somebody has a token."""
        return self.filter(owner=viewer.employee) if viewer.employee else self.none()

    def usable(self, on: date) -> ApiTokenQuerySet:
        """Not revoked, not run out, of somebody who still works here."""
        return self.filter(revoked_at=None, ends_on__gte=on, owner__is_active=True, owner__user__is_active=True)


class ApiToken(models.Model):
    """A token that may check in on the goals of its owner and do nothing else.

    Only a digest is kept: 256 random bits need no slow hash. `last_used_on` is a day, never a time.
    """

    owner = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80, help_text="What uses it, such as: Nightly export of the ticket system.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=4, editable=False, help_text="The last characters, to tell tokens apart")
    made_at = models.DateTimeField()
    ends_on = models.DateField(help_text="The last day it works")
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
