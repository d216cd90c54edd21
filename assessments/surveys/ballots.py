"""Raw answers: drafts, sealed ballots and responses. Closed to every other app; results are read through `queries`.

Ballots and responses carry numbers instead of foreign keys: no relation leads out of them, so nothing that follows
relations can join an answer to a person. `campaign_number` is the campaign's primary key.
"""

from django.db import models

from assessments.surveys.models.campaigns import Invitation


class DraftQuerySet(models.QuerySet["Draft"]):
    def open_to(self, seat: Invitation) -> "DraftQuerySet":
        """The draft that this holder of the seat may see: the person who is signed in, or the browser that began it."""
        found = self.filter(invitation=seat)
        if seat.visit is not None:
            return found.filter(visit=seat.visit)
        return found.none() if seat.answered else found


class Draft(models.Model):
    """What a person has answered so far, encrypted with the campaign's draft key. Erased when they submit."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    content = models.BinaryField()
    visit = models.CharField(
        max_length=64,
        blank=True,
        help_text="Keyed hash of the browser that answers by code or link; empty if signed in",
    )

    objects = DraftQuerySet.as_manager()

    def __str__(self) -> str:
        return "Draft"


class SealedBallot(models.Model):
    """A submitted ballot that only the campaign's private key opens.

    `receipt` is a keyed hash of campaign and person, so a second ballot meets the first one's key. Every ballot of a
    campaign has the same length.
    """

    receipt = models.BinaryField(primary_key=True, max_length=32)
    campaign_number = models.BigIntegerField(db_index=True)
    payload = models.BinaryField()

    def __str__(self) -> str:
        return "Sealed ballot"


class Response(models.Model):
    """One person's answers after the seal: one byte per position of the form, in the nearest published unit.

    The key is random, all rows of a campaign are written in one transaction in random order, and at least
    `minimum_group` people share each (campaign, place).
    """

    id = models.UUIDField(primary_key=True)
    campaign_number = models.BigIntegerField(db_index=True)
    place = models.PositiveIntegerField()
    vector = models.BinaryField()

    def __str__(self) -> str:
        return "Response"
