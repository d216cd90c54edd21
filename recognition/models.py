"""Praise and feedback: who said what to whom, and who may read it. Nothing here adds up to a score of anybody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from assessments.competencies.models import Competency
from core.constructs import ConstructField
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer

TAKE_BACK_FOR = timedelta(hours=24)
ASKED_FOR = timedelta(days=30)  # how long a question waits; then it goes, whatever became of it


class Reach(models.IntegerChoices):
    """How far thanks may be read. A larger number includes the smaller ones."""

    PERSON = 1, "Only the two of you"
    TEAM = 2, "Their team"
    EVERYONE = 3, "Everyone here, on the praise wall"


class Preference(models.Model):
    """How somebody likes to be thanked. Whoever is about to thank them reads it; `reach` is a limit, old praise included."""

    class Form(models.TextChoices):
        WORDS = "words", "Words"
        TIME = "time", "Time for me"
        ASSIGNMENT = "assignment", "A task I want"
        GIFT = "gift", "Something small"

    employee = models.OneToOneField(Employee, on_delete=models.CASCADE, related_name="praise_preference")
    reach = models.PositiveSmallIntegerField(choices=Reach.choices, default=Reach.TEAM)
    forms = ArrayField(models.CharField(max_length=10, choices=Form.choices), default=list, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(reach__range=(1, 3)), name="preferred_reach_in_range")]

    def __str__(self) -> str:
        return f"How {self.employee} likes to be thanked"


# The wall is joined, never assumed; the team is where thanks are read unless somebody says no.
_WALL = Q(to__praise_preference__reach=Reach.EVERYONE)
_NOT_ALONE = Q(to__praise_preference=None) | Q(to__praise_preference__reach__gt=Reach.PERSON)


class PraiseQuerySet(models.QuerySet["Praise"]):
    def open(self) -> PraiseQuerySet:
        """Neither hidden by its receiver nor taken down."""
        return self.filter(hidden_at=None, taken_down_at=None)

    def on_wall(self) -> PraiseQuerySet:
        """What everyone reads: meant for everyone, to somebody who joined the wall and works here."""
        return self.open().filter(_WALL, reach=Reach.EVERYONE, to__is_active=True)

    def told(self) -> PraiseQuerySet:
        """What at least a team reads. Private thank-yous are counted nowhere, so figures are made of this alone."""
        return self.open().filter(_NOT_ALONE, reach__gte=Reach.TEAM)

    def visible_to(self, viewer: Viewer) -> PraiseQuerySet:
        """access.md, rows 44 and 45: the two of them; the team for what is meant for it; the wall for everyone
        in the directory; the manager for a private thank-you whose receiver shares it. HR has no other way in."""
        if not viewer.sees_people:
            return self.none()
        is_open = Q(hidden_at=None, to__is_active=True)
        seen = is_open & Q(reach=Reach.EVERYONE) & _WALL
        if me := viewer.employee:
            is_near = Q(to__manager=me) | (Q(to__manager=me.manager_id) if me.manager_id else Q(pk=None))
            seen |= Q(to=me) | Q(by=me) | (is_open & Q(reach__gte=Reach.TEAM) & _NOT_ALONE & is_near)
            seen |= is_open & Q(to__manager=me, shared_at__isnull=False)
        return self.filter(seen, taken_down_at=None)

    def with_words(self) -> PraiseQuerySet:
        return self.select_related("by", "to__manager", "to__praise_preference", "competency")


class Praise(models.Model):
    """Thanks for something that was done, from one person to another. Who may read it is chosen before the words.

    `reach` is what the giver chose; the receiver's preference may narrow it, and so may hiding. `shared_at` opens a
    private one to the receiver's manager. `construct` follows from the competency where one is named.
    """

    class Source(models.TextChoices):
        CUSTOMER = "customer", "A customer, passed on"
        PEER = "peer", "A colleague"
        DIRECT_REPORT = "direct_report", "Somebody they lead"
        MANAGER = "manager", "Their manager"
        SENIOR_LEADER = "senior_leader", "A leader further up"

    BESIDE = (Source.PEER, Source.CUSTOMER)

    by = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="praise_given")
    to = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="praise")
    reach = models.PositiveSmallIntegerField(choices=Reach.choices)
    source = models.CharField(max_length=13, choices=Source.choices, help_text="Where it came from on that day")
    what = models.CharField("what was done", max_length=1000)
    effect = models.CharField("whom it helped, and how", max_length=500, blank=True)
    construct = ConstructField()
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="praise")
    done_on = models.DateField()
    given_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, editable=False)
    shared_at = models.DateTimeField(null=True, editable=False)
    taken_down_at = models.DateTimeField(null=True, editable=False)
    key = models.UUIDField(unique=True, editable=False, help_text="One form sent twice counts once")

    objects = PraiseQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        verbose_name_plural = "praise"
        indexes = [models.Index(fields=["to", "-given_at"]), models.Index(fields=["by", "-given_at"])]
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("to")), name="nobody_praises_themselves"),
            models.CheckConstraint(condition=Q(reach__range=(1, 3)), name="praise_reach_in_range"),
            models.CheckConstraint(condition=~Q(what=""), name="praise_says_what_was_done"),
        ]

    def __str__(self) -> str:
        return f"praise {self.pk}"  # names nobody: labels end up in the audit trail

    @property
    def reaches(self) -> Reach:
        """How far it is read today; needs with_words()."""
        if self.hidden_at:
            return Reach.PERSON
        preference = getattr(self.to, "praise_preference", None)
        return Reach(min(self.reach, preference.reach if preference else Reach.TEAM))

    def may_be_taken_back(self, at: datetime) -> bool:
        return at < self.given_at + TAKE_BACK_FOR


class ReportQuerySet(models.QuerySet["Report"]):
    def undecided(self) -> ReportQuerySet:
        return self.filter(decided_at=None)

    def visible_to(self, viewer: Viewer) -> ReportQuerySet:
        """HR administrators moderate; nobody else learns who reported what (access.md, rows 44 and 45)."""
        return self if viewer.sees_everything_of_hr else self.none()


class Report(models.Model):
    """Somebody says that praise is none. With this, and not before, HR reads a private one."""

    class Decision(models.TextChoices):
        LEFT = "left", "Left where it was"
        TAKEN_DOWN = "taken_down", "Taken down"

    praise = models.ForeignKey(Praise, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="+")
    words = models.CharField("what is wrong with it", max_length=500)
    made_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["decided_at", "made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["praise"],
                condition=Q(decided_at=None),
                name="one_open_report_per_praise",
                violation_error_message="Somebody has reported this already; HR is looking at it.",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="decided_report_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def waiting_for(self, employee: Employee, on: date) -> FeedbackQuerySet:
        """Questions that `employee` may answer."""
        return self.filter(to=employee, answered_at=None, declined_at=None, withdrawn_at=None, until__gte=on)

    def visible_to(self, viewer: Viewer) -> FeedbackQuerySet:
        """The two of them; whoever declined is rid of it, both are of one withdrawn; the asker's manager once it is shared."""
        if (me := viewer.employee) is None:
            return self.none()
        shared = Q(by__manager=me, shared_at__isnull=False, answered_at__isnull=False)
        return self.filter(Q(by=me) | Q(to=me, declined_at=None) | shared, withdrawn_at=None)


