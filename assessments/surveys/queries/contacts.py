"""Customers by name, as HR sees them: whom a survey is mailed to, and who asked to be contacted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from assessments.surveys.contact_files import Row
from assessments.surveys.models import Campaign, ContactRequest, CustomerContact
from people.access import Viewer

PER_PAGE, PROBLEMS_SHOWN, ROWS_SHOWN = 50, 50, 20


@dataclass(frozen=True)
class ContactsPage:
    """The contacts of one survey. Nothing tells who of them has answered."""

    total: int
    organisations: int
    waiting: int
    page: Page[CustomerContact]


@dataclass(frozen=True)
class Problem:
    """One cell that cannot be taken, as components/_import_refused.html shows it."""

    row: int
    label: str
    column: str
    said: str
    problem: str


@dataclass(frozen=True)
class Look:
    """What a file would do."""

    new: int
    known: int
    refused: int
    problems: list[Problem]
    first: list[Row]


def contacts_page(campaign: Campaign, viewer: Viewer, *, page: str | None) -> ContactsPage:
    found = CustomerContact.objects.visible_to(viewer).filter(campaign=campaign)
    rows = list(found.values_list("organisation", "is_invited"))
    return ContactsPage(
        total=len(rows),
        organisations=len({organisation.casefold() for organisation, _ in rows}),
        waiting=sum(not is_invited for _, is_invited in rows),
        page=Paginator(found, PER_PAGE).get_page(page),
    )


def look(rows: Sequence[Row]) -> Look:
    kinds = Counter("refused" if row.problems else "known" if row.is_known else "new" for row in rows)
    problems = [
        Problem(row.number, row.label, column, str(getattr(row, column)), sentence)
        for row in rows
        for column, sentence in row.problems
    ]
    new = [row for row in rows if not row.problems and not row.is_known]
    return Look(kinds["new"], kinds["known"], kinds["refused"], problems[:PROBLEMS_SHOWN], new[:ROWS_SHOWN])


def refused_rows(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """The rows to mend as a table, with the problems in the last column."""
    return ["name", "organisation", "email", "problems"], [
        [row.name, row.organisation, row.email, " ".join(sentence for _, sentence in row.problems)]
        for row in rows
        if row.problems
    ]


def requests_of(campaign: Campaign, viewer: Viewer) -> list[ContactRequest]:
    """Who asked to be contacted, by name; empty until the survey has closed."""
    return list(ContactRequest.objects.visible_to(viewer).filter(campaign=campaign))


def request_count(campaign: Campaign, viewer: Viewer) -> int:
    return ContactRequest.objects.visible_to(viewer).filter(campaign=campaign).count()


def known_addresses(campaign: Campaign) -> set[Any]:
    return set(campaign.contacts.values_list("email", flat=True))
