"""Raters beside the manager, colleagues and externals, and what they write until it is opened as groups.

Nothing here tells the person, the manager or HR whether a named rater has answered (threats.md, T51): the state of a
rater ends with being asked or declining, and a piece of feedback is reached from its rater only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.competencies.models import HIGHEST_LEVEL, CompetencyVersion
from assessments.reviews.models.assessments import Assessment
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer

NOWHERE = "@removed.invalid"  # where the address of an external ends who is known no longer
LONGEST_TEXT = 1000  # characters of an answer to an open question


class RaterQuerySet(models.QuerySet["Rater"]):
    def visible_to(self, viewer: Viewer) -> RaterQuerySet:
        """Rows of the lists the viewer may read (access.md, row 29), and a rater's own part."""
        found = Q(assessment__in=Assessment.objects.lists_open_to(viewer))
        if viewer.employee:
            found |= Q(employee=viewer.employee, state=Rater.State.APPROVED)
        return self.filter(found)

    def on_lists_of(self, viewer: Viewer) -> RaterQuerySet:
        """Rows of the lists the viewer may read; not those in which the viewer is the rater."""
        return self.filter(assessment__in=Assessment.objects.lists_open_to(viewer))

    def asked(self) -> RaterQuerySet:
        """Those who are asked to answer."""
        return self.filter(state=Rater.State.APPROVED)

    def of_rater(self, viewer: Viewer) -> RaterQuerySet:
        """The viewer's own assignments, as a colleague who is asked."""
        return self.asked().filter(employee=viewer.employee) if viewer.employee else self.none()


class Rater(models.Model):
    """Somebody who is to be asked about a person: a colleague with an account, or an external who gets a link."""

    class Group(models.TextChoices):
        PEER = "peer", "Colleague"
        REPORT = "report", "Reports to them"
        EXTERNAL = "external", "Customer or other external"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waits for approval"
        APPROVED = "approved", "Asked"
        REFUSED = "refused", "Not approved"
        DECLINED = "declined", "Declined"
        REMOVED = "removed", "Taken off the list"

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="raters")
    group = models.CharField(max_length=8, choices=Group.choices)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=160, blank=True)
    email = models.EmailField(blank=True, help_text="In small letters")
    organisation = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", help_text="Who named them"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=300, blank=True, help_text="The manager's, for the person, when not approved")
    reason = models.CharField(max_length=300, blank=True, help_text="The rater's own, when they decline")
    token_digest = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True)

    objects = RaterQuerySet.as_manager()

    class Meta:
        ordering = ["group", "pk"]
        indexes = [models.Index(fields=["employee", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "employee"],
                name="one_rater_row_per_colleague",
                violation_error_message="This colleague is on the list.",
            ),
            models.UniqueConstraint(
                fields=["assessment", "email"],
                condition=~Q(email=""),
                name="one_rater_row_per_address",
                violation_error_message="This address is on the list.",
            ),
            models.CheckConstraint(
                condition=Q(group="external", employee=None) & ~Q(email="") & ~Q(name="")
                | Q(group__in=["peer", "report"], employee__isnull=False, name="", email="", organisation=""),
                name="rater_is_a_colleague_or_an_address",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(asked_at__isnull=False), name="approved_rater_was_asked"
            ),
            models.CheckConstraint(
                condition=Q(token_digest=None) | Q(group="external"), name="links_are_for_externals"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who} about {self.assessment}"

    @property
    def who(self) -> str:
        """The rater's name."""
        return self.employee.name if self.employee else self.name

    @property
    def is_external(self) -> bool:
        return self.group == self.Group.EXTERNAL

    @property
    def is_known(self) -> bool:
        """Until the release, or an erasure, has taken away who an external was."""
        return not self.email.endswith(NOWHERE)

    @property
    def is_asked(self) -> bool:
        return self.state == self.State.APPROVED


class Feedback(models.Model):
    """A rater's answers while they can be written. The release makes groups of them and deletes them for good.

    `revision` counts saves of the two texts: a save names the one it started from.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"

    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="feedback")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    keep_doing = models.TextField(max_length=LONGEST_TEXT, blank=True)
    try_next = models.TextField(max_length=LONGEST_TEXT, blank=True)
    revision = models.PositiveIntegerField(default=0)
    submitted_on = models.DateField(null=True, blank=True, help_text="The day; a time would tell more than it needs to")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", submitted_on=None) | Q(state="submitted", submitted_on__isnull=False),
                name="feedback_submitted_on_matches_state",
            )
        ]

    def __str__(self) -> str:
        return f"Feedback about {self.rater.assessment}"

    @property
    def is_submitted(self) -> bool:
        return self.state == self.State.SUBMITTED


class FeedbackRating(models.Model):
    """A rater's level for one competency; without a level they cannot judge. No row: not answered yet."""

    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="ratings")
    version = models.ForeignKey(CompetencyVersion, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feedback", "version"], name="one_feedback_rating_per_competency"),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__lte=HIGHEST_LEVEL), name="feedback_level_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {'cannot judge' if self.level is None else self.level}"
