"""Campaigns: who is asked what until when, with the unit tree and the invitations as they were at launch."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from assessments.surveys.eyes import LEADERS, Eyes
from assessments.surveys.masks import SPREAD_GROUP
from assessments.surveys.models.instruments import Form
from assessments.surveys.models.links import SurveyLink
from assessments.surveys.models.series import CampaignSeries
from people.access import Role
from people.models import Employee, JobRole, Unit

if TYPE_CHECKING:
    from people.access import Viewer

SUBMIT_GRACE = timedelta(minutes=5)  # for a page that was open when the closing time passed
MINIMUM_GROUP, MAXIMUM_GROUP = 5, 20  # method.md, section 2
MINIMUM_CUSTOMERS, MINIMUM_SOURCES = 10, 3  # customers: so many people, of so many customer organisations
LEADERS_DEPTH = 1  # heads of the organisation and of its departments
LEVELS_BEFORE = {"managers": ("leaders",), "everyone": ("leaders", "managers")}  # of models.sharing


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def launched(self) -> CampaignQuerySet:
        return self.exclude(state=Campaign.State.DRAFT)

    def published(self) -> CampaignQuerySet:
        return self.filter(state=Campaign.State.PUBLISHED)

    def due_to_close(self, at: datetime) -> CampaignQuerySet:
        """Open campaigns whose grace for late pages is over."""
        return self.filter(state=Campaign.State.OPEN, closes_at__lte=at - SUBMIT_GRACE)

    def visible_to(self, viewer: Viewer) -> CampaignQuerySet:
        """HR, executives and auditors see every set-up; everyone else what they were invited to or what is published."""
        if viewer.has(Role.HR_ADMIN, Role.HR_PARTNER, Role.EXECUTIVE, Role.AUDITOR):
            return self
        if viewer.employee is None:
            return self.none()
        mine = Invitation.objects.filter(employee=viewer.employee).values("campaign")
        return self.exclude(state=Campaign.State.DRAFT).filter(Q(pk__in=mine) | Q(state=Campaign.State.PUBLISHED))


class Campaign(models.Model):
    """A form sent to an audience, once. Everything but the closing time is fixed at launch, which may only be put off.

    draft -> open (launched) -> closed (sealed, results computed) -> published.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        PUBLISHED = "published", "Published"

    class Audience(models.TextChoices):
        STAFF = "staff", "Staff: everyone but the leaders"
        LEADERS = "leaders", "Leaders: heads of the organisation and of its departments"
        EVERYONE = "everyone", "Everyone, leaders included"
        CUSTOMERS = "customers", "Customers: by link, without an account"

    class Cut(models.TextChoices):
        NONE = "", "No split"
        TENURE = "tenure", "Years of service"
        SITE = "site", "Site"
        BOTH = "both", "Years of service, and site, each on its own"
        ASKED = "asked", "What customers say of themselves"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=120)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="campaigns")
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.STAFF)
    series = models.ForeignKey(
        CampaignSeries, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="waves"
    )
    wave = models.PositiveIntegerField(null=True, editable=False, help_text="Number in its series, from 0")
    units = models.ManyToManyField(
        Unit, blank=True, related_name="+", help_text="With everything below them. None chosen: the whole organisation."
    )
    leaders_campaign = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="staff_campaigns",
        help_text="The leaders' campaign whose results stand beside these",
    )
    new_joiners_days = models.PositiveSmallIntegerField(
        "leave out new joiners of the last … days",
        default=0,
        validators=[MaxValueValidator(366)],
        help_text="People who have been here for fewer days are not asked. 0: everybody is.",
    )
    without_leavers = models.BooleanField(
        "leave out people who leave before it closes", default=True, help_text="By the leaving date in the directory"
    )
    without_roles = models.ManyToManyField(
        JobRole, blank=True, related_name="+", help_text="Job roles that are not asked"
    )
    without_sites = models.JSONField(default=list, blank=True, help_text="Sites that are not asked")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    languages = models.JSONField(default=list, blank=True, help_text="Offered beside the questionnaire's own")
    translations = models.JSONField(default=dict, blank=True, help_text="By language: its name and its mails' words")
    reminds = models.BooleanField(
        "remind those who have not answered",
        default=True,
        help_text="Half-way, then every four days, and two days before the end; never at weekends",
    )
    texts = models.JSONField(default=dict, blank=True, help_text="Words of the mails, where they differ from the usual")
    minimum_group = models.PositiveSmallIntegerField(
        "smallest group shown",
        default=MINIMUM_GROUP,
        validators=[MinValueValidator(MINIMUM_GROUP), MaxValueValidator(MAXIMUM_GROUP)],
        help_text="Scores of fewer answers are never shown. Fixed at launch.",
    )
    minimum_comments = models.PositiveSmallIntegerField(
        default=5, help_text="A question's comments are shown from this many on, in groups of 10 or more"
    )
    cut_by = models.CharField(
        "split results by",
        max_length=6,
        choices=Cut.choices,
        default=Cut.NONE,
        blank=True,
        help_text="For the whole organisation, shown only where it cannot give anybody away",
    )
    segment_question = models.CharField(
        "question about the customer's group", max_length=160, blank=True, help_text="Such as: How do you buy from us?"
    )
    segment_choices = models.JSONField(default=list, blank=True, help_text="Its answers; nobody has to give one")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    public_key = models.BinaryField(default=b"", editable=False, help_text="Ballots are sealed to it")
    bands = models.JSONField(
        default=list, editable=False, help_text="Values of the attribute `cut_by`, at launch; of both, their pairs"
    )
    invited = models.PositiveIntegerField(default=0, editable=False, help_text="People invited at launch")
    launched_at = models.DateTimeField(null=True, editable=False)
    invited_at = models.DateTimeField(null=True, editable=False, help_text="When the invitations were written")
    reminded_on = models.DateField(null=True, editable=False, help_text="Day of the last reminder")
    thanked_at = models.DateTimeField(null=True, editable=False, help_text="When the thanks were written")
    open_percent = models.PositiveSmallIntegerField(
        null=True,
        editable=False,
        help_text="Customers: answers by an open address, at the close, in tens; 1: a few, 99: all but a few, 100: all",
    )
    sealed_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "-pk"]
        indexes = [models.Index(fields=["state", "closes_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="campaign_closes_after_it_opens",
                violation_error_message="The survey must close after it opens.",
            ),
            models.CheckConstraint(
                condition=Q(minimum_group__range=(MINIMUM_GROUP, MAXIMUM_GROUP)),
                name="smallest_group_from_5_to_20",
                violation_error_message="The smallest group shown is between 5 and 20.",
            ),
            models.CheckConstraint(
                condition=Q(minimum_comments__gte=5),
                name="five_comments_or_more",
                violation_error_message="Comments are shown from five on, or more.",
            ),
            models.CheckConstraint(
                condition=Q(leaders_campaign=None) | Q(audience="staff"),
                name="only_staff_stand_beside_leaders",
                violation_error_message="Only a staff campaign can be set beside a leaders' campaign.",
            ),
            models.CheckConstraint(
                condition=~Q(audience="customers") | Q(minimum_group__gte=MINIMUM_CUSTOMERS),
                name="ten_customers_or_more",
                violation_error_message="Customers' answers are shown from 10 people on, or more.",
            ),
            models.CheckConstraint(
                condition=~Q(cut_by="asked") | (Q(audience="customers") & ~Q(segment_question="")),
                name="only_customers_are_asked_for_their_group",
                violation_error_message="Only customers are asked which group they belong to.",
            ),
            models.UniqueConstraint(fields=["series", "wave"], name="one_campaign_per_wave"),
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(launched_at__isnull=False) & ~Q(public_key=b"")),
                name="launched_campaign_has_a_key",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def attributes(self) -> tuple[Campaign.Cut, ...]:
        """What results are split by, each on its own."""
        if self.cut_by == self.Cut.BOTH:
            return (self.Cut.TENURE, self.Cut.SITE)
        return (self.Cut(self.cut_by),) if self.cut_by else ()

    def name_of(self, attribute: str) -> str:
        """What results are split by, in words."""
        return self.segment_question if attribute == self.Cut.ASKED else str(self.Cut(attribute).label)

    @property
    def comment_group(self) -> int:
        return max(SPREAD_GROUP, self.minimum_group)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def is_for_customers(self) -> bool:
        return self.audience == self.Audience.CUSTOMERS

    def is_open(self, at: datetime) -> bool:
        """Whether someone may start or resume now."""
        return self.state == self.State.OPEN and self.opens_at <= at < self.closes_at

    def accepts_answers(self, at: datetime) -> bool:
        """Whether a save or a submit counts now: until closing, and five minutes more for a page already open."""
        return self.state == self.State.OPEN and self.opens_at <= at <= self.closes_at + SUBMIT_GRACE


class UnitSnapshotQuerySet(models.QuerySet["UnitSnapshot"]):
    def visible_to(self, viewer: Viewer) -> UnitSnapshotQuerySet:
        """Units whose results the viewer may open (access.md, row 17), of published campaigns only.

        HR admins and executives: all. Everyone who works here: the top unit, their own unit as it was at launch and, for
        the units they head or look after today, everything below. Where a unit is hidden, the nearest shown one above.
        Each from the day their level is let in (models.sharing).
        """
        shared = self._shared_with(viewer)
        if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
            return shared
        granted = _granted(viewer)
        same_campaign = UnitSnapshot.objects.filter(campaign=OuterRef("campaign"))
        below_granted = same_campaign.filter(
            unit__in=granted, place__lte=OuterRef("place"), last_place__gte=OuterRef("place")
        )
        own = Q(unit__in=granted) | _own_unit(viewer)
        stands_for_own = same_campaign.filter(own, release__shown_at_place=OuterRef("place"))
        return shared.filter(Q(place=1) | own | Exists(below_granted) | Exists(stands_for_own))

    def tops_visible_to(self, viewer: Viewer) -> UnitSnapshotQuerySet:
        """`visible_to(viewer).filter(place=1)`, without the questions that only units below the top need."""
        return self._shared_with(viewer).filter(place=1)

    def _shared_with(self, viewer: Viewer) -> UnitSnapshotQuerySet:
        """All units of the campaigns that the viewer reads anything of: their level has been let in."""
        published = self.filter(campaign__state=Campaign.State.PUBLISHED)
        if viewer.has(Role.HR_ADMIN):
            return published
        if viewer.has(Role.EXECUTIVE):
            return _shared(published, viewer, [""])
        granted = _granted(viewer)
        if viewer.employee is None and not granted:
            return published.none()
        too_early = ["", *LEVELS_BEFORE["managers" if granted else "everyone"]]
        is_leader = isinstance(viewer, Eyes) and viewer.level == LEADERS
        if is_leader or any(unit.depth <= LEADERS_DEPTH for unit in viewer.headed_units):
            too_early = [""]
        return _shared(published, viewer, too_early)


def _granted(viewer: Viewer) -> list[int]:
    """Units that the viewer heads or looks after today."""
    return [unit.pk for unit in (*viewer.partner_units, *viewer.headed_units)]


def _shared(units: UnitSnapshotQuerySet, viewer: Viewer, too_early: list[str]) -> UnitSnapshotQuerySet:
    """Without the campaigns whose plan has not come so far; HR looks ahead in the one it previews."""
    waiting = Q(campaign__sharing__reached__in=too_early)
    if isinstance(viewer, Eyes):
        waiting &= ~Q(campaign=viewer.campaign_pk)
    return units.exclude(waiting)


def _own_unit(viewer: Viewer) -> Q:
    """The unit a person was counted in; for those who were not invited, the unit they are in today."""
    employee = viewer.employee
    if employee is None:
        return Q(pk__in=[])
    if isinstance(viewer, Eyes):
        here = Q(campaign=viewer.campaign_pk)
        return (here & Q(place=viewer.home_place)) | (~here & Q(unit=employee.unit_id))
    seat = Invitation.objects.filter(employee=employee)
    return Q(Exists(seat.filter(home=OuterRef("pk")))) | (
        Q(unit=employee.unit_id) & ~Q(Exists(seat.filter(campaign=OuterRef("campaign"))))
    )


class UnitSnapshot(models.Model):
    """A unit as it was at launch. `place` numbers the campaign's tree in pre-order from 1; a subtree is a range of places."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="units_at_launch")
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, related_name="+")
    key = models.SlugField(max_length=80)
    name = models.CharField(max_length=160)
    place = models.PositiveIntegerField()
    last_place = models.PositiveIntegerField()
    parent_place = models.PositiveIntegerField(null=True)
    depth = models.PositiveSmallIntegerField()
    invited_here = models.PositiveIntegerField(help_text="People counted directly in this unit")
    invited = models.PositiveIntegerField(help_text="People of the whole subtree")

    objects = UnitSnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "place"]
        constraints = [models.UniqueConstraint(fields=["campaign", "place"], name="one_unit_per_place")]
        indexes = [models.Index(fields=["campaign", "unit"])]

    def __str__(self) -> str:
        return self.name

    def contains(self, place: int) -> bool:
        return self.place <= place <= self.last_place


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, viewer: Viewer) -> InvitationQuerySet:
        """One's own only: nobody lists who has answered."""
        return self.filter(employee=viewer.employee) if viewer.employee else self.none()


class Invitation(models.Model):
    """One seat in a campaign: where its answers are counted, and whether they are in.

    A seat is an employee's, or that of somebody who came by a link and has no name here. No time of answering, and
    nothing that an answer also carries. Rewritten in a new order when the campaign is sealed.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="invitations")
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, null=True, related_name="survey_invitations")
    link = models.ForeignKey(SurveyLink, on_delete=models.CASCADE, null=True, related_name="seats")
    secret_digest = models.CharField(  # noqa: DJ001 - unique, and most seats have none
        max_length=64, null=True, unique=True, help_text="Keyed hash of the code or link that opens this seat"
    )
    source = models.CharField(
        max_length=64, blank=True, help_text="Customers: what tells their organisation from others, as a keyed hash"
    )
    home = models.ForeignKey(
        UnitSnapshot, on_delete=models.CASCADE, related_name="seats", help_text="Unit they count in"
    )
    is_handed_out = models.BooleanField(
        default=False, db_default=False, help_text="Customers: its link was downloaded, so somebody inside has held it"
    )
    tenure_band = models.CharField(max_length=20, blank=True)
    site = models.CharField(max_length=80, blank=True)
    answered = models.BooleanField(default=False)

    visit: str | None = None  # not stored: at the door of codes and links, the mark of the browser that holds the seat

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "employee"], name="one_invitation_per_person"),
            models.CheckConstraint(
                condition=Q(employee__isnull=False, link=None) | Q(employee=None, link__isnull=False),
                name="seat_of_an_employee_or_of_a_link",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation to {self.campaign}"

    @property
    def is_shown_as_answered(self) -> bool:
        """Only to who is signed in: a code or link may be in somebody else's hands and must not tell who has answered."""
        return self.answered and self.visit is None

    @property
    def respondent_number(self) -> int:
        """What stands for the respondent in keyed hashes: an employee's number, or below zero that of a seat."""
        return -self.pk if self.employee_id is None else self.employee_id
