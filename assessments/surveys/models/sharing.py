"""Who reads a campaign's results from when: leaders first, then managers, then everyone."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from assessments.surveys.models.campaigns import Campaign


class Section(models.TextChoices):
    """A part of the results page that can be kept back from a level. The scores themselves are always shown."""

    UNITS = "units", "Heat map of the units"
    STATEMENTS = "statements", "Single statements"
    EMPHASIS = "emphasis", "Today and desired"
    GAPS = "gaps", "Leaders and customers beside the staff"
    CHANGE = "change", "Change readiness and balance"
    SPLIT = "split", "Split by the attribute"
    COMMENTS = "comments", "Comments"


class Sharing(models.Model):
    """The plan for one campaign. `reached` is moved by the clock, so that no page depends on the time of a request.

    Without a plan everybody reads the results from their publication on, each within their scope.
    """

    class Level(models.TextChoices):
        NOBODY = "", "HR only"
        LEADERS = "leaders", "Leaders"
        MANAGERS = "managers", "Leaders and managers"
        EVERYONE = "everyone", "Everyone"

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, primary_key=True, related_name="sharing")
    leaders_at = models.DateTimeField("leaders from")
    managers_at = models.DateTimeField("managers from")
    everyone_at = models.DateTimeField("everyone from")
    manager_sections = models.JSONField(default=list, help_text="What managers read beside the scores")
    everyone_sections = models.JSONField(default=list, help_text="What everyone reads beside the scores")
    reached = models.CharField(max_length=8, choices=Level.choices, default=Level.NOBODY, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(managers_at__gte=F("leaders_at")) & Q(everyone_at__gte=F("managers_at")),
                name="leaders_before_managers_before_everyone",
                violation_error_message="Leaders come first, then managers, then everyone.",
            )
        ]

    def __str__(self) -> str:
        return f"Sharing of {self.campaign}"

    def level_at(self, at: datetime) -> str:
        """The widest level whose date has come."""
        steps = ((self.everyone_at, "everyone"), (self.managers_at, "managers"), (self.leaders_at, "leaders"))
        return next((level for moment, level in steps if moment <= at), "")

    def sections_of(self, level: str) -> frozenset[str]:
        """What somebody of that level reads beside the scores; leaders and HR read all."""
        own = {"managers": self.manager_sections, "everyone": self.everyone_sections}
        return frozenset(own.get(level, Section.values))
