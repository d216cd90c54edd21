"""One C of several units side by side, before and after: only units of which the release plan shows both waves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from assessments.surveys import cells
from assessments.surveys.models import Campaign, TrendRelease, UnitSnapshot
from assessments.surveys.queries import changes
from assessments.surveys.queries.changes import Change
from assessments.surveys.queries.layouts import layout_of
from core.constructs import Construct
from people.access import Viewer
from people.models import Unit


@dataclass(frozen=True)
class UnitChange:
    """One unit whose change is shown. `position` and `last_position` are those of today's unit."""

    name: str
    place: int
    unit_id: int | None
    position: int
    last_position: int
    change: Change


@dataclass(frozen=True)
class SideBySide:
    """The unit asked for, then those right below it, in the order of the chart; `missing` of them are not shown twice."""

    campaign_pk: int
    before: str
    now: str
    opened_on: date
    rows: tuple[UnitChange, ...]
    missing: int


def side_by_side(viewer: Viewer, construct: Construct, *, under: Unit | None = None) -> SideBySide | None:
    """From the newest pair of waves that asks for the C; None before there is one. Three queries."""
    wave = _newest_pair(viewer)
    if wave is None:
        return None
    campaign, layout = wave.unit.campaign, list(layout_of(wave.unit.campaign.form_id).constructs)
    if construct not in layout:
        return None
    units = UnitSnapshot.objects.visible_to(viewer).filter(campaign=campaign).select_related("unit", "trend")
    found = list(_with_those_below(units, under))
    rows = []
    for unit in found:
        trend: TrendRelease | None = getattr(unit, "trend", None)
        if trend is None or unit.unit is None:
            continue
        record = cells.unpack(trend.constructs, "trends", trend.layout)[layout.index(construct)]
        change = changes.change(construct, record, wave.before.campaign.title, campaign.minimum_group)
        if not change.hidden:
            here = unit.unit
            rows.append(UnitChange(unit.name, unit.place, here.pk, here.position, here.last_position, change))
    return SideBySide(
        campaign_pk=campaign.pk,
        before=wave.before.campaign.title,
        now=campaign.title,
        opened_on=timezone.localdate(campaign.opens_at),
        rows=tuple(rows),
        missing=len(found) - len(rows),
    )


def _newest_pair(viewer: Viewer) -> TrendRelease | None:
    """The newest staff wave with one before it, by the whole organisation's stored change."""
    tops = UnitSnapshot.objects.tops_visible_to(viewer)
    tops = tops.exclude(campaign__audience__in=[Campaign.Audience.LEADERS, Campaign.Audience.CUSTOMERS])
    waves = TrendRelease.objects.filter(unit__in=tops).select_related("unit__campaign__form", "before__campaign")
    return waves.order_by("-unit__campaign__closes_at", "-unit__campaign_id").first()


def _with_those_below(units: QuerySet[UnitSnapshot], under: Unit | None) -> QuerySet[UnitSnapshot]:
    if under is None:
        return units.filter(depth__lte=1).order_by("place")
    return units.filter(Q(unit=under) | Q(unit__parent=under)).order_by("place")
