"""Who stands around a goal: those who help, those who follow it, and what they say to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from goals.models.goal import Goal
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer


class Contributor(models.Model):
    """Somebody who works on a goal beside its owner. A contributor sees the goal even where only the line does."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="contributors", db_index=False)
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="contributions")

    class Meta:
        ordering = ["employee__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "employee"],
                name="one_contribution_per_person",
                violation_error_message="This person contributes already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee} contributes to {self.goal_id}"


class Follower(models.Model):
    """Somebody who wants to hear what happens to a goal. Following gives no right to see it."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="followers", db_index=False)
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="followed_goals")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["goal", "employee"], name="one_follower_per_person")]

    def __str__(self) -> str:
        return f"{self.employee} follows {self.goal_id}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, viewer: Viewer) -> CommentQuerySet:
        """Comments on the goals that the viewer sees."""
        return self.filter(goal__in=Goal.objects.visible_to(viewer))


class Comment(models.Model):
    """What somebody who sees the goal says about it. The author may take it back; then its words are gone."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="comments", db_index=False)
    by = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="goal_comments")
    made_at = models.DateTimeField()
    text = models.TextField()
    key = models.UUIDField(unique=True, editable=False, help_text="One form sent twice counts once")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["goal", "made_at"], name="comments_of_a_goal")]

    def __str__(self) -> str:
        return f"{self.goal_id}, {self.made_at:%Y-%m-%d}"
