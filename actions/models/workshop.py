"""Rounds in which leaders answer the workbook alone first, then see how far they agree, then fix the text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

from assessments.surveys.models import Form
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def visible_to(self, viewer: Viewer) -> WorkshopQuerySet:
        """Those who take part and the facilitator: named answers are for the leadership team (instrument.yaml)."""
        me = viewer.employee
        if me is None:
            return self.none()
        return self.filter(Q(facilitator=me) | Q(pk__in=Participant.objects.filter(employee=me).values("workshop")))


class Workshop(models.Model):
    """One round: a form of prompts, those who take part, and whether the answers are still blind."""

    class State(models.TextChoices):
        BLIND = "blind", "Everyone answers alone"
        OPEN = "open", "Answers are on the table"
        CLOSED = "closed", "Agreed"

    title = models.CharField(max_length=120)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    facilitator = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    answers_due_on = models.DateField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.BLIND)
    made_at = models.DateTimeField()
    key = models.UUIDField(null=True, unique=True, editable=False, help_text="One form sent twice counts once")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("actions:workshop", args=[self.pk])

    @property
    def is_blind(self) -> bool:
        return self.state == self.State.BLIND

    def is_late(self, on: date) -> bool:
        return self.is_blind and self.answers_due_on < on


class Participant(models.Model):
    """Somebody who answers; handing in ends their own changes."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="participants")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["employee__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["workshop", "employee"], name="one_place_per_workshop")]

    def __str__(self) -> str:
        return self.employee.name


class BlindAnswerQuerySet(models.QuerySet["BlindAnswer"]):
    def readable_by(self, employee: Employee) -> BlindAnswerQuerySet:
        """One's own while the round is blind; everybody's once the answers are on the table."""
        return self.filter(Q(participant__employee=employee) | ~Q(participant__workshop__state=Workshop.State.BLIND))


class BlindAnswer(models.Model):
    """One person's answer to one prompt. `rows` holds the cells as typed, one list per row; a text is one cell."""

    class Alike(models.TextChoices):
        """Said after reading the others: whether all mean the same thing."""

        UNSAID = "", "Not said yet"
        SAME = "same", "We mean the same"
        PARTLY = "partly", "We agree in part"
        APART = "apart", "We mean different things"

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="answers")
    prompt = models.CharField(max_length=20, help_text="Code of the prompt")
    rows = models.JSONField(default=list)
    alike = models.CharField(max_length=6, choices=Alike.choices, default=Alike.UNSAID, blank=True)

    objects = BlindAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["prompt", "participant__employee__name"]
        constraints = [models.UniqueConstraint(fields=["participant", "prompt"], name="one_answer_per_prompt")]

    def __str__(self) -> str:
        return f"{self.participant}, {self.prompt}"
