"""Customers by name: whom a survey is mailed to, and who asked to be contacted. Neither leads to an answer.

A contact and the seat that its mail opens share no column: the secret in the mail is worked out from the contact with the
campaign's keys, and those are destroyed when it closes, as the contacts are.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from assessments.surveys.models.campaigns import Campaign
from people.access import Role

if TYPE_CHECKING:
    from people.access import Viewer


class CustomerContactQuerySet(models.QuerySet["CustomerContact"]):
    def visible_to(self, viewer: Viewer) -> CustomerContactQuerySet:
        """HR administrators (access.md, row 21)."""
        return self if viewer.has(Role.HR_ADMIN) else self.none()


class CustomerContact(models.Model):
    """One customer whom the product writes to while a survey is open. Erased when it closes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120, blank=True)
    organisation = models.CharField(max_length=120)
    email = models.EmailField("e-mail")
    is_invited = models.BooleanField(default=False, editable=False)

    objects = CustomerContactQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "name", "email"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "email"],
                name="one_contact_per_address",
                violation_error_message="This survey goes to this address already.",
            ),
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="contact_address_is_lower"),
        ]

    def __str__(self) -> str:
        return self.email


class ContactRequestQuerySet(models.QuerySet["ContactRequest"]):
    def visible_to(self, viewer: Viewer) -> ContactRequestQuerySet:
        """HR administrators, once the survey has closed: until then a request is sealed (access.md, row 22, P18)."""
        return self.filter(payload=b"") if viewer.has(Role.HR_ADMIN) else self.none()


class ContactRequest(models.Model):
    """Somebody who ticked "you may contact me about this": what they typed and a copy of what they answered.

    Sealed to the campaign's key until it closes. The ballot that counts is another one and names nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="contact_requests")
    payload = models.BinaryField(default=b"", editable=False)
    name = models.CharField(max_length=120, blank=True)
    reach_by = models.CharField(max_length=200, blank=True, help_text="E-mail address or telephone number")
    answers = models.JSONField(default=list, help_text="Pairs of question and answer in words")
    is_cut = models.BooleanField(
        default=False, help_text="Some answers were left out, because those of others could be worked out"
    )
    opened_on = models.DateField(null=True)

    objects = ContactRequestQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(payload=b"") | Q(opened_on__isnull=False), name="request_is_sealed_or_opened"
            )
        ]

    def __str__(self) -> str:
        return self.name or "A customer"
