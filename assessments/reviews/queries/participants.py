"""Who takes part in a cycle, for HR: who reviews whom and what has been shared, never what was written or begun."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q

from assessments.reviews.models import Assessment, ReviewCycle
from people.access import Viewer

PER_PAGE = 50


@dataclass(frozen=True)
class Filter:
    """One choice above the list."""

    key: str
    words: str


FILTERS = (
    Filter("", "Everybody"),
    Filter("nobody", "Without a manager"),
    Filter("by_hand", "Assigned by hand"),
    Filter("excused", "Left out"),
)
_WHERE = {
    "nobody": Q(manager=None, is_excused=False),
    "by_hand": Q(is_assigned_by_hand=True),
    "excused": Q(is_excused=True),
}


def participants(
    cycle: ReviewCycle, viewer: Viewer, *, text: str = "", only: str = "", page: str | None = None
) -> Page[Assessment]:
    """People of the cycle by name, with has_own and has_manager. The search looks at names and units only (T24)."""
    found = Assessment.objects.counted_for(viewer).filter(cycle=cycle).with_states()
    for word in text.split():
        found = found.filter(Q(employee__name__icontains=word) | Q(employee__unit__name__icontains=word))
    found = found.filter(_WHERE.get(only, Q()))
    rows = found.select_related("employee__unit", "manager").order_by("employee__name", "pk")
    return Paginator(rows, PER_PAGE).get_page(page)
