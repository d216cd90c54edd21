"""How ready people are for the change, in the newest survey that asked: most surveys ask for the seven Cs alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from assessments.surveys.models import Placement, UnitRelease, UnitSnapshot
from assessments.surveys.queries import changes, sharing
from assessments.surveys.queries.changes import BalanceView, Readiness
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.results import hidden_words
from assessments.surveys.vectors import BALANCE, READINESS, Layout
from people.access import Viewer
from people.models import Unit


@dataclass(frozen=True)
class ChangeMeter:
    """`name` and `place` are those of the shown unit, a larger one where `stands_in`. `hidden`: nothing can be shown."""

    campaign_pk: int
    title: str
    closed_at: datetime
    place: int
    name: str
    answers: int | None
    stands_in: bool
    hidden: str
    readiness: Readiness | None
    balance: BalanceView | None


def newest_release(viewer: Viewer) -> UnitRelease | None:
    """Of the whole organisation, in the newest survey shared with the viewer that asked for the change. One query."""
    tops = UnitSnapshot.objects.tops_visible_to(viewer)
    asked = Placement.objects.filter(form=OuterRef("unit__campaign__form"), item__block__in=(*READINESS, *BALANCE))
    found = _with_words().filter(Exists(asked), unit__in=tops)
    return found.order_by("-unit__campaign__closes_at", "-unit__campaign_id").first()


def meter(released: UnitRelease, layout: Layout, *, of: str = "") -> ChangeMeter:
    """What a release says; `of` is the unit that was asked for. Use `newest_release` or `of_unit` to find one."""
    unit, campaign = released.unit, released.unit.campaign
    k, texts = campaign.minimum_group, campaign.form.version.texts
    return ChangeMeter(
        campaign_pk=campaign.pk,
        title=campaign.title,
        closed_at=campaign.closes_at,
        place=unit.place,
        name=unit.name,
        answers=released.answers,
        stands_in=bool(of) and of != unit.key,
        hidden=hidden_words(released.hidden, k),
        readiness=None if released.hidden else changes.readiness_of(released, layout, texts, k),
        balance=None if released.hidden else changes.balance_of(released, layout, k),
    )


def of_unit(viewer: Viewer, unit: Unit) -> ChangeMeter | None:
    """Of a unit that the viewer leads, or of the nearest shown one above. None where it was not asked, or not shared yet."""
    newest = newest_release(viewer)
    if newest is None or not sharing.reading(viewer, newest.unit.campaign).change:
        return None
    there = UnitRelease.objects.filter(unit__campaign=newest.unit.campaign_id, unit__unit=unit)
    found = _with_words().filter(
        unit__campaign=newest.unit.campaign_id, unit__place=Subquery(there.values("shown_at_place")[:1])
    )
    released = found.first()
    return meter(released, layout_of(released.unit.campaign.form_id), of=unit.key) if released else None


def _with_words() -> QuerySet[UnitRelease]:
    of_campaign = ("title", "closes_at", "minimum_group", "form__version__texts")
    return UnitRelease.objects.select_related("unit__campaign__form__version").only(
        *("hidden", "answers", "layout", "groups", "barriers", "unit__key", "unit__name", "unit__place"),
        *(f"unit__campaign__{name}" for name in of_campaign),
    )
