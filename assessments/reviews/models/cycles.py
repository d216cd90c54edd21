"""Review cycles: who is reviewed by whom until when, and what a launch pins."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from assessments.competencies.models import CompetencyVersion, ProfileSet
from people.models import JobRole, Unit

if TYPE_CHECKING:
    from people.access import Viewer

FEWEST_IN_GROUP, MOST_IN_GROUP = 3, 10  # of a 360 group that is shown by itself; method.md, section 12
MOST_PER_RATER, HIGHEST_PER_RATER = 8, 50  # people whom one colleague is asked about in a cycle
NOBODY_ELSE = Q(asks_peers=False, asks_reports=False, asks_externals=False)


class CycleQuerySet(models.QuerySet["ReviewCycle"]):
    def open(self) -> CycleQuerySet:
        return self.filter(state=ReviewCycle.State.OPEN)

    def awaiting_release(self, on: date) -> CycleQuerySet:
        """Those whose raters' time is over, by the day or by an early close, and whose reports are still to be made."""
        asks = self.exclude(NOBODY_ELSE).filter(released_at=None).exclude(state=ReviewCycle.State.PREPARATION)
        return asks.filter(Q(state=ReviewCycle.State.CLOSED) | Q(feedback_due_on__lt=on))

    def visible_to(self, viewer: Viewer) -> CycleQuerySet:
        """Set-up and counts of a cycle are HR's."""
        return self if viewer.is_hr else self.none()


