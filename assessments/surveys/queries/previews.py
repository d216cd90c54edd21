"""HR looks at a campaign's results as a level reads them: whose eyes, and what can be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from assessments.surveys.eyes import EVERYONE, LEADERS, MANAGERS, NOBODY, Eyes
from assessments.surveys.models import Campaign, UnitSnapshot
from assessments.surveys.models.campaigns import LEADERS_DEPTH
from core.numbers import whole_number
from people.access import Role, Viewer
from people.models import Employee

OFFERED = 300  # units to choose from; an address may name any
LEVELS = {LEADERS: "Leaders", MANAGERS: "Managers", EVERYONE: "Everyone"}


@dataclass(frozen=True)
class UnitChoice:
    place: int
    label: str
    is_current: bool


@dataclass(frozen=True)
class Preview:
    """What the banner says and offers. `query` keeps the choice in an address, `sees_it` is whether they may open the unit."""

    level: str
    who: str
    query: str
    levels: tuple[tuple[str, str], ...]
    units: tuple[UnitChoice, ...]
    may_be_executive: bool
    sees_it: bool
    their_place: int
    heads_a_unit: bool


def eyes(viewer: Viewer, campaign: Campaign, named: Mapping[str, str]) -> Viewer:
    """Only HR looks through other eyes (`as` a level, `of` a unit); everybody else, and HR without a level, through its own."""
    level = named.get("as", "")
    if level not in LEVELS or not viewer.has(Role.HR_ADMIN):
        return viewer
    units = _units(campaign, level)
    top = campaign.units_at_launch.select_related("unit").filter(place=1, unit__isnull=False).first()
    if top is None or top.unit is None:
        return viewer
    place = whole_number(named.get("of", ""))
    chosen = units.filter(place=place).first() if place else None
    if chosen is None and level != LEADERS:
        chosen = units.exclude(place=1).first() or top
    home = chosen or top
    return Eyes(
        user=None,
        employee=Employee(pk=NOBODY, unit=home.unit, line_first=0, line_last=0),
        level=level,
        unit=chosen.unit if chosen else None,
        place=chosen.place if chosen else 0,
        home_place=home.place if level == EVERYONE else home.parent_place or home.place,
        campaign_pk=campaign.pk,
    )


def preview(viewer: Viewer, unit: UnitSnapshot) -> Preview | None:
    """The banner over a page that is seen through other eyes; None through one's own."""
    if not isinstance(viewer, Eyes):
        return None
    units = _units(unit.campaign, viewer.level)[:OFFERED]
    return Preview(
        level=viewer.level,
        who=_who(viewer),
        query=viewer.query,
        levels=tuple(LEVELS.items()),
        units=tuple(UnitChoice(one.place, "\u2003" * one.depth + one.name, one.place == viewer.place) for one in units),
        may_be_executive=viewer.level == LEADERS,
        sees_it=may_open(viewer, unit),
        their_place=viewer.place or 1,
        heads_a_unit=bool(viewer.partner_units),
    )


def may_open(viewer: Viewer, unit: UnitSnapshot) -> bool:
    return UnitSnapshot.objects.visible_to(viewer).filter(pk=unit.pk).exists()


def _units(campaign: Campaign, level: str) -> QuerySet[UnitSnapshot]:
    """Whose head, or at the level of everyone whose people, one may look as."""
    found = campaign.units_at_launch.filter(unit__isnull=False).select_related("unit").order_by("place")
    if level == LEADERS:
        return found.filter(unit__depth__lte=LEADERS_DEPTH)
    return found.filter(unit__depth__gt=LEADERS_DEPTH) if level == MANAGERS else found


def _who(viewer: Eyes) -> str:
    if viewer.unit is None:
        return "an executive"
    return (
        f"somebody who counts in {viewer.unit.name}"
        if viewer.level == EVERYONE
        else f"whoever heads {viewer.unit.name}"
    )
