"""The learning catalogue: activities, what they are for, their sessions, who takes part, and what the law requires."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from assessments.competencies.models import HIGHEST_LEVEL, Competency, LearningKind
from people.access import Role
from people.models import Employee, Unit

if TYPE_CHECKING:
    from people.access import Viewer

ENOUGH_RATINGS = 5  # so many new ones before the mean is worked out anew: no single rating shows in it or in the order
NEUTRAL = 3.0  # where an activity without a mean stands among the others, on the scale 1 to 5
BEST = 5


class ActivityQuerySet(models.QuerySet["Activity"]):
    def offered(self) -> ActivityQuerySet:
        return self.filter(state=Activity.State.OFFERED)

    def visible_to(self, viewer: Viewer) -> ActivityQuerySet:
        """Everyone sees what is offered; HR and whoever proposed it see a proposal, HR what was withdrawn."""
        if not viewer.is_inside:
            return self.none()
        if viewer.is_hr:
            return self
        seen = Q(state=Activity.State.OFFERED)
        if viewer.employee:
            taken = Enrolment.objects.filter(employee=viewer.employee).values("activity")
            seen |= Q(proposed_by=viewer.employee) | Q(state=Activity.State.WITHDRAWN, pk__in=taken)
        return self.filter(seen)

    def by_usefulness(self) -> ActivityQuerySet:
        """Most useful first; what was not rated often enough in the middle, in order of the library."""
        return self.order_by(Coalesce("useful_mean", Value(NEUTRAL)).desc(), "order", "title", "pk")


class Activity(models.Model):
    """Something to learn by. What it is for is in its aims."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        OFFERED = "offered", "Offered"
        WITHDRAWN = "withdrawn", "Withdrawn"

    title = models.CharField(
        max_length=120, unique=True, error_messages={"unique": "The catalogue has an activity of this name."}
    )
    text = models.CharField("what people do", max_length=600)
    kind = models.CharField(max_length=20, choices=LearningKind.choices)
    hours = models.DecimalField(max_digits=5, decimal_places=1, validators=[MinValueValidator(0)])
    provider = models.CharField("who offers it", max_length=120, blank=True)
    link = models.URLField("where to read more", blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OFFERED)
    proposed_by = models.ForeignKey(Employee, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    source_key = models.CharField(
        max_length=200,
        unique=True,
        null=True,
        editable=False,
        help_text="competency:title, when taken from the library",
    )
    order = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Counted up by each edit")
    useful_mean = models.FloatField(null=True, editable=False, help_text="Of the ratings at the last count, 1 to 5")
    useful_ratings = models.PositiveIntegerField(default=0, editable=False, help_text="How many were in that count")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["order", "title"]
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("development:activity", args=[self.pk])

    @property
    def is_offered(self) -> bool:
        return self.state == self.State.OFFERED


class Aim(models.Model):
    """A competency and the level that the activity helps to reach."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="aims")
    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_LEVEL)])

    class Meta:
        ordering = ["competency__order", "level"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "competency", "level"], name="one_aim_per_level"),
            models.CheckConstraint(condition=Q(level__range=(1, HIGHEST_LEVEL)), name="aim_level_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.competency}, level {self.level}"


class SessionQuerySet(models.QuerySet["Session"]):
    def to_come(self, at: datetime) -> SessionQuerySet:
        return self.filter(cancelled_at=None, starts_at__gt=at)

    def counted(self) -> SessionQuerySet:
        """With `taken`, the places that are given away, and `waiting`, the people who have none yet."""
        waits = Q(enrolments__waits_since__isnull=False)
        return self.annotate(taken=Count("enrolments", filter=~waits), waiting=Count("enrolments", filter=waits))

    def with_places(self) -> SessionQuerySet:
        return self.annotate(given=Count("enrolments", filter=Q(enrolments__waits_since=None))).filter(
            given__lt=F("seats")
        )


class Session(models.Model):
    """A date on which an activity takes place, with a number of places."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=120)
    seats = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.activity}, {self.place}"

    def is_to_come(self, at: datetime) -> bool:
        return self.cancelled_at is None and self.starts_at > at


class Enrolment(models.Model):
    """Somebody takes part, or waits for a place in a session. Leaving removes the row: it leaves no trace."""

    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="enrolments")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="enrolments")
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="enrolments")
    joined_at = models.DateTimeField()
    waits_since = models.DateTimeField(null=True, blank=True, help_text="Set while the session has no place for them")
    completed_on = models.DateField(null=True, blank=True)
    usefulness = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(BEST)]
    )

    class Meta:
        ordering = ["-joined_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "activity"], condition=Q(completed_on=None), name="one_open_enrolment_per_activity"
            ),
            models.UniqueConstraint(fields=["employee", "activity", "completed_on"], name="completed_once_a_day"),
            models.UniqueConstraint(
                fields=["employee", "activity"], condition=Q(usefulness__isnull=False), name="one_rating_per_person"
            ),
            models.CheckConstraint(
                condition=Q(usefulness=None) | Q(completed_on__isnull=False, usefulness__range=(1, BEST)),
                name="usefulness_is_rated_after_completion",
            ),
            models.CheckConstraint(
                condition=Q(waits_since=None) | Q(session__isnull=False, completed_on=None),
                name="only_a_session_is_waited_for",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}, {self.activity}"


class DutyQuerySet(models.QuerySet["Duty"]):
    def in_force(self) -> DutyQuerySet:
        return self.filter(ended_on=None)

    def of(self, employee: Employee) -> DutyQuerySet:
        place = employee.unit.position
        return self.in_force().filter(unit__position__lte=place, unit__last_position__gte=place)

    def visible_to(self, viewer: Viewer) -> DutyQuerySet:
        """HR administrators set and end duties; others meet their own on their plan."""
        return self if viewer.has(Role.HR_ADMIN) else self.none()


class Duty(models.Model):
    """Learning that is required of a unit, by law or for safety, and why. Nothing else can be required."""

    class Ground(models.TextChoices):
        LEGAL = "legal", "Legal duty"
        SAFETY = "safety", "Safety"

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="duties")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField("ground", max_length=6, choices=Ground.choices)
    reason = models.CharField(max_length=300, help_text="Which law or which danger; people read it")
    due_on = models.DateField("done by")
    set_on = models.DateField(editable=False)
    ended_on = models.DateField(null=True, editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name_plural = "duties"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="duty_says_why")]

    def __str__(self) -> str:
        return f"{self.activity}, {self.unit}"

    def is_overdue(self, on: date) -> bool:
        return self.ended_on is None and self.due_on < on


class Uptake(models.Model):
    """How many people learn, counted once for each month and never again: what happens later moves no number."""

    counted_on = models.DateField(unique=True, help_text="First of a month; who joined before that day is in it")
    totals = models.JSONField(help_text="What was counted to how many people, all of five or more")
    activities = models.JSONField(help_text="Id of an activity to how many people joined it, all of five or more")

    class Meta:
        ordering = ["-counted_on"]

    def __str__(self) -> str:
        return f"Uptake until {self.counted_on}"
