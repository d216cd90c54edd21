"""A manager's own unit: the seven Cs, what to talk about first, and how ready its people are for the change."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from assessments.surveys.eyes import Eyes
from assessments.surveys.models import Campaign, UnitSnapshot
from assessments.surveys.queries import explorer, meter, outcome, sharing, statements
from assessments.surveys.queries import results as queries
from assessments.surveys.queries.explorer import Choice, Table
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.meter import ChangeMeter
from assessments.surveys.queries.results import Place, UnitResults
from assessments.surveys.queries.sharing import Reading
from assessments.surveys.queries.statements import Comments, ItemRow
from people.access import Viewer

STRENGTHS = 2
OTHERS = 6  # surveys to go to
_CAPPED = {"90% or more": 95, "10% or less": 5}  # where a small group's share stands among the exact ones


@dataclass(frozen=True)
class TeamPage:
    """`links` says what goes with the outcome in all, in words; `change` is from the newest survey that asked for it."""

    results: UnitResults
    reading: Reading
    table: Table
    change: ChangeMeter | None
    strengths: tuple[ItemRow, ...]
    gap: ItemRow | None
    links: str
    comments: Comments
    units: tuple[Place, ...]
    others: tuple[Choice, ...]


def team_page(viewer: Viewer, top: UnitSnapshot | None = None) -> TeamPage | None:
    """The unit the viewer heads, else the one they were counted in, in the newest survey of the seven Cs, else in the newest
    of all; None before the first. `top` names the campaign where HR looks ahead. A fixed number of queries."""
    top = top or queries.latest_top(viewer) or explorer.newest(viewer)
    if top is None:
        return None
    units = list(_own_units(viewer, top.campaign))
    unit = units[0] if units else top
    results = queries.unit_results(unit, viewer)
    campaign = top.campaign
    reading = sharing.reading(viewer, campaign)
    released = queries.shown_release(unit)
    hidden = results.hidden or explorer.statements_hidden(results, unit, viewer, reading)
    rows = () if hidden else statements.items(unit, released=released)
    told = sorted((row for row in rows if row.favourable), key=_favour, reverse=True)
    links = outcome.links(campaign.pk, results.organisation)
    constructs, k = tuple(layout_of(campaign.form_id).constructs), campaign.minimum_group
    return TeamPage(
        results=results,
        reading=reading,
        table=explorer.table(results, None, None, explorer.changes_of(released, constructs, k)),
        change=meter.of_unit(viewer, unit.unit) if unit.unit else None,
        strengths=tuple(told[:STRENGTHS]),
        gap=told[-1] if len(told) > STRENGTHS else None,
        links=links.words if links else "",
        comments=statements.comments(unit, viewer, most=explorer.COMMENTS_SHOWN)
        if reading.comments
        else explorer.NO_COMMENTS,
        units=tuple(Place(other.place, other.name) for other in units[1:]),
        others=tuple(one for one in explorer.choices(viewer) if one.pk != campaign.pk)[:OTHERS],
    )


def _own_units(viewer: Viewer, campaign: Campaign) -> QuerySet[UnitSnapshot]:
    """The units the viewer heads today, the largest first; for others the one they were counted in. One query."""
    units = campaign.units_at_launch.select_related("unit").order_by("place")
    if isinstance(viewer, Eyes):
        return units.filter(unit__in=viewer.partner_units)
    headed = Q(unit__head=viewer.employee, unit__is_active=True)
    return units.filter(headed) if units.filter(headed).exists() else units.filter(seats__employee=viewer.employee)


def _favour(row: ItemRow) -> int:
    return row.favourable_percent if row.favourable_percent is not None else _CAPPED[row.favourable]
