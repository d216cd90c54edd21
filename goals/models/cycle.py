"""The period that goals are set for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from people.access import Viewer


class Rhythm(models.TextChoices):
    """How often an owner says where a goal stands."""

    WEEKLY = "weekly", "Every week"
    FORTNIGHTLY = "fortnightly", "Every two weeks"
    MONTHLY = "monthly", "Every month"

    @property
    def days(self) -> int:
        """After so many days without a check-in the next one is due."""
        return {"weekly": 7, "fortnightly": 14, "monthly": 30}[self.value]


class GoalCycleQuerySet(models.QuerySet["GoalCycle"]):
    def visible_to(self, viewer: Viewer) -> GoalCycleQuerySet:
        """Everyone inside knows which cycles there are."""
        return self if viewer.is_inside else self.none()

    def active(self) -> GoalCycleQuerySet:
        return self.filter(state=GoalCycle.State.ACTIVE)

    def open(self) -> GoalCycleQuerySet:
        """Cycles in which goals can still be set or checked in on."""
        return self.exclude(state=GoalCycle.State.CLOSED)

    def to_write_in(self) -> GoalCycle | None:
        """Where goals are set unless another cycle is named: the active one that began last, else the next to begin."""
        active = self.active().order_by("-starts_on", "-pk").first()
        return active or self.open().order_by("starts_on", "pk").first()


class GoalCycle(models.Model):
    """A period with goals, such as a year. Goals stay inside their cycle; so does the roll-up."""

    class State(models.TextChoices):
        PREPARATION = "preparation", "In preparation"
        ACTIVE = "active", "Active"
        CLOSED = "closed", "Closed"

    name = models.CharField(max_length=80, unique=True, error_messages={"unique": "There is a cycle of this name."})
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREPARATION)

    closed_on = models.DateField(null=True, editable=False, help_text="The day its scores were frozen for")

    rhythm = models.CharField(
        "check-ins", max_length=11, choices=Rhythm.choices, default=Rhythm.MONTHLY, db_default=Rhythm.MONTHLY.value
    )

    objects = GoalCycleQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="cycle_ends_after_start",
                violation_error_message="The last day of a cycle comes after its first day.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED

    @property
    def stamp(self) -> str:
        """What a form of it was opened with, so that two editors cannot overwrite each other."""
        return f"{self.starts_on}:{self.ends_on}:{self.rhythm}:{self.name}"

    def day_of_scores(self, today: date) -> date:
        """The day that its goals are judged for: today, or for ever the day on which it was closed."""
        return self.closed_on or today

    @property
    def takes_check_ins(self) -> bool:
        return self.state == self.State.ACTIVE
