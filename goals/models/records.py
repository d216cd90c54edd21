"""What is recorded on a goal: check-ins, milestones, checkpoints, guardrails, who was asked."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from goals.models.goal import Goal
from goals.progress import PPM, Step
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer


MEND_FOR = timedelta(hours=24)


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def visible_to(self, viewer: Viewer) -> CheckInQuerySet:
        """Check-ins on the goals that the viewer sees."""
        return self.filter(goal__in=Goal.objects.visible_to(viewer))

    def standing(self) -> CheckInQuerySet:
        """Without those that a correction has replaced: what counts, everywhere but in the history."""
        return self.filter(replaced_at=None)


class CheckIn(models.Model):
    """One update by the owner. Append-only: a trigger refuses changes to the number and the day (migration 0002).

    For a day its author may correct it: other words are kept on the row, and CheckInRevision keeps the earlier ones; another
    number or day is a row of its own that `corrects` this one, which then counts nowhere and stays readable.
    """

    class Call(models.TextChoices):
        ON_TRACK = "on_track", "On track"
        AT_RISK = "at_risk", "At risk"
        OFF_TRACK = "off_track", "Off track"

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="check_ins", db_index=False)
    by = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="check_ins")
    measured_on = models.DateField(help_text="The day the value is true for")
    made_at = models.DateTimeField()
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, help_text="Empty for milestones")
    progress_ppm = models.IntegerField(null=True, help_text="The goal's own progress by this check-in")
    confidence = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(10)], help_text="0 not at all to 10 certain"
    )
    call = models.CharField(max_length=9, choices=Call.choices, blank=True, help_text="The owner's own judgement")
    what_changed = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    blocker = models.TextField(blank=True, help_text="What is in the way that the owner cannot clear alone")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False, help_text="One form sent twice counts once")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="correction", editable=False
    )
    replaced_at = models.DateTimeField(null=True, editable=False, help_text="When a correction took its place")

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-measured_on", "-pk"]
        indexes = [
            models.Index(fields=["goal", "-measured_on", "-id"], name="check_ins_of_a_goal"),
            models.Index(fields=["goal"], condition=~Q(blocker=""), name="check_ins_that_ask_for_help"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__lte=10),
                name="confidence_0_to_10",
                violation_error_message="Confidence goes from 0 to 10.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.goal_id}, {self.measured_on}"

    @property
    def mend_until(self) -> datetime:
        """Until when its author may correct it. A correction keeps the hour of what it corrects, so no day is added."""
        return self.made_at + MEND_FOR


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def counted(self) -> MilestoneQuerySet:
        return self.filter(cancelled_on=None)


class Milestone(models.Model):
    """One step of a goal that is measured by milestones; ticked by a check-in."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=200)
    weight = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_in = models.ForeignKey(
        CheckIn, on_delete=models.PROTECT, null=True, blank=True, related_name="milestones", editable=False
    )
    cancelled_on = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gte=1),
                name="milestone_weighs_something",
                violation_error_message="A milestone weighs at least 1.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def step(self) -> Step:
        return Step(self.weight, self.due_on, self.done_on)

    def is_late(self, on: date) -> bool:
        return self.done_on is None and self.due_on is not None and self.due_on < on


class Checkpoint(models.Model):
    """How far a seasonal goal should be by a day; between checkpoints the expected pace is a straight line."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="checkpoints")
    reach_on = models.DateField()
    expected_ppm = models.IntegerField(help_text="0 to 1000000")

    class Meta:
        ordering = ["reach_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "reach_on"],
                name="one_checkpoint_a_day",
                violation_error_message="There is a checkpoint on this day already.",
            ),
            models.CheckConstraint(
                condition=Q(expected_ppm__gte=0, expected_ppm__lte=PPM), name="checkpoint_between_0_and_100_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expected_ppm / PPM:.0%} by {self.reach_on}"


class GuardrailQuerySet(models.QuerySet["Guardrail"]):
    def visible_to(self, viewer: Viewer) -> GuardrailQuerySet:
        """Guardrails of the goals that the viewer sees."""
        return self.filter(goal__in=Goal.objects.visible_to(viewer))


class Guardrail(models.Model):
    """A measure that must not get worse while the goal is pursued. Value and breach follow from the latest reading."""

    class Op(models.TextChoices):
        AT_LEAST = ">=", "at least"
        AT_MOST = "<=", "at most"

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="guardrails")
    name = models.CharField("what must not get worse", max_length=200)
    unit = models.CharField(max_length=40, blank=True)
    op = models.CharField("bound", max_length=2, choices=Op.choices)
    limit = models.DecimalField(max_digits=16, decimal_places=4)
    why = models.CharField(max_length=300, blank=True, help_text="What it stops, such as: Stops quick patches.")
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True, editable=False)
    read_on = models.DateField(null=True, editable=False)
    is_breached = models.BooleanField(default=False, editable=False)

    objects = GuardrailQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def breaks(self, value: object) -> bool:
        """Whether `value` lies on the wrong side of the limit; on the limit it still holds."""
        return value < self.limit if self.op == self.Op.AT_LEAST else value > self.limit  # type: ignore[operator]


class GuardrailReadingQuerySet(models.QuerySet["GuardrailReading"]):
    def visible_to(self, viewer: Viewer) -> GuardrailReadingQuerySet:
        """Readings on the goals that the viewer sees."""
        return self.filter(guardrail__goal__in=Goal.objects.visible_to(viewer))

    def standing(self) -> GuardrailReadingQuerySet:
        """Without those that a correction has replaced: what counts, everywhere but in the history."""
        return self.filter(replaced_at=None)


class GuardrailReading(models.Model):
    """One reading of a guardrail. Append-only: a trigger refuses changes to the number and the day (migration 0011).

    For a day its author may correct it, as a check-in: the correction is a row of its own that `corrects` this one, which
    then counts nowhere and stays readable.
    """

    guardrail = models.ForeignKey(Guardrail, on_delete=models.CASCADE, related_name="readings")
    by = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="guardrail_readings")
    read_on = models.DateField()
    made_at = models.DateTimeField()
    value = models.DecimalField(max_digits=16, decimal_places=4)
    note = models.CharField(max_length=300, blank=True)
    key = models.UUIDField(
        unique=True,
        default=uuid.uuid4,
        db_default=RandomUUID(),
        editable=False,
        help_text="One form sent twice counts once",
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.RESTRICT, null=True, related_name="correction", editable=False
    )
    replaced_at = models.DateTimeField(null=True, editable=False, help_text="When a correction took its place")

    objects = GuardrailReadingQuerySet.as_manager()

    class Meta:
        ordering = ["-read_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.guardrail}: {self.value} on {self.read_on}"

    @property
    def mend_until(self) -> datetime:
        """Until when its author may correct it; a correction adds no day."""
        return self.made_at + MEND_FOR


class Consultation(models.Model):
    """Who helped to choose the goal, and what came of it: staff, and customers too."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="consultations")
    who = models.CharField(max_length=200)
    held_on = models.DateField()
    outcome = models.CharField(max_length=400)

    class Meta:
        ordering = ["held_on", "pk"]

    def __str__(self) -> str:
        return f"{self.who}, {self.held_on}"
