"""What is kept about a goal beside its measure: the pre-mortem, its name in files, its final score."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from goals.models.cycle import GoalCycle
from goals.models.goal import Goal
from goals.progress import Status

PREMORTEM_ANSWERS = 3
OUTCOMES = [(status.value, status.value.replace("_", " ")) for status in Status]


class PremortemAnswer(models.Model):
    """One answer to "How could someone hit this number and hurt a customer?", and the measure that would show it."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="premortem", db_index=False)
    order = models.PositiveSmallIntegerField()
    way = models.CharField("how", max_length=300)
    shown_by = models.CharField("what would show it", max_length=200, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "order"], name="one_premortem_answer_per_place"),
            models.CheckConstraint(condition=~Q(way=""), name="premortem_answer_says_something"),
        ]

    def __str__(self) -> str:
        return self.way


class GoalReference(models.Model):
    """The name by which files know a goal of a cycle, so that the same file twice is the same goal once."""

    cycle = models.ForeignKey(GoalCycle, on_delete=models.CASCADE, related_name="references", db_index=False)
    goal = models.OneToOneField(Goal, on_delete=models.CASCADE, primary_key=True, related_name="reference")
    reference = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "reference"], name="one_goal_per_reference")]

    def __str__(self) -> str:
        return self.reference


class FinalScore(models.Model):
    """Where a goal stood when its cycle was closed. Written once, never changed."""

    goal = models.OneToOneField(Goal, on_delete=models.CASCADE, primary_key=True, related_name="final")
    scored_on = models.DateField()
    progress_ppm = models.IntegerField(null=True, help_text="Unclamped; empty: no data")
    expected_ppm = models.IntegerField(null=True, help_text="Empty: no pace, a value to be kept")
    supporting_ppm = models.IntegerField(null=True)
    status = models.CharField(max_length=12, choices=OUTCOMES)
    shown = models.CharField(max_length=12, choices=OUTCOMES, help_text="After guardrails")
    is_breached = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.goal_id}: {self.status}"
