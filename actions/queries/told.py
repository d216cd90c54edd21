"""What customers are told after their survey: released figures of the whole, and promises in their words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from actions.models import Action, CustomerReport, ToldPromise
from assessments.surveys.models import Campaign, UnitRelease, UnitSnapshot
from assessments.surveys.models.sharing import Section, Sharing
from assessments.surveys.queries import statements
from assessments.surveys.queries.results import shown_release
from assessments.surveys.queries.statements import ItemRow
from people.access import Role, Viewer

LOOK_BACK = timedelta(days=365)
STATES = {
    Action.State.PLANNED: "Decided, not begun yet",
    Action.State.DOING: "We are working on it",
    Action.State.DONE: "Done",
    Action.State.DROPPED: "We could not do this",
}
LATE = "Later than we promised, and still open"


@dataclass(frozen=True)
class Told:
    """One promise in customers' words. `state` is planned, doing, done or dropped; `late` where it is overdue."""

    pk: int
    words: str
    title: str
    state: str
    state_words: str
    by: date


@dataclass(frozen=True)
class ToldPage:
    """The page as anybody reads it. `answers` is None where the results are hidden as a whole."""

    report: CustomerReport
    survey: str
    asked_until: datetime
    answers: int | None
    figures: tuple[ItemRow, ...]
    promises: tuple[Told, ...]


def page(report: CustomerReport, *, on: date) -> ToldPage:
    """The same for every reader."""
    campaign = report.campaign
    released = _released(campaign)
    chosen = set(report.statements)
    return ToldPage(
        report=report,
        survey=campaign.title,
        asked_until=campaign.closes_at,
        answers=released.answers if released else None,
        figures=tuple(row for row in figures_to_choose(campaign) if row.code in chosen),
        promises=tuple(_told(one, on) for one in report.promises.select_related("action")),
    )


def figures_to_choose(campaign: Campaign) -> tuple[ItemRow, ...]:
    """Statements of the whole survey that the release plan shows. Turned ones are left out: their share reads upside down."""
    released = _released(campaign)
    if released is None:
        return ()
    sharing = Sharing.objects.filter(campaign=campaign).first()
    if sharing and Section.STATEMENTS not in sharing.sections_of(Sharing.Level.EVERYONE):
        return ()  # what everyone here may not read, customers do not read either
    rows = statements.items(released.unit, released=released)
    return tuple(row for row in rows if not row.hidden and not row.is_reversed)


def actions_to_choose(viewer: Viewer, report: CustomerReport, *, on: date) -> QuerySet[Action]:
    """What runs, and what ended within a year, that customers are not told of yet."""
    recent = Q(state__in=Action.RUNNING) | Q(closed_on__gte=on - LOOK_BACK)
    told = report.promises.values("action")
    return (
        Action.objects.visible_to(viewer).filter(recent).exclude(pk__in=told).select_related("unit").order_by("title")
    )


def may_be_told(campaign: Campaign) -> bool:
    """Whether everybody who works here may read the results, so that customers may too."""
    waiting = Sharing.objects.filter(campaign=campaign).exclude(reached=Sharing.Level.EVERYONE)
    return campaign.is_for_customers and campaign.is_published and not waiting.exists()


def report_of(campaign: Campaign) -> CustomerReport | None:
    return CustomerReport.objects.select_related("campaign__form__version").filter(campaign=campaign).first()


def published(key: UUID) -> CustomerReport | None:
    return CustomerReport.objects.published().select_related("campaign__form__version").filter(key=key).first()


def after(campaign: Campaign) -> str:
    """Address of what customers were told after this survey; "" before it is published."""
    report = CustomerReport.objects.published().filter(campaign=campaign).first()
    return report.get_absolute_url() if report else ""


def before(campaign: Campaign) -> str:
    """Address of what customers were told last, after another survey."""
    report = CustomerReport.objects.published().exclude(campaign=campaign).first()
    return report.get_absolute_url() if report else ""


def desk(viewer: Viewer, campaign: Campaign) -> str:
    """Where HR administrators write it, once results are out."""
    may_write = viewer.has(Role.HR_ADMIN) and campaign.is_for_customers and campaign.is_published
    return reverse("actions:tell", args=[campaign.pk]) if may_write else ""


def _released(campaign: Campaign) -> UnitRelease | None:
    top = UnitSnapshot.objects.filter(campaign=campaign, place=1).first()
    return shown_release(top) if top and campaign.is_published else None


def _told(one: ToldPromise, on: date) -> Told:
    action = one.action
    state = Action.State(action.state)
    words = LATE if action.is_overdue(on) else STATES[state]
    return Told(one.pk, one.words, action.title, state, words, action.closed_on or action.due_on)
