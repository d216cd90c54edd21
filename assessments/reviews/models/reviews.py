"""Reviews: what one side says about one person, competency by competency. A draft is its author's alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from assessments.competencies.models import HIGHEST_LEVEL, CompetencyVersion
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer


class ReviewQuerySet(models.QuerySet["Review"]):
    def written_by(self, viewer: Viewer) -> ReviewQuerySet:
        """The viewer's own reviews, in any state. The only way to a draft."""
        return self.filter(by=viewer.employee) if viewer.employee else self.none()

    def shared(self) -> ReviewQuerySet:
        return self.filter(state=Review.State.SHARED)

    def of_record(self) -> ReviewQuerySet:
        """Leaves out what a former manager began and never shared: it stays with its author and counts nowhere."""
        return self.exclude(Q(kind=Review.Kind.MANAGER, state=Review.State.DRAFT) & ~Q(by=F("assessment__manager")))


class Review(models.Model):
    """One rater's view of one person. A draft is the rater's alone: nobody else reads, counts or is told of it."""

    class Kind(models.TextChoices):
        SELF = "self", "Self-assessment"
        MANAGER = "manager", "Manager review"

    class State(models.TextChoices):
        DRAFT = "draft", "Private draft"
        SHARED = "shared", "Shared"

    assessment = models.ForeignKey("Assessment", on_delete=models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    by = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    shared_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["by", "kind", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "kind", "by"], name="one_review_per_rater"),
            models.UniqueConstraint(
                fields=["assessment"], condition=Q(kind="self"), name="one_self_assessment_per_person"
            ),
            models.UniqueConstraint(
                fields=["assessment"],
                condition=Q(kind="manager", state="shared"),
                name="one_shared_manager_review",
                violation_error_message="A manager's review has been shared already.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", shared_at=None) | Q(state="shared", shared_at__isnull=False),
                name="review_shared_at_matches_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.assessment}"

    @property
    def is_own(self) -> bool:
        return self.kind == self.Kind.SELF

    @property
    def is_shared(self) -> bool:
        return self.state == self.State.SHARED


class Obstacle(models.TextChoices):
    """What keeps someone from the needed level. Two are about the person; the others are the organisation's to mend."""

    SKILL = "skill", "Skill or knowledge"
    PRACTICE = "practice", "Practice time"
    TOOLS = "tools", "Tools or process"
    RULES = "rules", "Rules or targets"
    LEADER = "leader", "Leader behaviour"
    NOT_NEEDED = "not_needed", "Not needed in this work"


OF_THE_PERSON = (Obstacle.SKILL, Obstacle.PRACTICE)
OF_THE_CONTEXT = (Obstacle.TOOLS, Obstacle.RULES, Obstacle.LEADER, Obstacle.NOT_NEEDED)


class Rating(models.Model):
    """One rater's level for one competency. Written while the review is a draft, fixed once it is shared.

    `revision` counts saves: a save names the one it started from, so that a second device never silently overwrites.
    """

    class Answer(models.TextChoices):
        OPEN = "open", "Not answered yet"
        RATED = "rated", "Rated"
        NOT_ASSESSED = "not_assessed", "Not assessed"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="ratings")
    version = models.ForeignKey(CompetencyVersion, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=12, choices=Answer.choices, default=Answer.OPEN)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    example = models.TextField(max_length=2000, blank=True)
    obstacles = ArrayField(models.CharField(max_length=10, choices=Obstacle.choices), default=list, blank=True)
    obstacle_note = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "version"], name="one_rating_per_competency"),
            models.CheckConstraint(
                condition=Q(answer="rated", level__isnull=False, level__lte=HIGHEST_LEVEL)
                | Q(~Q(answer="rated"), level=None),
                name="rating_level_matches_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_answer_display()}"
