"""Surveys that come again, as HR sees them."""

from dataclasses import dataclass
from datetime import datetime

from assessments.surveys.models import Campaign
from assessments.surveys.models.series import CampaignSeries
from core import days_off
from people.access import Viewer

WAVES_SHOWN = 4


@dataclass(frozen=True)
class SeriesRow:
    """One series; `next_opens_at` is None where it has been stopped."""

    pk: int
    title: str
    rhythm: str
    form: str
    rotates: bool
    leaders_form: str
    is_active: bool
    next_opens_at: datetime | None
    problem: str
    waves: tuple[Campaign, ...]


def series_rows(viewer: Viewer) -> list[SeriesRow]:
    """Three queries, whatever their number."""
    off = days_off.known()
    found = CampaignSeries.objects.visible_to(viewer).select_related("form", "leaders_form").prefetch_related("waves")
    return [
        SeriesRow(
            pk=series.pk,
            title=series.title,
            rhythm=series.get_months_display(),
            form=series.form.name,
            rotates=series.rotates,
            leaders_form=series.leaders_form.name if series.leaders_form else "",
            is_active=series.is_active,
            next_opens_at=series.opens_at(series.next_wave, off) if series.is_active else None,
            problem=series.problem,
            waves=tuple(sorted(series.waves.all(), key=lambda wave: wave.opens_at, reverse=True)[:WAVES_SHOWN]),
        )
        for series in found
    ]
