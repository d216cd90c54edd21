"""When people were last reminded of a stage. Kept for the cycle, never for a person: whoever is reminded has not answered."""

from __future__ import annotations

from django.db import models

from assessments.reviews.models.cycles import ReviewCycle


class CycleReminder(models.Model):
    """The last day on which a cycle's clock reminded of one stage; what makes a repeated run send nothing twice."""

    class Stage(models.TextChoices):
        SELF = "self", "Self-assessments"
        MANAGER = "manager", "Manager reviews"
        RATERS = "raters", "Answers of raters"
        NAMING = "naming", "Naming of raters"
        APPROVAL = "approval", "Approval of raters"

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="reminders")
    stage = models.CharField(max_length=8, choices=Stage.choices)
    reminded_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "stage"], name="one_reminder_row_per_cycle_and_stage")]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.get_stage_display()}, {self.reminded_on:%Y-%m-%d}"
