"""An action: what somebody promised after results, by when, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from assessments.surveys.models import Campaign
from core.constructs import ConstructField
from goals.models import Goal
from people.access import Role
from people.models import Employee, Unit

if TYPE_CHECKING:
    from people.access import Viewer

EXECUTIVE_DEPTH = 1  # executives see the organisation and its departments (method.md, section 14)


class ActionQuerySet(models.QuerySet["Action"]):
    def unfinished(self) -> ActionQuerySet:
        return self.filter(state__in=Action.RUNNING)

    def closed(self) -> ActionQuerySet:
        return self.exclude(state__in=Action.RUNNING)

    def overdue(self, on: date) -> ActionQuerySet:
        return self.unfinished().filter(due_on__lt=on)

    def promised_to(self, employee: Employee) -> ActionQuerySet:
        """What was promised to this person's team or to a group that it belongs to, and what leaders promised all."""
        place = employee.unit.position
        return self.filter(
            Q(unit__position__lte=place, unit__last_position__gte=place) | Q(kind=Action.Kind.COMMITMENT)
        )

    def visible_to(self, viewer: Viewer) -> ActionQuerySet:
        """access.md, row 50: the team and everyone who leads it, HR in their units, executives down to the
        departments. A leader's commitment is for everyone who works here. Auditors see none."""
        if viewer.has(Role.HR_ADMIN):
            return self
        seen = Q(pk__in=[])
        for unit in viewer.partner_units:
            seen |= Q(unit__position__range=(unit.position, unit.last_position))
        if viewer.has(Role.EXECUTIVE):
            seen |= Q(unit__depth__lte=EXECUTIVE_DEPTH)
        if viewer.sees_people:
            seen |= Q(kind=Action.Kind.COMMITMENT)
        if me := viewer.employee:
            place = me.unit.position
            seen |= Q(owner=me) | Q(unit__position__lte=place, unit__last_position__gte=place)
            seen |= Q(owner__line_first__gt=me.line_first, owner__line_first__lte=me.line_last)
            for unit in viewer.headed_units:
                seen |= Q(unit__position__range=(unit.position, unit.last_position))
        return self.filter(seen)

    def with_words(self) -> ActionQuerySet:
        """With the rows that a board names."""
        return self.select_related("owner__user", "unit__head", "goal__detail", "campaign__form", "follow_up")

    def with_names(self) -> ActionQuerySet:
        """With what a line of a list says (queries.board.promise_rows), and no more: many pages ask at each visit."""
        told = ("kind", "title", "construct", "due_on", "state", "closed_on", "closing_words", "follow_up")
        measured = ("campaign", "item_code", "begun_on")
        return self.select_related("owner", "unit", "goal__detail", "follow_up").only(
            *told, *measured, "owner__name", "unit__name", "goal__detail__title"
        )


class Action(models.Model):
    """One promise. It answers a survey where it names a campaign; then item or construct are what it wants to move."""

    class Kind(models.TextChoices):
        TEAM = "team", "Action of a team"
        COMMITMENT = "commitment", "Leader's commitment"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        DOING = "doing", "Doing"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    RUNNING = (State.PLANNED, State.DOING)

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEAM)
    title = models.CharField(max_length=200)
    notice = models.CharField(max_length=300, blank=True, help_text="What customers or colleagues will notice")
    construct = ConstructField()
    item_code = models.CharField(max_length=20, blank=True, help_text="Statement it wants to move; empty: the whole C")
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The survey it answers",
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="actions")
    owner = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="actions")
    goal = models.ForeignKey(Goal, on_delete=models.SET_NULL, null=True, blank=True, related_name="actions")
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    begun_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closing_words = models.CharField(max_length=500, blank=True, help_text="What came of it, or why it was dropped")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Counted up by each edit")
    key = models.UUIDField(null=True, unique=True, editable=False, help_text="One form sent twice counts once")

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"]), models.Index(fields=["construct", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("planned", "doing"), closed_on__isnull=True)
                | Q(state__in=("done", "dropped"), closed_on__isnull=False),
                name="closed_action_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(closing_words=""),
                name="dropped_action_says_why",
                violation_error_message="Say why it is dropped.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("actions:action", args=[self.pk])

    @property
    def is_commitment(self) -> bool:
        return self.kind == self.Kind.COMMITMENT

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.RUNNING

    def is_overdue(self, on: date) -> bool:
        return self.is_unfinished and self.due_on < on


class Conversation(models.Model):
    """What a unit did with the results of one survey, where nothing else leaves a trace: talking and telling."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="conversations")
    talked_on = models.DateField(null=True, blank=True)
    told_on = models.DateField(null=True, blank=True)
    told_words = models.CharField(max_length=1000, blank=True, help_text="What the team was told")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="one_conversation_per_survey_and_unit")
        ]

    def __str__(self) -> str:
        return f"{self.unit}, {self.campaign}"
