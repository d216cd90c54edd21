"""The praise wall: what people who joined it were thanked for in front of everyone, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from core.constructs import Construct
from people.access import Viewer
from recognition.models import Praise, Reach
from recognition.queries import cards
from recognition.queries.cards import Card
from recognition.queries.mine import preference_of

PER_PAGE = 20


@dataclass(frozen=True)
class WallPage:
    page: Page[Praise]
    praise: list[Card]
    construct: Construct | None
    has_joined: bool

    @property
    def constructs(self) -> tuple[Construct, ...]:
        return tuple(Construct)


def wall_page(viewer: Viewer, *, construct: str, number: str | None, at: datetime) -> WallPage:
    """No counts: neither of a person nor of a C."""
    chosen = Construct(construct) if construct in Construct.values else None
    found = Praise.objects.visible_to(viewer).on_wall().with_words()
    page = Paginator(found.filter(construct=chosen) if chosen else found, PER_PAGE).get_page(number)
    me = viewer.employee
    return WallPage(
        page=page,
        praise=cards.cards(page.object_list, viewer, at=at),
        construct=chosen,
        has_joined=bool(me) and preference_of(me).reach == Reach.EVERYONE if me else False,
    )
