"""Ways in without a sign-in: for customers, by an address or a set of links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from people.access import Viewer


class SurveyLinkQuerySet(models.QuerySet["SurveyLink"]):
    def visible_to(self, viewer: Viewer) -> SurveyLinkQuerySet:
        """HR (access.md, row 21)."""
        return self if viewer.is_hr else self.none()


class SurveyLink(models.Model):
    """A way in for customers: an address for many, or a set of links that each count once. It names no person."""

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", "One customer organisation"
        CHANNEL = "channel", "A channel, customers of many organisations"
        CONSUMERS = "consumers", "A channel, private customers"
        CONTACTS = "contacts", "People the survey is mailed to"

    campaign = models.ForeignKey("surveys.Campaign", on_delete=models.CASCADE, related_name="links")
    kind = models.CharField("who comes in here", max_length=12, choices=Kind.choices, default=Kind.CHANNEL)
    name = models.CharField(max_length=80, help_text="Such as: mail after a repair, or the customer's name")
    token = models.CharField(max_length=43, unique=True, editable=False, help_text="In the public address")
    is_public = models.BooleanField(default=True, help_text="Whether the one address is open to many")
    made_at = models.DateTimeField(editable=False)

    objects = SurveyLinkQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"],
                name="one_link_per_name",
                violation_error_message="This survey has a link of that name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
