"""Assessments: one person in one cycle, who reviews them, and the levels that were agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from assessments.competencies.models import HIGHEST_LEVEL, Competency, CompetencyVersion, RoleProfile
from assessments.reviews.models.cycles import ReviewCycle
from assessments.reviews.models.reviews import Review
from people.access import Role
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, viewer: Viewer) -> AssessmentQuerySet:
        """One's own, and those of today's direct reports whom one reviews. Nobody else reads a named person's levels.

        HR and managers higher up read counts only (access.md, rows 25 to 28 and 32; method.md, section 14).
        """
        me = viewer.employee
        if me is None:
            return self.none()
        return self.filter(Q(employee=me) | _reviewed_by(me))

    def managed_by(self, manager: Employee) -> AssessmentQuerySet:
        """Whom the cycle assigns to this manager: people who report to them today, and those HR assigned by hand."""
        return self.filter(_reviewed_by(manager))

    def lists_open_to(self, viewer: Viewer) -> AssessmentQuerySet:
        """Whose list of raters the viewer may read (access.md, row 29): own, as reviewing manager, HR's in scope."""
        if viewer.has(Role.HR_ADMIN):
            return self
        found = Q(employee__in=Employee.objects.filter(viewer.partner_filter()))
        if me := viewer.employee:
            found |= Q(employee=me) | _reviewed_by(me)
        return self.filter(found)

    def taking_part(self) -> AssessmentQuerySet:
        """Leaves out who is excused, as on long leave."""
        return self.filter(is_excused=False)

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
        """Those whose reviewing manager is no longer the person's manager of today.

        A manager whom HR assigned by hand stays, as long as they work here.
        """
        has_manager = Q(employee__manager__is_active=True)
        follows = ~Q(is_assigned_by_hand=True, manager__is_active=True)
        return self.filter(
            Q(employee__is_active=True)
            & follows
            & (has_manager & ~Q(manager=F("employee__manager")) | ~has_manager & Q(manager__isnull=False))
        )


def _reviewed_by(manager: Employee) -> Q:
    return Q(manager=manager) & (Q(employee__manager=manager) | Q(is_assigned_by_hand=True))


def _shared(kind: Review.Kind) -> Exists:
    return Exists(Review.objects.shared().filter(assessment=OuterRef("pk"), kind=kind))


class Assessment(models.Model):
    """One person in one cycle: who reviews them as manager, what their role needs, and what was agreed in the talk.

    `revision` counts changes of the agreed levels and of the statement: the employee acknowledges the levels that were on
    the page, and no second device overwrites a statement unseen.
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
    is_assigned_by_hand = models.BooleanField(
        default=False, help_text="HR chose the reviewing manager; the reporting line no longer does"
    )
    is_excused = models.BooleanField(default=False, help_text="Left out of this cycle, as on long leave")
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
    is_report_shared = models.BooleanField(default=False, help_text="The person passed the 360 report on")

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

    def is_reviewed_by(self, manager: Employee) -> bool:
        """Whether `manager` is the one who reviews now. The employee must be loaded."""
        return self.manager_id == manager.pk and (self.is_assigned_by_hand or self.employee.manager_id == manager.pk)


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
