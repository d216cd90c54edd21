"""The question to the team a month on: counts only, so that there is no single answer to find."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models

from actions.models.action import Action
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer


class FollowUp(models.Model):
    """One question about one action: "Have you noticed a difference?"

    Answers are never rows: each one counts up a column here. Who has answered stands in `Seat` until the question
    closes; closing removes the seats in the transaction that rewrites this row, so nothing joins a person to a count.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Will be asked"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        NOT_ASKED = "not_asked", "Not asked"

    class Answer(models.TextChoices):
        """Columns of this table, in the order offered."""

        CLEARLY = "clearly", "Yes, clearly"
        A_LITTLE = "a_little", "A little"
        NOT_YET = "not_yet", "No, not yet"
        CANNOT_SAY = "cannot_say", "I cannot judge this"

    action = models.OneToOneField(Action, on_delete=models.CASCADE, related_name="follow_up")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    asks_on = models.DateField()
    closes_on = models.DateField(null=True, blank=True)
    minimum_group = models.PositiveSmallIntegerField(validators=[MinValueValidator(5)])
    invited = models.PositiveIntegerField(default=0)
    clearly = models.PositiveIntegerField(default=0)
    a_little = models.PositiveIntegerField(default=0)
    not_yet = models.PositiveIntegerField(default=0)
    cannot_say = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["asks_on", "pk"]
        indexes = [models.Index(fields=["state", "asks_on"])]

    def __str__(self) -> str:
        return f"Question on {self.action}"

    def is_open(self, on: date) -> bool:
        return self.state == self.State.OPEN and self.closes_on is not None and on <= self.closes_on


class SeatQuerySet(models.QuerySet["Seat"]):
    def visible_to(self, viewer: Viewer) -> SeatQuerySet:
        """One's own only: nobody lists who has answered (P14)."""
        return self.filter(employee=viewer.employee) if viewer.employee else self.none()

    def to_answer(self, on: date) -> SeatQuerySet:
        return self.filter(answered=False, follow_up__state=FollowUp.State.OPEN, follow_up__closes_on__gte=on)


class Seat(models.Model):
    """Somebody who is asked, until the question closes. No time, and nothing that a count also carries."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="seats")
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="+")
    answered = models.BooleanField(default=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["follow_up", "employee"]
        constraints = [models.UniqueConstraint(fields=["follow_up", "employee"], name="one_seat_per_question")]

    def __str__(self) -> str:
        return f"Seat at {self.follow_up}"