class Feedback(models.Model):
    """A question about one's own work to one colleague, and the answer. Nobody gives feedback that was not asked for.

    Nothing tells the asker whether a question was declined or just not answered: both end by the day alone. One
    that is withdrawn stays without its words until that day: whoever declined is not asked again before.
    """

    by = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="feedback_asked")
    to = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="feedback_requests")
    question = models.CharField(max_length=500)
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    until = models.DateField(help_text="Last day to answer")
    keep = models.CharField("keep doing", max_length=1000, blank=True)
    try_next = models.CharField("try", max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    declined_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    shared_at = models.DateTimeField(null=True, editable=False)
    key = models.UUIDField(unique=True, editable=False, help_text="One form sent twice counts once")

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name_plural = "feedback"
        indexes = [models.Index(fields=["to", "-asked_at"]), models.Index(fields=["by", "-asked_at"])]
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("to")), name="nobody_asks_themselves"),
            models.CheckConstraint(
                condition=Q(answered_at=None, keep="", try_next="")
                | Q(Q(answered_at__isnull=False) & ~Q(keep="", try_next=""), declined_at=None),
                name="feedback_words_match_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None


class Tally(models.Model):
    """Shares of praise in one calendar quarter, counted once and never again: what happens later moves no number.

    Quarters do not overlap, so that none can be subtracted from another. `shares` lists constructs with whole percents;
    `figures` maps a key of FIGURES to a number, or to None where it would stand for fewer than five people.
    """

    FIGURES = ("a_month_per_ten", "beside_percent", "days_to_thanks", "without_percent")

    from_on = models.DateField(unique=True)
    until_on = models.DateField()
    people = models.PositiveIntegerField(help_text="Who worked here when it was counted")
    shares = models.JSONField(help_text="List of {constructs, percent}; empty where fewer than five people are in it")
    figures = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["-from_on"]
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"Praise from {self.from_on} to {self.until_on}"
