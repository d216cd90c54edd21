"""Surveys that come again by the calendar. Each wave is a campaign of its own, launched by the clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.surveys.models.instruments import Form
from core import working_days
from people.access import Role
from people.models import Unit, User

if TYPE_CHECKING:
    from people.access import Viewer


class CampaignSeriesQuerySet(models.QuerySet["CampaignSeries"]):
    def visible_to(self, viewer: Viewer) -> CampaignSeriesQuerySet:
        """HR and auditors, as every set-up (access.md, row 10)."""
        return self if viewer.has(Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR) else self.none()


class CampaignSeries(models.Model):
    """What comes again, how often, and how each wave is set up."""

    class Rhythm(models.IntegerChoices):
        MONTHLY = 1, "Every month"
        QUARTERLY = 3, "Every three months"
        HALF_YEARLY = 6, "Every six months"
        YEARLY = 12, "Every year"

    title = models.CharField(max_length=100, help_text="The wave's month is added, such as: Pulse, October 2026")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    rotates = models.BooleanField(
        "rotate statements",
        default=False,
        help_text="Ask one statement of each C, another one each time, until all have been asked",
    )
    months = models.PositiveSmallIntegerField("how often", choices=Rhythm.choices, default=Rhythm.QUARTERLY)
    first_on = models.DateField("first wave opens on", help_text="Later waves open on the same day of the month")
    opens_at_time = models.TimeField("opens at", default=time(9, 0))
    days_open = models.PositiveSmallIntegerField(
        "days open", default=14, validators=[MinValueValidator(3), MaxValueValidator(60)]
    )
    audience = models.CharField(max_length=10, default="everyone")
    leaders_form = models.ForeignKey(
        Form,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Each wave asks the leaders first, with this questionnaire; the staff's opens when theirs has closed",
    )
    leaders_days = models.PositiveSmallIntegerField(
        "days open for leaders", default=7, db_default=7, validators=[MinValueValidator(3), MaxValueValidator(30)]
    )
    units = models.ManyToManyField(Unit, blank=True, related_name="+")
    minimum_group = models.PositiveSmallIntegerField(
        "smallest group shown", default=5, validators=[MinValueValidator(5), MaxValueValidator(20)]
    )
    is_active = models.BooleanField(default=True, help_text="Stopped series open no further wave")
    next_wave = models.PositiveIntegerField(default=0, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False, help_text="Why the last launch was refused")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)

    objects = CampaignSeriesQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name_plural = "campaign series"
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=("staff", "everyone")), name="series_ask_people_inside"),
            models.CheckConstraint(
                condition=Q(leaders_form=None) | Q(audience="staff"),
                name="leaders_go_before_the_staff",
                violation_error_message="Where leaders go first, the survey after theirs asks the staff.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def opens_at(self, wave: int, off: Collection[date] = ()) -> datetime:
        """When a wave opens by the calendar, on a working day, by the organisation's clock. `off`: core.days_off.known()."""
        day = working_days.next_working_day(months_later(self.first_on, wave * self.months), off)
        return timezone.make_aware(datetime.combine(day, self.opens_at_time))

    def closes_at(self, opens_at: datetime, off: Collection[date] = ()) -> datetime:
        """Evening of a working day, `days_open` days later or a little after."""
        return _evening(opens_at, self.days_open, off)

    def leaders_close_at(self, opens_at: datetime, off: Collection[date] = ()) -> datetime:
        """The same for the leaders' survey of a wave. The staff's opens then."""
        return _evening(opens_at, self.leaders_days, off)


CLOSES = time(18, 0)


def _evening(opens_at: datetime, days: int, off: Collection[date]) -> datetime:
    day = working_days.next_working_day(timezone.localdate(opens_at) + timedelta(days=days), off)
    return timezone.make_aware(datetime.combine(day, CLOSES))


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))
