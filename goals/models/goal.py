"""The narrow row of a goal: its place, weight, dates and numbers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Q, When
from django.urls import reverse

from goals.models.cycle import GoalCycle
from people.access import Role
from people.models import Employee, Unit

if TYPE_CHECKING:
    from people.access import Viewer

MAX_WEIGHT = 1000
MAX_DEPTH = 12


class GoalQuerySet(models.QuerySet["Goal"]):
    def active(self) -> GoalQuerySet:
        return self.filter(state=Goal.State.ACTIVE)

    def current(self) -> GoalQuerySet:
        """Goals that are not cancelled, in cycles that are active."""
        return self.active().filter(cycle__state=GoalCycle.State.ACTIVE)

    def counted(self, on: date) -> GoalQuerySet:
        """Goals that count for their parent: started, not cancelled, not private."""
        return self.active().filter(starts_on__lte=on).exclude(visibility=Goal.Visibility.PRIVATE)

    def in_line_of(self, manager: Employee) -> GoalQuerySet:
        """Goals of everyone below `manager`, however deep."""
        return self.filter(owner__line_first__gt=manager.line_first, owner__line_first__lte=manager.line_last)

    def visible_to(self, viewer: Viewer) -> GoalQuerySet:
        """access.md, rows 39 to 42: public goals for everyone; "line" goals for the owner, who contributes, the
        managers above, HR admins and the HR partner of the owner's unit; private ones for the owner alone."""
        return self.filter(_sight(viewer)) if viewer.is_inside else self.none()

    def with_sight(self, viewer: Viewer) -> GoalQuerySet:
        """Every goal with `is_seen`: whether visible_to holds it. For sums, which count what they do not name."""
        seen = _sight(viewer) if viewer.is_inside else Q(pk=None)
        return self.annotate(is_seen=ExpressionWrapper(seen, output_field=models.BooleanField()))

    def with_words(self) -> GoalQuerySet:
        """With the rows that a list of goals names: detail, owner, unit."""
        return self.select_related("detail", "owner", "unit")


def _sight(viewer: Viewer) -> Q:
    """Which goals somebody inside sees."""
    seen = Q(visibility=Goal.Visibility.PUBLIC)
    if not viewer.has(Role.EMPLOYEE, Role.HR_ADMIN, Role.HR_PARTNER, Role.EXECUTIVE):
        seen &= ~Q(detail__level="individual")  # an auditor sees no person's goal
    line = Q(visibility=Goal.Visibility.LINE)
    if me := viewer.employee:
        seen |= Q(owner=me) | (line & Q(pk__in=me.contributions.values("goal")))
        if me.line_last > me.line_first:
            seen |= line & Q(owner__line_first__gt=me.line_first, owner__line_first__lte=me.line_last)
    if viewer.has(Role.HR_ADMIN):
        seen |= line
    for unit in viewer.partner_units:
        seen |= line & Q(owner__unit__position__gte=unit.position, owner__unit__position__lte=unit.last_position)
    return seen


class Goal(models.Model):
    """A goal's place, weight, dates and numbers. Words and measure: `goal.detail`.

    Narrow, half-filled pages and no index on a changing column, so that every roll-up write stays heap-only. The rules
    on what people type are a trigger of its own columns (migration 0002) and constraints of GoalDetail, not checks here:
    each check on this row is paid on every roll-up write.

    Who writes what: services.check_in writes own_ppm and checked_on, rollup writes supporting_ppm. No column has two
    writers, so a recompute cannot overwrite a check-in that came between its read and its write.
    """

    class State(models.IntegerChoices):
        ACTIVE = 1, "Active"
        CANCELLED = 2, "Cancelled"

    class Visibility(models.IntegerChoices):
        PUBLIC = 1, "Everyone here"
        LINE = 2, "The owner, who contributes, the managers above and HR"
        PRIVATE = 3, "Only the owner"

    class Measured(models.IntegerChoices):
        """How the own measure is read; follows from GoalDetail.metric_type and is written with it."""

        NOT = 0, "No measure: the supporting goals count"
        PACED = 1, "On the way to a target"
        KEPT = 2, "Kept within bounds"

    cycle = models.ForeignKey(GoalCycle, on_delete=models.PROTECT, related_name="goals", db_index=False)
    # The real constraint is (cycle, parent) -> (cycle, id): a tree cannot cross cycles. See migration 0002.
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supporting_goals", db_constraint=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="goals")
    owner = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="goals")
    weight = models.IntegerField(default=1)
    own_ppm = models.IntegerField(null=True, editable=False, help_text="Unclamped progress of the own measure")
    supporting_ppm = models.IntegerField(null=True, editable=False, help_text="Roll-up of supporting goals, 0..1000000")
    starts_on = models.DateField()
    due_on = models.DateField()
    checked_on = models.DateField(null=True, editable=False)
    depth = models.SmallIntegerField(default=0, editable=False)
    state = models.SmallIntegerField(choices=State.choices, default=State.ACTIVE)
    visibility = models.SmallIntegerField(choices=Visibility.choices, default=Visibility.PUBLIC)
    measured = models.SmallIntegerField(choices=Measured.choices, default=Measured.PACED, editable=False)
    is_aligned = models.BooleanField(
        default=False, editable=False, help_text="A path of active goals leads to an organisation goal"
    )

    is_seen: bool  # set by GoalQuerySet.with_sight

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "id"], name="goal_in_cycle")]
        indexes = [models.Index(fields=["cycle"], condition=models.Q(parent=None), name="goals_at_the_top")]

    def __str__(self) -> str:
        return self.detail.title

    def get_absolute_url(self) -> str:
        return reverse("goals:detail", args=[self.pk])

    @property
    def has_metric(self) -> bool:
        return self.measured != self.Measured.NOT

    @property
    def is_kept(self) -> bool:
        return self.measured == self.Measured.KEPT

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def progress_ppm(self) -> int | None:
        """The own measure where there is one, else the roll-up; never a mixture (method.md, section 13)."""
        return self.own_ppm if self.has_metric else self.supporting_ppm

    def counts_on(self, on: date) -> bool:
        """Whether the goal counts for its parent; the same rule as GoalQuerySet.counted."""
        return self.is_active and self.starts_on <= on and self.visibility != self.Visibility.PRIVATE


PROGRESS_PPM = Case(When(measured=Goal.Measured.NOT, then=F("supporting_ppm")), default=F("own_ppm"))
