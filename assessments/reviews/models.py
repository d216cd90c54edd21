"""Review cycles: people measured against the yardstick, by themselves and by their manager, and what both agree.

An assessment is one person in one cycle. Reviews are the views on that person, one per rater; each is the rater's alone
until shared, and a view of the other side opens only when both have been shared.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from assessments.competencies.models import HIGHEST_LEVEL, Competency, CompetencyVersion, ProfileSet, RoleProfile
from people.access import Role
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer


class CycleQuerySet(models.QuerySet["ReviewCycle"]):
    def open(self) -> CycleQuerySet:
        return self.filter(state=ReviewCycle.State.OPEN)

    def visible_to(self, viewer: Viewer) -> CycleQuerySet:
        """Set-up and counts of a cycle are HR's."""
        return self if viewer.is_hr else self.none()


class ReviewCycle(models.Model):
    """One round in which everybody is reviewed. At launch it pins the competency versions and role profiles in use."""

    class State(models.TextChoices):
        PREPARATION = "preparation", "In preparation"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    name = models.CharField(
        max_length=80, unique=True, error_messages={"unique": "There is a cycle of this name. Choose another name."}
    )
    state = models.CharField(max_length=11, choices=State.choices, default=State.PREPARATION)
    self_due_on = models.DateField("self-assessments shared by")
    manager_due_on = models.DateField("manager reviews shared by")
    closes_on = models.DateField(
        "last day", help_text="Levels are agreed and acknowledged by this day; then it closes."
    )
    profile_set = models.ForeignKey(ProfileSet, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    launched_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(self_due_on__lte=F("manager_due_on"), manager_due_on__lte=F("closes_on")),
                name="cycle_dates_in_order",
                violation_error_message="The dates must follow one another: self-assessments, manager reviews, last day.",
            ),
            models.CheckConstraint(
                condition=Q(state="preparation", launched_at=None)
                | Q(~Q(state="preparation"), launched_at__isnull=False, profile_set__isnull=False),
                name="launched_cycle_pins_profiles",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | Q(~Q(state="closed"), closed_at=None),
                name="cycle_closed_at_matches_state",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_running(self, on: date) -> bool:
        """Whether anything may still be written; the day itself decides, so that a late clock job changes nothing."""
        return self.state == self.State.OPEN and on <= self.closes_on


class CycleCompetency(models.Model):
    """A competency version that a cycle uses, pinned at launch."""

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="pinned")
    version = models.ForeignKey(CompetencyVersion, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["cycle", "version"], name="one_pin_per_version")]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.version}"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, viewer: Viewer) -> AssessmentQuerySet:
        """One's own, and those of today's direct reports whom one reviews. Nobody else reads a named person's levels.

        Stricter than matrix rows 25 to 28: HR and managers higher up read counts only (method.md, section 14).
        """
        me = viewer.employee
        if me is None:
            return self.none()
        return self.filter(Q(employee=me) | Q(manager=me, employee__manager=me))

    def managed_by(self, manager: Employee) -> AssessmentQuerySet:
        """Of people who report to this manager today and whom the cycle assigns to them."""
        return self.filter(manager=manager, employee__manager=manager)

    def counted_for(self, viewer: Viewer) -> AssessmentQuerySet:
        """Those an HR person may count: all for an administrator, those of the looked-after units for a partner."""
        if viewer.has(Role.HR_ADMIN):
            return self
        units = Q(pk=None)
        for unit in viewer.partner_units:
            units |= Q(employee__unit__position__range=(unit.position, unit.last_position))
        return self.filter(units)

    def with_states(self) -> AssessmentQuerySet:
        """Adds has_own and has_manager: whether the self-assessment and the manager's review have been shared."""
        return self.annotate(has_own=_shared(Review.Kind.SELF), has_manager=_shared(Review.Kind.MANAGER))

    def open_to_both(self) -> AssessmentQuerySet:
        """Those in which both have shared, so that each may read the other's view."""
        return self.filter(_shared(Review.Kind.SELF), _shared(Review.Kind.MANAGER))

    def out_of_line(self) -> AssessmentQuerySet:
        """Those whose reviewing manager is no longer the person's manager of today."""
        has_manager = Q(employee__manager__is_active=True)
        return self.filter(
            Q(employee__is_active=True)
            & (has_manager & ~Q(manager=F("employee__manager")) | ~has_manager & Q(manager__isnull=False))
        )


def _shared(kind: Review.Kind) -> Exists:
    return Exists(Review.objects.shared().filter(assessment=OuterRef("pk"), kind=kind))


class Assessment(models.Model):
    """One person in one cycle: who reviews them as manager, what their role needs, and what was agreed in the talk.

    `revision` counts changes of the agreed levels: the employee acknowledges the levels that were on the page.
    """

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.PROTECT, related_name="assessments")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="assessments")
    manager = models.ForeignKey(
        Employee,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who reviews as manager; empty for someone without a manager",
    )
    profile = models.ForeignKey(
        RoleProfile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What the role needed at launch; empty when there was no profile for it",
    )
    talk_on = models.DateField("date of the talk", null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    statement = models.TextField(max_length=2000, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["employee__name", "pk"]
        indexes = [models.Index(fields=["manager", "cycle"])]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "employee"], name="one_assessment_per_person_and_cycle"),
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None) | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="agreed_levels_name_a_person",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(agreed_at__isnull=False), name="acknowledged_after_agreed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}, {self.cycle}"


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

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="reviews")
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


class AgreedLevel(models.Model):
    """The level that counts, set by a named person in the talk. Nothing computes it and nothing sets it by itself."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="agreed_levels")
    version = models.ForeignKey(CompetencyVersion, on_delete=models.PROTECT, related_name="+")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="agreed_levels")
    level = models.PositiveSmallIntegerField()
    agreed_on = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "competency"], name="one_agreed_level_per_competency"),
            models.CheckConstraint(condition=Q(level__lte=HIGHEST_LEVEL), name="agreed_level_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.competency}: {self.level}"