class ReviewCycle(models.Model):
    """One round in which people are reviewed. At launch it pins the competency versions and role profiles in use.

    Self and manager are always asked, by name. Peers, reports and externals are asked when the cycle says so; they are
    shown as groups only, and what they wrote is opened once, by the release after `feedback_due_on`.
    """

    class State(models.TextChoices):
        PREPARATION = "preparation", "In preparation"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class ReportGoesTo(models.TextChoices):
        PERSON = "person", "The person, who passes it on"
        BOTH = "both", "The person, and the manager the day after"

    name = models.CharField(
        max_length=80, unique=True, error_messages={"unique": "There is a cycle of this name. Choose another name."}
    )
    state = models.CharField(max_length=11, choices=State.choices, default=State.PREPARATION)
    self_due_on = models.DateField("self-assessments shared by")
    manager_due_on = models.DateField("manager reviews shared by")
    closes_on = models.DateField(
        "last day", help_text="Levels are agreed and acknowledged by this day; then it closes."
    )
    units = models.ManyToManyField(
        Unit, blank=True, related_name="+", help_text="With everything below them. None chosen: the whole organisation."
    )
    job_roles = models.ManyToManyField(
        JobRole, blank=True, related_name="+", help_text="None chosen: people of every role, and of none."
    )
    asks_peers = models.BooleanField("colleagues", default=False)
    asks_reports = models.BooleanField("people who report to them", default=False)
    asks_externals = models.BooleanField("customers and other externals, by link", default=False)
    named_by = models.DateField(
        "raters chosen and approved by", null=True, blank=True, help_text="People propose, their managers approve."
    )
    feedback_due_on = models.DateField(
        "raters answer by", null=True, blank=True, help_text="The day after, the 360 reports are made, all at once."
    )
    most_per_rater = models.PositiveSmallIntegerField(
        "at most, per rater",
        default=MOST_PER_RATER,
        validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_PER_RATER)],
        help_text="How many people one colleague is asked about in this cycle",
    )
    fewest_in_group = models.PositiveSmallIntegerField(
        "smallest group shown",
        default=FEWEST_IN_GROUP,
        validators=[MinValueValidator(FEWEST_IN_GROUP), MaxValueValidator(MOST_IN_GROUP)],
        help_text="Fewer answers than this are folded into “others” or not shown. Fixed at launch.",
    )
    is_blind = models.BooleanField(
        "blind",
        default=True,
        help_text="The manager reads the self-assessment only after sharing their own review.",
    )
    report_goes_to = models.CharField(
        "the 360 report goes to",
        max_length=6,
        choices=ReportGoesTo.choices,
        default=ReportGoesTo.PERSON,
        help_text="Everybody is told before they write. Fixed at launch.",
    )
    calibrates = models.BooleanField(
        "calibrate", default=False, help_text="Managers look at agreed levels together; a change needs a reason."
    )
    calibration_until = models.DateField("calibration until", null=True, blank=True)
    profile_set = models.ForeignKey(ProfileSet, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    launched_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True, help_text="When the 360 reports were made")

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(self_due_on__lte=F("manager_due_on"), manager_due_on__lte=F("closes_on")),
                name="cycle_dates_in_order",
                violation_error_message="The dates must follow one another: self-assessments, manager reviews, last day.",
            ),
            models.CheckConstraint(
                condition=(NOBODY_ELSE & Q(named_by=None, feedback_due_on=None))
                | (~NOBODY_ELSE & Q(named_by__isnull=False, feedback_due_on__isnull=False)),
                name="cycle_rater_dates_when_raters_are_asked",
                violation_error_message="Say by when raters are chosen and by when they answer, "
                "exactly when the cycle asks somebody beside the person and the manager.",
            ),
            models.CheckConstraint(
                condition=Q(named_by=None) | Q(named_by__lte=F("feedback_due_on"), feedback_due_on__lte=F("closes_on")),
                name="cycle_rater_dates_in_order",
                violation_error_message="The dates must follow one another: raters chosen, raters answer, last day.",
            ),
            models.CheckConstraint(
                condition=Q(fewest_in_group__range=(FEWEST_IN_GROUP, MOST_IN_GROUP)),
                name="three_raters_in_a_group_or_more",
                violation_error_message="The smallest group shown is between 3 and 10.",
            ),
            models.CheckConstraint(
                condition=Q(most_per_rater__range=(1, HIGHEST_PER_RATER)),
                name="rater_cap_from_1_to_50",
                violation_error_message="One colleague is asked about between 1 and 50 people.",
            ),
            models.CheckConstraint(
                condition=Q(calibrates=False, calibration_until=None)
                | Q(calibrates=True, calibration_until__gte=F("manager_due_on")),
                name="calibration_has_an_end",
                violation_error_message="Calibration needs a last day, after the manager reviews are shared.",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | (~NOBODY_ELSE & ~Q(state="preparation")),
                name="reports_of_launched_cycles_with_raters",
            ),
            models.CheckConstraint(
                condition=Q(state="preparation", launched_at=None)
                | Q(~Q(state="preparation"), launched_at__isnull=False, profile_set__isnull=False),
                name="launched_cycle_pins_profiles",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | Q(~Q(state="closed"), closed_at=None),
                name="cycle_closed_at_matches_state",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def asks_others(self) -> bool:
        """Whether anybody beside the person and the manager is asked."""
        return self.asks_peers or self.asks_reports or self.asks_externals

    def takes_nominations(self, on: date) -> bool:
        """Whether raters may be proposed, approved and changed."""
        return self.is_running(on) and self.named_by is not None and on <= self.named_by

    def takes_feedback(self, on: date) -> bool:
        """Whether raters may write. It ends for everybody on the same day; then the reports are made."""
        is_in_time = self.feedback_due_on is not None and on <= self.feedback_due_on
        return self.is_running(on) and is_in_time and self.released_at is None

    def is_calibrating(self, on: date) -> bool:
        """Whether agreed levels may still be changed, with a reason; also after the last day of the cycle."""
        has_begun = self.state != self.State.PREPARATION
        return has_begun and self.calibration_until is not None and on <= self.calibration_until

    def is_running(self, on: date) -> bool:
        """Whether anything may still be written; the day itself decides, so that a late clock job changes nothing."""
        return self.state == self.State.OPEN and on <= self.closes_on


class CycleCompetency(models.Model):
    """A competency version that a cycle uses, pinned at launch."""

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="pinned")
    version = models.ForeignKey(CompetencyVersion, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["cycle", "version"], name="one_pin_per_version")]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.version}"
