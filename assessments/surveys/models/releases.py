"""The release plan: all that any page, export or mail may say about a campaign. Written once, when it is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from assessments.surveys.models.campaigns import Campaign, UnitSnapshot
from core.constructs import ConstructField
from people.access import Role

if TYPE_CHECKING:
    from people.access import Viewer


class UnitRelease(models.Model):
    """What is released about one unit. Hidden values are absent from the packed cells, not merely masked on pages.

    `constructs`, `items` and the others are packed records of `assessments.surveys.cells`, one per measure of the form in
    its order; `layout` is the number of the record layout.
    """

    class Hidden(models.TextChoices):
        NO = "", "Shown"
        TOO_FEW = "few", "Not shown: too few answers"
        NEIGHBOUR = "neighbour", "Not shown, so that answers of a small neighbouring group stay private"

    unit = models.OneToOneField(UnitSnapshot, on_delete=models.CASCADE, primary_key=True, related_name="release")
    hidden = models.CharField(max_length=10, choices=Hidden.choices, default=Hidden.NO, blank=True)
    answers = models.PositiveIntegerField(null=True, help_text="People who answered; empty where hidden")
    shown_at_place = models.PositiveIntegerField(
        null=True, help_text="This unit's place, else that of the nearest shown unit above; empty: nothing is shown"
    )
    layout = models.PositiveSmallIntegerField()
    constructs = models.BinaryField(default=b"")
    items = models.BinaryField(default=b"")
    sliders = models.BinaryField(default=b"")
    groups = models.BinaryField(default=b"")
    barriers = models.BinaryField(default=b"")
    numerics = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return f"Release of {self.unit}"


class TrendRelease(models.Model):
    """The change of a unit's Cs since the wave before, on the statements asked both times."""

    unit = models.OneToOneField(UnitSnapshot, on_delete=models.CASCADE, primary_key=True, related_name="trend")
    before = models.ForeignKey(UnitSnapshot, on_delete=models.CASCADE, related_name="+", help_text="The same unit then")
    layout = models.PositiveSmallIntegerField()
    constructs = models.BinaryField()

    def __str__(self) -> str:
        return f"Change of {self.unit}"


class CampaignAnalysis(models.Model):
    """What HR reads about a whole campaign (`assessments.surveys.analysis`), stored with the release plan."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, primary_key=True, related_name="analysis")
    content = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "campaign analyses"

    def __str__(self) -> str:
        return f"Analysis of {self.campaign}"


class BandRelease(models.Model):
    """Results of one value of an attribute, for the whole organisation. Absent where the audit withheld it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="bands_released")
    attribute = models.CharField(max_length=6, choices=Campaign.Cut.choices, blank=True, default="", db_default="")
    order = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=160)
    answers = models.PositiveIntegerField()
    layout = models.PositiveSmallIntegerField()
    constructs = models.BinaryField(default=b"")

    class Meta:
        ordering = ["campaign", "order"]
        constraints = [models.UniqueConstraint(fields=["campaign", "order"], name="one_release_per_band")]

    def __str__(self) -> str:
        return self.label


class ReleasedComment(models.Model):
    """One comment, under the one unit it was released for. Its rows are mixed per question.

    Numbers, not foreign keys: no relation leads out of this table. `campaign_number` is the campaign's primary key.
    """

    id = models.UUIDField(primary_key=True)
    campaign_number = models.BigIntegerField()
    place = models.PositiveIntegerField()
    question = models.CharField(max_length=20)
    text = models.TextField()
    inbox = models.BinaryField(
        default=b"", max_length=32, help_text="Hash of its writer's inbox code and the question; empty: no conversation"
    )

    class Meta:
        indexes = [
            models.Index(fields=["campaign_number", "place"]),
            models.Index(fields=["inbox"], name="comment_by_inbox_code"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class DesiredLevel(models.Model):
    """Where the leadership wants one C to stand, as an index. A wish, set by hand; no answer enters it."""

    construct = ConstructField(unique=True)
    index = models.PositiveSmallIntegerField("desired index")

    class Meta:
        ordering = ["construct"]
        constraints = [
            models.CheckConstraint(
                condition=Q(index__lte=100),
                name="desired_index_to_100",
                violation_error_message="An index is between 0 and 100.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_construct_display()}: {self.index}"


class CommentTagQuerySet(models.QuerySet["CommentTag"]):
    def visible_to(self, viewer: Viewer) -> CommentTagQuerySet:
        """HR keeps them; readers of comments see only the names on what they read."""
        return self if viewer.has(Role.HR_ADMIN) else self.none()


class CommentTag(models.Model):
    """A subject that comments are gathered under. HR's keywords find them; HR adds and removes by hand."""

    name = models.CharField(max_length=60, unique=True)
    keywords = models.CharField(
        max_length=600,
        blank=True,
        help_text="Words or beginnings of words, separated by commas. A comment with one is tagged.",
    )
    is_active = models.BooleanField(default=True)

    objects = CommentTagQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """One subject of one released comment. A tag taken off by hand stays off whatever the keywords say."""

    class Origin(models.TextChoices):
        RULE = "rule", "By keyword"
        HAND = "hand", "By hand"
        OFF = "off", "Taken off by hand"

    comment = models.ForeignKey(ReleasedComment, on_delete=models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(CommentTag, on_delete=models.CASCADE, related_name="taggings")
    origin = models.CharField(max_length=4, choices=Origin.choices, default=Origin.RULE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "tag"], name="one_tagging_per_comment_and_tag")]

    def __str__(self) -> str:
        return f"{self.tag}: {self.comment}"
