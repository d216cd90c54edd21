"""What a manager offers: learning to consider, and notes from coaching."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from development.models.catalogue import Activity
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer

LISTED_FOR = timedelta(days=90)  # how long a proposal stands on both pages, whatever was answered
KEPT_FOR = timedelta(days=30)  # how long a note lives that is not shared


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def standing(self, at: datetime) -> ProposalQuerySet:
        return self.filter(made_at__gt=at - LISTED_FOR)

    def open_for(self, employee: Employee, at: datetime) -> ProposalQuerySet:
        """What the employee has not answered."""
        return self.standing(at).filter(employee=employee, answered_at=None)

    def visible_to(self, viewer: Viewer) -> ProposalQuerySet:
        """The employee's own. The manager sees that they proposed it, in queries.team, and never what became of it."""
        return self.filter(employee=viewer.employee) if viewer.employee else self.none()


class Proposal(models.Model):
    """A manager, or HR where `by` is empty, offers something to learn. Nobody but the employee reads the answer.

    access.md, row 36.
    """

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    by = models.ForeignKey(Employee, on_delete=models.CASCADE, null=True, related_name="+", help_text="Empty: HR")
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="proposals")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=160)
    words = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answered_proposal_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def offered_by(self) -> str:
        return self.by.name if self.by else "HR"


class CoachingNoteQuerySet(models.QuerySet["CoachingNote"]):
    def visible_to(self, viewer: Viewer) -> CoachingNoteQuerySet:
        """The author's own; once shared also the person's and their manager's (access.md, rows 37 and 38)."""
        me = viewer.employee
        if me is None:
            return self.none()
        return self.filter(Q(author=me) | Q(shared_at__isnull=False) & (Q(about=me) | Q(about__manager=me)))

    def expired(self, on: date) -> CoachingNoteQuerySet:
        return self.filter(shared_at=None, expires_on__lt=on)


class CoachingNote(models.Model):
    """What a coach noted after a talk. A draft goes after 30 days; a shared note stays and can be answered."""

    author = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="coaching_notes")
    about = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=2000)
    made_at = models.DateTimeField()
    expires_on = models.DateField()
    shared_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = CoachingNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="") | Q(shared_at__isnull=False), name="only_shared_notes_are_answered"
            )
        ]

    def __str__(self) -> str:
        return f"Note about {self.about}"

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None
