"""Surveys that come again. The clock launches each wave; what it missed it makes up for, one wave at most."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.text import Truncator

from assessments.surveys import ballot_keys
from assessments.surveys.models import Campaign
from assessments.surveys.models.series import CampaignSeries
from assessments.surveys.queries import languages
from assessments.surveys.services import campaigns, rotation
from core import audit, days_off, notify
from core.errors import DomainError
from people.models import Unit, User

LATE = timedelta(hours=1)  # later than this a wave opens when it is launched, and stays open as long as planned
OF_LEADERS = ": leaders"  # after the title of the wave they go before


class SeriesInvalid(DomainError):
    """The set-up breaks a rule; the sentence names it."""


@transaction.atomic
def create_series(*, by: User, units: Iterable[Unit] = (), **fields: Any) -> CampaignSeries:
    """Plan a survey that comes again. Nothing is sent before its first day. Raises SeriesInvalid."""
    series = CampaignSeries(made_by=by, **fields)
    _check(series)
    series.save()
    series.units.set(units)
    audit.record("added", series, by=by, changes={"title": series.title, "every months": series.months})
    return series


@transaction.atomic
def update_series(series: CampaignSeries, *, by: User, units: Iterable[Unit] | None = None, **fields: Any) -> None:
    """Change what the coming waves are like; those that were launched stay as they are. Raises SeriesInvalid."""
    series = CampaignSeries.objects.select_for_update(of=("self",)).get(pk=series.pk)
    changes = {}
    for name, value in fields.items():
        if (old := getattr(series, name)) != value:
            changes[name] = {"old": str(old), "new": str(value)}
            setattr(series, name, value)
    _check(series)
    series.save(update_fields=[*fields])
    if units is not None:
        series.units.set(units)
    audit.record("changed", series, by=by, changes=changes)


@transaction.atomic
def set_active(series: CampaignSeries, *, by: User, is_active: bool, at: datetime) -> None:
    """Stop a series, or let it go on: from the next day of its calendar, not with what it left out."""
    series = CampaignSeries.objects.select_for_update(of=("self",)).get(pk=series.pk)
    series.is_active = is_active
    if is_active:
        off = days_off.known()
        while series.opens_at(series.next_wave, off) < at:
            series.next_wave += 1
    series.save(update_fields=["is_active", "next_wave"])
    audit.record("went on with" if is_active else "stopped", series, by=by)


@transaction.atomic
def run(series: CampaignSeries, *, at: datetime) -> Campaign | None:
    """Launch the wave that is due, if one is. Of several that were missed, only the last; the others are left out.

    A launch that is refused changes nothing but the reason, which HR reads; the next run tries again.
    """
    series = CampaignSeries.objects.select_for_update(of=("self",)).get(pk=series.pk)
    wave = _due_wave(series, at)
    if wave is None:
        return None
    try:
        with transaction.atomic():
            campaign = _launched(series, wave, at)
    except DomainError as refusal:
        _keep_problem(series, str(refusal), at)
        return None
    left_out = wave - series.next_wave
    series.next_wave, series.problem = wave + 1, ""
    series.save(update_fields=["next_wave", "problem"])
    audit.record("opened a wave", series, by=None, changes={"campaign": campaign.title, "left out": left_out})
    return campaign


def _due_wave(series: CampaignSeries, at: datetime) -> int | None:
    """Number of the last wave whose day has come; None before the next one's."""
    off = days_off.known()
    if not series.is_active or series.opens_at(series.next_wave, off) > at:
        return None
    wave = series.next_wave
    while series.opens_at(wave + 1, off) <= at:
        wave += 1
    return wave


def _launched(series: CampaignSeries, wave: int, at: datetime) -> Campaign:
    planned = series.opens_at(wave, days_off.known())
    opens_at = planned if at - planned <= LATE else at
    title = _title(series, planned)
    leaders = _leaders_launched(series, title, opens_at, at)
    if leaders:
        opens_at = leaders.closes_at
    try:
        return _staff_launched(series, wave, title, leaders, opens_at, at)
    except Exception:
        if leaders:
            ballot_keys.destroy(leaders.key)  # its campaign is rolled back with the wave
        raise


def _staff_launched(
    series: CampaignSeries, wave: int, title: str, leaders: Campaign | None, opens_at: datetime, at: datetime
) -> Campaign:
    newest = series.form.newest()
    form = rotation.form_of_wave(series, newest, wave, at=at) if series.rotates else newest
    campaign = campaigns.create_campaign(
        by=None,
        title=title,
        form=form,
        languages=languages.published(form.version_id),
        audience=series.audience,
        opens_at=opens_at,
        closes_at=series.closes_at(opens_at, days_off.known()),
        units=series.units.all(),
        minimum_group=series.minimum_group,
        leaders_campaign=leaders,
        series=series,
        wave=wave,
    )
    return campaigns.launch(campaign, by=None, at=at)


def _title(series: CampaignSeries, planned: datetime) -> str:
    """The series and the month; short enough for what the leaders' survey adds."""
    month = formats.date_format(timezone.localtime(planned), "F Y")
    room = Campaign._meta.get_field("title").max_length - len(f", {month}{OF_LEADERS}")  # type: ignore[operator]
    return f"{Truncator(series.title).chars(room)}, {month}"


def _leaders_launched(series: CampaignSeries, title: str, opens_at: datetime, at: datetime) -> Campaign | None:
    """The leaders' survey of a wave, where leaders go first: on the wave's day; the staff's opens when it closes."""
    if series.leaders_form is None:
        return None
    form = series.leaders_form.newest()
    campaign = campaigns.create_campaign(
        by=None,
        title=f"{title}{OF_LEADERS}",
        form=form,
        languages=languages.published(form.version_id),
        audience=Campaign.Audience.LEADERS,
        opens_at=opens_at,
        closes_at=series.leaders_close_at(opens_at, days_off.known()),
        units=series.units.all(),
    )
    return campaigns.launch(campaign, by=None, at=at)


def _keep_problem(series: CampaignSeries, problem: str, at: datetime) -> None:
    if series.problem != problem:
        series.problem = problem
        series.save(update_fields=["problem"])
        words = f"The next wave of “{series.title}” could not open: {problem}"
        key = f"series-problem:{series.pk}:{series.next_wave}"
        notify.tell(series.made_by, key, words[:300], reverse("surveys:series"), at)


def _check(series: CampaignSeries) -> None:
    try:
        series.full_clean()
    except ValidationError as error:
        raise SeriesInvalid(" ".join(error.messages)) from error
