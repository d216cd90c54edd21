"""HR's list of campaigns: narrowed, in the order that was asked for, page by page or as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, IntegerField, OrderBy, QuerySet, Value, When
from django.db.models.functions import Lower

from assessments.surveys.models import Campaign
from assessments.surveys.queries.campaigns import CampaignRow, counted, row_of
from people.access import Viewer

ON_A_PAGE = 25
NEWEST = "-opens"
COLUMNS = {"title": "Survey", "state": "State", "opens": "Open", "answered": "Answered"}
ORDERS = [order for key in COLUMNS for order in (key, f"-{key}")]
NOT_LAUNCHED, TOO_FEW = "not launched", "too few to say"
HEADER = ("Survey", "Who is asked", "State", "Opens", "Closes", "Invited", "Answered", "Answered percent")
_LIFE = {state: place for place, state in enumerate(Campaign.State.values)}
_KEYS: dict[str, Any] = {
    "title": Lower("title"),
    "state": Case(
        *(When(state=state, then=Value(place)) for state, place in _LIFE.items()), output_field=IntegerField()
    ),
    "opens": F("opens_at"),
    # What is not shown takes no part in the order either: it would tell how the small ones compare.
    "answered": Case(When(answered__gte=F("minimum_group"), then=F("answered")), default=None),
}


@dataclass(frozen=True)
class Heading:
    """A column to sort by. `sorted` is ascending, descending or none, as a table says it; `query` turns it round."""

    key: str
    label: str
    sorted: str
    query: str


@dataclass(frozen=True)
class CampaignPage:
    """A page of the list. `query` keeps filter and order in an address, for the files."""

    page: Page[Any]
    rows: tuple[CampaignRow, ...]
    headings: tuple[Heading, ...]
    query: str


def campaign_page(viewer: Viewer, narrowed: Mapping[str, str], order: str, *, page: str | None) -> CampaignPage:
    """One page, narrowed by words of the title, state and audience. Two queries."""
    paged = Paginator(_found(viewer, narrowed, order), ON_A_PAGE).get_page(page)
    rows = tuple(row_of(campaign, campaign.answered) for campaign in paged)
    return CampaignPage(paged, rows, _headings(narrowed, order or NEWEST), urlencode({**narrowed, "sort": order}))


def table(viewer: Viewer, narrowed: Mapping[str, str], order: str) -> list[list[object]]:
    """The whole list for a file, with the same words where a count is not shown. One query."""
    rows = (row_of(campaign, campaign.answered) for campaign in _found(viewer, narrowed, order))
    return [_line(row) for row in rows]


def _found(viewer: Viewer, narrowed: Mapping[str, str], order: str) -> QuerySet[Any]:
    fields = {"q": "title__icontains", "state": "state", "audience": "audience"}
    wanted = {fields[name]: value for name, value in narrowed.items() if name in fields}
    found = counted(Campaign.objects.visible_to(viewer).filter(**wanted))
    key = order.removeprefix("-")
    if key not in _KEYS:
        return found
    return found.order_by(OrderBy(_KEYS[key], descending=order.startswith("-"), nulls_last=True), "-opens_at", "-pk")


def _headings(narrowed: Mapping[str, str], order: str) -> tuple[Heading, ...]:
    return tuple(
        Heading(
            key=key,
            label=label,
            sorted={key: "ascending", f"-{key}": "descending"}.get(order, "none"),
            query=urlencode({**narrowed, "sort": f"-{key}" if order == key else key}),
        )
        for key, label in COLUMNS.items()
    )


def _line(row: CampaignRow) -> list[object]:
    is_draft = row.state == Campaign.State.DRAFT
    hidden = NOT_LAUNCHED if is_draft else TOO_FEW
    is_shown = row.answered is not None and not is_draft
    return [
        row.title,
        row.audience,
        row.state_label,
        row.opens_at,
        row.closes_at,
        row.invited or "",
        row.answered if is_shown else hidden,
        (row.percent if row.percent is not None else "") if is_shown else hidden,
    ]
