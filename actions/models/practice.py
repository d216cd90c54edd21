"""A practice to copy: an action or a goal that HR holds up to others, with what to take from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from actions.models.action import Action
from goals.models import Goal
from people.access import Role
from people.models import Unit

if TYPE_CHECKING:
    from people.access import Viewer


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, viewer: Viewer) -> PracticeQuerySet:
        """Whose they are to take back: all for HR admins, for a partner those of the units in their care.

        Title, unit and words of a practice are for everyone who works here; HR is told so before it marks one.
        """
        if viewer.has(Role.HR_ADMIN):
            return self
        kept = Q(pk__in=[])
        for unit in viewer.partner_units:
            scope = (unit.position, unit.last_position)
            kept |= Q(action__unit__position__range=scope) | Q(goal__unit__position__range=scope)
        return self.filter(kept)

    def with_words(self) -> PracticeQuerySet:
        return self.select_related("action__unit", "goal__detail", "goal__unit")


class Practice(models.Model):
    """Of an action or of a goal, never of both. A person's own goal is none: nobody is held up as an example here."""

    action = models.OneToOneField(Action, on_delete=models.CASCADE, null=True, blank=True, related_name="practice")
    goal = models.OneToOneField(Goal, on_delete=models.CASCADE, null=True, blank=True, related_name="practice")
    words = models.CharField("what to copy", max_length=400)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    marked_on = models.DateField()

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-marked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(action__isnull=False, goal=None) | Q(action=None, goal__isnull=False),
                name="practice_of_an_action_or_a_goal",
            )
        ]

    def __str__(self) -> str:
        return f"Practice: {self.action or self.goal}"

    @property
    def subject(self) -> Action | Goal:
        found = self.action or self.goal
        assert found, "the constraint of the table"
        return found

    @property
    def unit(self) -> Unit:
        return self.subject.unit
