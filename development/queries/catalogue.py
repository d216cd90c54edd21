"""The learning catalogue as people browse it, and one activity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q

from assessments.competencies.models import Competency, CompetencyVersion, LearningKind, Level
from development.models import Activity, Aim, Duty, Enrolment, Session
from development.models.catalogue import ActivityQuerySet
from development.queries import library
from people.access import Role, Viewer

PER_PAGE = 20
ANY_STATE = "all"
FEWEST = 5  # people from whom on a number of places given away, or of those who wait, is said


@dataclass(frozen=True)
class Filters:
    """What the catalogue is narrowed to. `hours` is the most that it may take; `state` is HR's, others see what is offered."""

    q: str = ""
    competency: int | None = None
    level: int | None = None
    kind: str = ""
    hours: Decimal | None = None
    state: str = ""

    @property
    def is_set(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class AimWords:
    """A competency with the levels that an activity is for: Listening, level 1 to 2."""

    competency: int
    name: str
    levels: tuple[int, ...]

    @property
    def words(self) -> str:
        first, last = self.levels[0], self.levels[-1]
        return f"{self.name}, level {first}" if first == last else f"{self.name}, level {first} to {last}"


@dataclass(frozen=True)
class Usefulness:
    """Mean of the ratings 1 to 5 at the last count; None before there were five."""

    mean: float | None
    ratings: int

    @property
    def words(self) -> str:
        if self.mean is None:
            return "Not rated often enough yet"
        return f"{self.mean:.1f} of 5, {self.ratings} ratings"


@dataclass(frozen=True)
class ActivityRow:
    activity: Activity
    aims: list[AimWords]
    usefulness: Usefulness
    is_mine: bool
    next_on: datetime | None


@dataclass(frozen=True)
class CataloguePage:
    page: Page[Activity]
    rows: list[ActivityRow]
    filters: Filters
    in_library: int
    may_keep: bool
    may_propose: bool


def catalogue_page(viewer: Viewer, filters: Filters, *, number: str | None, at: datetime) -> CataloguePage:
    """Most useful first; `in_library` counts, for HR, what competencies name and the catalogue has not met."""
    page = Paginator(activities(viewer, filters), PER_PAGE).get_page(number)
    shown = list(page)
    aims, taken, dates = aims_of(shown), _taken_by(viewer, shown), _next_dates(shown, at)
    rows = [ActivityRow(one, aims[one.pk], usefulness_of(one), one.pk in taken, dates.get(one.pk)) for one in shown]
    in_library = len(library.not_taken_over()) if viewer.is_hr else 0
    return CataloguePage(page, rows, filters, in_library, viewer.is_hr, viewer.has(Role.MANAGER))


def activities(viewer: Viewer, filters: Filters) -> ActivityQuerySet:
    """Most useful first; what is offered, or in another state that HR asks for."""
    found = Activity.objects.visible_to(viewer)
    if viewer.is_hr and filters.state in Activity.State.values:
        found = found.filter(state=filters.state)
    elif not (viewer.is_hr and filters.state == ANY_STATE):
        found = found.offered()
    return _narrowed(found, filters).by_usefulness()


@dataclass(frozen=True)
class SessionRow:
    """One date. How many places are given away is said from five up, as everywhere."""

    session: Session
    taken: int
    is_mine: bool
    i_wait: bool
    waiting: int = 0

    @property
    def is_full(self) -> bool:
        return self.taken >= self.session.seats

    @property
    def words(self) -> str:
        seats = self.session.seats
        if self.is_full:
            return f"all {seats} places taken" if seats > 1 else "the one place is taken"
        if self.taken < FEWEST:
            return f"{seats} places, some free" if seats > 1 else "one place, free"
        return f"{seats - self.taken} of {seats} places free"

    @property
    def waiting_words(self) -> str:
        """For HR, in steps of five: whether another date would help."""
        at_least = self.waiting // FEWEST * FEWEST
        return f"At least {at_least} people wait. Another date, or more places, would help." if at_least else ""


@dataclass(frozen=True)
class ActivityPage:
    activity: Activity
    aims: list[AimWords]
    usefulness: Usefulness
    mine: Enrolment | None
    completed: list[Enrolment]
    sessions: list[SessionRow]
    duty: Duty | None
    duties: list[Duty] = field(default_factory=list)
    may_keep: bool = False
    may_require: bool = False
    may_join: bool = False


def activity_page(activity: Activity, viewer: Viewer, *, at: datetime) -> ActivityPage:
    """One activity with its dates, what the viewer does with it, and whether it is required of them."""
    me = viewer.employee
    enrolments = list(Enrolment.objects.filter(activity=activity, employee=me)) if me else []
    mine = next((one for one in enrolments if one.completed_on is None), None)
    return ActivityPage(
        activity=activity,
        aims=aims_of([activity])[activity.pk],
        usefulness=usefulness_of(activity),
        mine=mine,
        completed=[one for one in enrolments if one.completed_on],
        sessions=_sessions(activity, mine, at, is_hr=viewer.is_hr),
        duty=Duty.objects.of(me).filter(activity=activity).first() if me else None,
        duties=list(activity.duties.visible_to(viewer).in_force().select_related("unit")),
        may_keep=viewer.is_hr,
        may_require=bool(viewer.sees_everything_of_hr and activity.is_offered),
        may_join=me is not None and activity.is_offered,
    )


def _sessions(activity: Activity, mine: Enrolment | None, at: datetime, *, is_hr: bool) -> list[SessionRow]:
    rows = []
    for one in activity.sessions.to_come(at).counted():
        taken: int = one.taken  # type: ignore[attr-defined]
        waiting: int = one.waiting  # type: ignore[attr-defined]
        is_here = mine is not None and mine.session_id == one.pk
        i_wait = is_here and mine is not None and mine.waits_since is not None
        rows.append(SessionRow(one, taken, is_here and not i_wait, i_wait, waiting if is_hr else 0))
    return rows


def as_table(found: ActivityQuerySet) -> tuple[list[str], Iterator[list[str]]]:
    """Header and rows of the export, in the order of the page."""
    shown = list(found)
    aims = aims_of(shown)
    rows = (
        [
            one.title,
            one.get_kind_display(),
            one.get_state_display(),
            f"{one.hours.normalize():f}",
            one.provider,
            one.text,
            "; ".join(aim.words for aim in aims[one.pk]),
            "" if one.useful_mean is None else f"{one.useful_mean:.1f}",
            one.link,
        ]
        for one in shown
    )
    return ["title", "kind", "state", "hours", "provider", "what_people_do", "for_levels", "usefulness", "link"], rows


def proposed() -> list[Activity]:
    """What waits for HR to decide, oldest first."""
    return list(Activity.objects.filter(state=Activity.State.PROPOSED).select_related("proposed_by").order_by("pk"))


def aims_of(of: list[Activity]) -> dict[int, list[AimWords]]:
    """By activity. A competency that was merged is named by the one that took its place; one without a name is left out."""
    found: dict[int, list[AimWords]] = defaultdict(list)
    named = competency_names()
    aims = Aim.objects.filter(activity__in=of).select_related("competency").order_by("activity", "competency__order")
    for (activity, competency), group in groupby(aims, key=lambda aim: (aim.activity_id, aim.competency.counts_for_id)):
        if competency in named:
            levels = tuple(sorted({aim.level for aim in group}))
            found[activity].append(AimWords(competency, named[competency], levels))
    return found


def competency_names() -> dict[int, str]:
    """Names of the competencies that are published today, in order of the library."""
    versions = CompetencyVersion.objects.published().order_by("competency__order", "competency_id")
    return dict(versions.values_list("competency_id", "name"))


def last_name(competency: Competency) -> str:
    """What a competency that is out of use was called last."""
    issued = CompetencyVersion.objects.filter(competency=competency.counts_for_id).exclude(published_at=None)
    return issued.order_by("-number").values_list("name", flat=True).first() or competency.key


def levels() -> list[tuple[int, str]]:
    """Value and name of the levels that can be reached, from the scales of the published competencies."""
    scales = CompetencyVersion.objects.published().values("scale")
    found = Level.objects.filter(scale__in=scales, value__gt=0).order_by("scale__number", "value")
    return sorted(dict(found.values_list("value", "name")).items())


def learning_for(competencies: Collection[int], *, most: int) -> list[tuple[Activity, Usefulness]]:
    """What is offered for any of these competencies, most useful first. One query."""
    aims = Aim.objects.filter(activity=OuterRef("pk"), competency__in=competencies)
    found = Activity.objects.offered().filter(Exists(aims)).by_usefulness()[:most]
    return [(activity, usefulness_of(activity)) for activity in found]


def usefulness_of(activity: Activity) -> Usefulness:
    return Usefulness(activity.useful_mean, activity.useful_ratings)


def _narrowed(found: ActivityQuerySet, filters: Filters) -> ActivityQuerySet:
    if filters.q:
        found = found.filter(
            Q(title__icontains=filters.q) | Q(text__icontains=filters.q) | Q(provider__icontains=filters.q)
        )
    if filters.kind in LearningKind.values:
        found = found.filter(kind=filters.kind)
    if filters.hours is not None:
        found = found.filter(hours__lte=filters.hours)
    if filters.competency or filters.level:
        aims = Aim.objects.all()
        if filters.competency:
            one = filters.competency
            aims = aims.filter(Q(competency=one) | Q(competency__merged_into=one))
        if filters.level:
            aims = aims.filter(level=filters.level)
        found = found.filter(pk__in=aims.values("activity"))
    return found


def _taken_by(viewer: Viewer, shown: list[Activity]) -> set[int]:
    if viewer.employee is None:
        return set()
    mine = Enrolment.objects.filter(employee=viewer.employee, activity__in=shown, completed_on=None)
    return set(mine.values_list("activity_id", flat=True))


def _next_dates(shown: list[Activity], at: datetime) -> dict[int, datetime]:
    """The first session of each that has a place."""
    sessions = Session.objects.filter(activity__in=shown).to_come(at).with_places().order_by("-starts_at")
    return dict(sessions.values_list("activity_id", "starts_at"))
