"""How often a goal is checked in on, and what keeps people told: reminders sent, earlier words, statuses last seen."""

from __future__ import annotations

from django.db import models

from goals.models.cycle import GoalCycle
from goals.models.goal import Goal
from goals.models.records import CheckIn


class CheckInRevision(models.Model):
    """The words of a check-in before its author mended them. Append-only: the thread shows every version."""

    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, related_name="revisions")
    replaced_at = models.DateTimeField()
    confidence = models.PositiveSmallIntegerField(null=True)
    call = models.CharField(max_length=9, blank=True)
    what_changed = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    blocker = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"check-in {self.check_in_id} until {self.replaced_at:%Y-%m-%d %H:%M}"


class CheckInReminder(models.Model):
    """When the owner was last reminded of a goal, so that a digest names it again only after another period."""

    goal = models.OneToOneField(Goal, on_delete=models.CASCADE, primary_key=True, related_name="reminder")
    reminded_on = models.DateField()

    def __str__(self) -> str:
        return f"goal {self.goal_id} on {self.reminded_on}"


class StatusBook(models.Model):
    """The status of every goal of a cycle when people were last told.

    Two packed columns, 8 bytes for an id and 1 for the code of its status: a million goals are 9 MB and compared at once.
    A goal that is not in it has not been looked at yet.
    """

    cycle = models.OneToOneField(GoalCycle, on_delete=models.CASCADE, primary_key=True, related_name="status_book")
    taken_on = models.DateField()
    taken_at = models.DateTimeField()
    ids = models.BinaryField()
    codes = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.cycle_id} on {self.taken_on}"
