"""What stands between people and good service: reported by anybody, answered by somebody, closed in the open."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from goals.models import CheckIn, Goal
from people.access import Role
from people.models import Employee, Unit

if TYPE_CHECKING:
    from people.access import Viewer


class ObstacleQuerySet(models.QuerySet["Obstacle"]):
    def unfinished(self) -> ObstacleQuerySet:
        return self.filter(state__in=(Obstacle.State.OPEN, Obstacle.State.TAKEN))

    def overdue(self, on: date) -> ObstacleQuerySet:
        return self.unfinished().filter(due_on__lt=on)

    def shown(self) -> ObstacleQuerySet:
        """What everyone who works here reads: not what waits for the morning, not what was taken down."""
        return self.exclude(state__in=(Obstacle.State.WAITING, Obstacle.State.TAKEN_DOWN))

    def visible_to(self, viewer: Viewer) -> ObstacleQuerySet:
        """The list is open to everyone who works here, auditors excepted. What was taken down is left to HR admins and to
        those who put their name to it; what waits for the morning to nobody."""
        if not viewer.sees_people:
            return self.none()
        if viewer.has(Role.HR_ADMIN):
            return self.exclude(state=Obstacle.State.WAITING)
        shown = ~Q(state__in=(Obstacle.State.WAITING, Obstacle.State.TAKEN_DOWN))
        return self.filter(shown | Q(reported_by=viewer.employee)) if viewer.employee else self.filter(shown)

    def with_words(self) -> ObstacleQuerySet:
        """With the rows that a list names."""
        return self.select_related("unit", "owner__user", "reported_by__user", "goal__detail")

    def with_names(self) -> ObstacleQuerySet:
        """With what a line of a list says (queries.obstacles.obstacle_rows), and no more: home pages ask at each visit."""
        told = ("title", "kind", "reported_on", "due_on", "state", "answer", "closed_on", "voices")
        return self.select_related("owner", "unit", "reported_by").only(
            *told, "owner__name", "unit__name", "reported_by__name"
        )


class Obstacle(models.Model):
    """One thing in the way. `owner` owes the next step by `due_on`: first an answer, then what the answer promised.

    An obstacle reported without a name has no person anywhere: no column, no audit entry and no time of day. It waits for
    the next working morning, when all that wait appear at once. Keys are random, so that they tell no order.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Appears tomorrow"
        OPEN = "open", "Waits for an answer"
        TAKEN = "taken", "Being cleared"
        CLEARED = "cleared", "Cleared"
        STAYS = "stays", "Stays, with a reason"
        TAKEN_DOWN = "taken_down", "Taken down"

    class Kind(models.TextChoices):
        TOOLS = "tools", "Tools or process"
        RULES = "rules", "Rules, targets or approvals"
        TIME = "time", "Time or people"
        KNOWLEDGE = "knowledge", "Information or know-how"
        LEADERS = "leaders", "How we are led"
        OTHER = "other", "Something else"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    details = models.TextField(max_length=2000, blank=True)
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.OTHER)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", help_text="Where it stands in the way")
    is_anonymous = models.BooleanField(default=False)
    reported_by = models.ForeignKey(Employee, on_delete=models.PROTECT, null=True, related_name="+")
    reported_on = models.DateField(help_text="Without a name: the morning on which it appeared")
    goal = models.ForeignKey(Goal, on_delete=models.SET_NULL, null=True, related_name="+")
    check_in = models.OneToOneField(CheckIn, on_delete=models.SET_NULL, null=True, related_name="+")
    owner = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="obstacles")
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField(max_length=1000, blank=True, help_text="The newest words of who answers for it")
    closed_on = models.DateField(null=True, blank=True)
    voices = models.PositiveIntegerField(default=0, help_text="How many say so, counted each morning")
    counted_on = models.DateField(null=True)

    objects = ObstacleQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"]), models.Index(fields=["owner", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_anonymous=True, reported_by=None, check_in=None, goal=None)
                | Q(is_anonymous=False, reported_by__isnull=False),
                name="obstacle_without_a_name_has_no_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "open", "taken"), closed_on=None)
                | Q(state__in=("cleared", "stays", "taken_down"), closed_on__isnull=False),
                name="closed_obstacle_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "open")) | ~Q(answer=""),
                name="answered_obstacle_has_words",
                violation_error_message="Say what happens now.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("actions:obstacle", args=[self.pk])

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.OPEN, self.State.TAKEN)

    def is_overdue(self, on: date) -> bool:
        return self.is_unfinished and self.due_on < on


class ObstacleStep(models.Model):
    """What somebody did about an obstacle, in the order it was done; everyone who sees the obstacle reads it."""

    class Kind(models.TextChoices):
        ANSWERED = "answered", "answers"
        HANDED_ON = "handed_on", "hands it on"
        ESCALATED = "escalated", "passes it up the line"
        TAKEN_DOWN = "taken_down", "takes it down"

    obstacle = models.ForeignKey(Obstacle, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(Employee, on_delete=models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Employee, on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    state = models.CharField(max_length=10, choices=Obstacle.State.choices, help_text="After this step")
    due_on = models.DateField()
    words = models.CharField(max_length=1000)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.obstacle}"


class Voice(models.Model):
    """Somebody says so too. Who, only the server's secret key can tell, and closing the obstacle removes the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    obstacle = models.ForeignKey(Obstacle, on_delete=models.CASCADE, related_name="said")
    mark = models.CharField(
        max_length=64, unique=True, help_text="Of the person and the obstacle, under the secret key"
    )

    def __str__(self) -> str:
        return f"Voice for {self.obstacle_id}"

    @staticmethod
    def mark_of(obstacle: uuid.UUID, employee: Employee) -> str:
        return salted_hmac("actions.voice", f"{obstacle}:{employee.pk}", algorithm="sha256").hexdigest()
