"""The library: frameworks with their level scale and clusters, competencies, and the versions of their wording.

A competency is the lasting thing; its wording lives in versions. Whoever measures with it points at a version, so a new
wording never touches what has been assessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.constructs import Construct, ConstructField
from people.access import Role

if TYPE_CHECKING:
    from people.access import Viewer

LOWEST_TOP, HIGHEST_LEVEL = 3, 6  # frameworks have three to six levels
DRAFT_READERS = (Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR)  # access.md, row 7


def reads_drafts(viewer: Viewer) -> bool:
    return viewer.has(*DRAFT_READERS)


class LearningKind(models.TextChoices):
    FORMAL_TRAINING = "formal_training", "Formal training"
    ON_THE_JOB = "on_the_job", "On-the-job training"
    TEAM_BUILDING = "team_building", "Team building"
    MODELLING = "modelling", "Modelling"
    COACHING = "coaching", "Coaching"


class FrameworkQuerySet(models.QuerySet["Framework"]):
    def in_use(self) -> FrameworkQuerySet:
        return self.filter(state=Framework.State.IN_USE)

    def visible_to(self, viewer: Viewer) -> FrameworkQuerySet:
        """A framework in preparation is HR's, as its competencies are (access.md, row 7)."""
        if not viewer.is_inside:
            return self.none()
        return self if reads_drafts(viewer) else self.exclude(state=Framework.State.DRAFT)


class Framework(models.Model):
    """A competency library: its level scale, clusters, competencies and role profiles. One is in use."""

    class State(models.TextChoices):
        DRAFT = "draft", "In preparation"
        IN_USE = "in_use", "In use"
        RETIRED = "retired", "Retired"

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(
        max_length=120, unique=True, error_messages={"unique": "There is a framework of this name. Choose another."}
    )
    purpose = models.CharField("what it is for", max_length=300, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    adopted_at = models.DateTimeField(null=True, blank=True)
    rating_guide = models.JSONField(
        default=dict, help_text="window_months, steps, purpose and what each rater is told, as in competencies.yaml"
    )
    interview_guide = models.JSONField(default=dict, help_text="Star-performer interview: prompts and what to do after")

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="in_use"), name="one_framework_in_use")
        ]

    def __str__(self) -> str:
        return self.name


class Scale(models.Model):
    """One version of a framework's level names. Indicators are written for the levels of one scale."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="scales")
    number = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="one_scale_per_number")]

    def __str__(self) -> str:
        return f"{self.framework}, scale {self.number}"


class Level(models.Model):
    """One step of a scale. 0 means not shown yet; levels build on those below."""

    scale = models.ForeignKey(Scale, on_delete=models.CASCADE, related_name="levels")
    value = models.PositiveSmallIntegerField(validators=[MaxValueValidator(HIGHEST_LEVEL)])
    name = models.CharField(max_length=40)
    freedom = models.CharField(max_length=80, blank=True, help_text="How freely the person acts")
    reach = models.CharField(max_length=80, blank=True, help_text="How far the effect goes")
    text = models.CharField(max_length=200)

    class Meta:
        ordering = ["value"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "value"], name="one_level_per_value"),
            models.CheckConstraint(condition=Q(value__lte=HIGHEST_LEVEL), name="level_value_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.name}"


class Cluster(models.Model):
    """A group of competencies in the library."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="clusters")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    text = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["framework", "key"], name="one_cluster_per_key")]

    def __str__(self) -> str:
        return self.name


class CompetencyQuerySet(models.QuerySet["Competency"]):
    def visible_to(self, viewer: Viewer) -> CompetencyQuerySet:
        """Everyone inside reads what was ever published; a competency with a draft only is HR's (access.md, rows 6, 7)."""
        if not viewer.is_inside:
            return self.none()
        if reads_drafts(viewer):
            return self
        return (
            self.filter(versions__state__in=CompetencyVersion.ISSUED)
            .exclude(framework__state=Framework.State.DRAFT)
            .distinct()
        )


class Competency(models.Model):
    """Something people show in their work, such as listening for needs. What it says is in its versions."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="competencies")
    key = models.SlugField(max_length=60, help_text="Stays the same for ever; used in addresses and files")
    order = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        help_text="The competency that took its place; levels agreed with this one count there from then on",
    )

    objects = CompetencyQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name_plural = "competencies"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="one_competency_per_key"),
            models.CheckConstraint(condition=~Q(merged_into=models.F("pk")), name="competency_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def counts_for_id(self) -> int:
        """The competency that levels agreed with this one count for today: itself, or the one it was merged into."""
        return self.merged_into_id or self.pk


class VersionQuerySet(models.QuerySet["CompetencyVersion"]):
    def published(self) -> VersionQuerySet:
        """What people are measured with from now on: the published versions of the framework in use."""
        return self.issued_now().filter(competency__framework__state=Framework.State.IN_USE)

    def issued_now(self) -> VersionQuerySet:
        """The published versions of any framework; those of one in preparation wait for it to be put into use."""
        return self.filter(state=CompetencyVersion.State.PUBLISHED)

    def drafts(self) -> VersionQuerySet:
        return self.filter(state=CompetencyVersion.State.DRAFT)

    def visible_to(self, viewer: Viewer) -> VersionQuerySet:
        if not viewer.is_inside:
            return self.none()
        if reads_drafts(viewer):
            return self
        issued = self.filter(state__in=CompetencyVersion.ISSUED)
        return issued.exclude(competency__framework__state=Framework.State.DRAFT)


class CompetencyVersion(models.Model):
    """One wording of a competency. Draft, then published, then retired; once published nothing in it changes.

    `services` is the only writer. `revision` counts saves of the draft: whoever saves names the revision they started
    from, and a save that started from an older one is refused.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    ISSUED = (State.PUBLISHED, State.RETIRED)

    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="+")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(max_length=80)
    definition = models.CharField("what it means", max_length=300)
    constructs = ArrayField(ConstructField(), help_text="The Cs it serves")
    job_description_sentence = models.CharField(max_length=300, blank=True)
    interview_questions = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    learning = models.JSONField(
        default=list, blank=True, help_text="Activities: kind, title, text, hours, for_levels, as in competencies.yaml"
    )
    change_note = models.CharField("what changed and why", max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["competency", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["competency", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["competency"],
                condition=Q(state="draft"),
                name="one_draft_per_competency",
                violation_error_message="Somebody has started a draft of this competency already.",
            ),
            models.UniqueConstraint(
                fields=["competency"], condition=Q(state="published"), name="one_published_version_per_competency"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None) | Q(~Q(state="draft"), published_at__isnull=False),
                name="version_published_at_matches_state",
            ),
            models.CheckConstraint(
                condition=Q(state="retired", retired_at__isnull=False) | Q(~Q(state="retired"), retired_at=None),
                name="version_retired_at_matches_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def mark(self) -> str:
        """Names this version at this save; an editor sends it back to say what the new text started from."""
        return f"{self.pk}.{self.revision}"

    @property
    def served(self) -> list[Construct]:
        return [Construct(key) for key in self.constructs]


class Indicator(models.Model):
    """Something one can see or hear at one level of a competency version, or what does not look like that level."""

    version = models.ForeignKey(CompetencyVersion, on_delete=models.CASCADE, related_name="indicators")
    level = models.PositiveSmallIntegerField()
    is_contrary = models.BooleanField("what it does not look like", default=False)
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=250)

    class Meta:
        ordering = ["level", "is_contrary", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "level", "is_contrary", "order"], name="one_indicator_per_place"
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=HIGHEST_LEVEL), name="indicator_level_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.text
