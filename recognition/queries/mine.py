"""One's own page of praise and feedback: received, given, asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils import timezone

from people.access import Viewer
from people.models import Employee, EmployeeQuerySet
from recognition.models import Feedback, Praise, Preference, Reach
from recognition.queries import cards
from recognition.queries.cards import Answer, Card

PER_PAGE = 20
SUGGESTED = 12
TABS = (("received", "Received"), ("given", "Given"), ("asked", "Asked"))


@dataclass(frozen=True)
class OpenQuestion:
    """Feedback that somebody asks of the viewer."""

    pk: int
    who: str
    question: str
    until: date


@dataclass(frozen=True)
class MinePage:
    """`praise` and `answers` are those of the tab; `answers` under Given are the viewer's own words to others."""

    tab: str
    questions: list[OpenQuestion]
    page: Page[Praise]
    praise: list[Card]
    answers: list[Answer]
    preference: Preference
    manager: Employee | None

    @property
    def tabs(self) -> tuple[tuple[str, str], ...]:
        return TABS


def mine_page(viewer: Viewer, *, show: str, number: str | None, at: datetime) -> MinePage:
    """A fixed number of queries."""
    me = viewer.employee
    assert me
    on = timezone.localdate(at)
    tab = show if show in dict(TABS) else "received"
    mine = {"received": Q(to=me), "given": Q(by=me), "asked": Q(pk=None)}[tab]
    page = Paginator(Praise.objects.visible_to(viewer).filter(mine).with_words(), PER_PAGE).get_page(number)
    given = Feedback.objects.filter(to=me, answered_at__isnull=False)
    theirs = {
        "received": Feedback.objects.none(),
        "given": given,
        "asked": Feedback.objects.filter(by=me, withdrawn_at=None),
    }[tab]
    return MinePage(
        tab=tab,
        questions=open_questions(viewer, on=on),
        page=page,
        praise=cards.cards(page.object_list, viewer, at=at),
        answers=cards.answers(theirs[:PER_PAGE], viewer, on=on),
        preference=preference_of(me),
        manager=me.manager,
    )


def open_questions(viewer: Viewer, *, on: date) -> list[OpenQuestion]:
    """What the viewer is asked and has neither answered nor declined, the oldest first."""
    if viewer.employee is None:
        return []
    waiting = Feedback.objects.waiting_for(viewer.employee, on).select_related("by").order_by("until", "pk")
    return [OpenQuestion(one.pk, one.by.name, one.question, one.until) for one in waiting]


def preference_of(employee: Employee) -> Preference:
    """What they said, or what holds for who said nothing."""
    return Preference.objects.filter(employee=employee).first() or Preference(employee=employee, reach=Reach.TEAM)


def colleagues(viewer: Viewer, q: str) -> EmployeeQuerySet:
    """Whom one may thank or ask: by name, or first of all those one works with."""
    me = viewer.employee
    others = Employee.objects.visible_to(viewer).active().select_related("unit")
    others = others.exclude(pk=me.pk) if me else others
    if q:
        return others.filter(Q(name__icontains=q) | Q(title__icontains=q)).order_by("name", "pk")[:SUGGESTED]
    if me is None:
        return others.none()
    near = Q(manager=me) | Q(pk=me.manager_id) | (Q(manager=me.manager_id) if me.manager_id else Q(unit=me.unit_id))
    return others.filter(near).order_by("name", "pk")[:SUGGESTED]
