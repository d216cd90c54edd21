"""The learning catalogue as people browse it, and one activity."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q

from assessments.competencies.models import CompetencyVersion, LearningKind, Level
from development.models import ENOUGH_RATINGS, Activity, Aim, Duty, Enrolment, Session
from development.models.catalogue import ActivityQuerySet
from people.access import Role, Viewer

PER_PAGE = 20


@dataclass(frozen=True)
class Filters:
    """What the catalogue is narrowed to. `hours` is the most that it may take."""

    q: str = ""
    competency: int | None = None
    level: int | None = None
    kind: str = ""
    hours: Decimal | None = None

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
    """Mean of the ratings 1 to 5; None with fewer than five of them."""

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
    proposals: int
    may_keep: bool
    may_propose: bool


def catalogue_page(viewer: Viewer, filters: Filters, *, number: str | None, at: datetime) -> CataloguePage:
    """Offered activities, most useful first; `proposals` counts those that wait for HR."""
    found = _narrowed(Activity.objects.visible_to(viewer).offered(), filters).by_usefulness()
    page = Paginator(found, PER_PAGE).get_page(number)
    activities = list(page)
    aims, taken, dates = aims_of(activities), _taken_by(viewer, activities), _next_dates(activities, at)
    rows = [
        ActivityRow(one, aims[one.pk], usefulness_of(one), one.pk in taken, dates.get(one.pk)) for one in activities
    ]
    waiting = Activity.objects.filter(state=Activity.State.PROPOSED).count() if viewer.is_hr else 0
    return CataloguePage(page, rows, filters, waiting, viewer.is_hr, viewer.has(Role.MANAGER))


@dataclass(frozen=True)
class SessionRow:
    session: Session
    free: int
    is_mine: bool


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
    sessions = activity.sessions.filter(cancelled_at=None, starts_at__gt=at).annotate(taken=Count("enrolments"))
    rated = Activity.objects.by_usefulness().get(pk=activity.pk)
    return ActivityPage(
        activity=activity,
        aims=aims_of([activity])[activity.pk],
        usefulness=usefulness_of(rated),
        mine=mine,
        completed=[one for one in enrolments if one.completed_on],
        sessions=[
            SessionRow(one, max(0, one.seats - one.taken), mine is not None and mine.session_id == one.pk)
            for one in sessions
        ],
        duty=Duty.objects.of(me).filter(activity=activity).first() if me else None,
        duties=list(activity.duties.visible_to(viewer).in_force().select_related("unit")),
        may_keep=viewer.is_hr,
        may_require=bool(viewer.sees_everything_of_hr and activity.is_offered),
        may_join=me is not None and activity.is_offered,
    )


def proposed() -> list[Activity]:
    """What waits for HR to decide, oldest first."""
    return list(Activity.objects.filter(state=Activity.State.PROPOSED).select_related("proposed_by").order_by("pk"))


def aims_of(activities: list[Activity]) -> dict[int, list[AimWords]]:
    """By activity. A competency that was merged is named by the one that took its place; one without a name is left out."""
    found: dict[int, list[AimWords]] = defaultdict(list)
    named = competency_names()
    aims = (
        Aim.objects.filter(activity__in=activities)
        .select_related("competency")
        .order_by("activity", "competency__order")
    )
    for (activity, competency), group in groupby(aims, key=lambda aim: (aim.activity_id, aim.competency.counts_for_id)):
        if competency in named:
            levels = tuple(sorted({aim.level for aim in group}))
            found[activity].append(AimWords(competency, named[competency], levels))
    return found


def competency_names() -> dict[int, str]:
    """Names of the competencies that are published today, in order of the library."""
    versions = CompetencyVersion.objects.published().order_by("competency__order", "competency_id")
    return dict(versions.values_list("competency_id", "name"))


def levels() -> list[tuple[int, str]]:
    """Value and name of the levels that can be reached, from the scales of the published competencies."""
    scales = CompetencyVersion.objects.published().values("scale")
    found = Level.objects.filter(scale__in=scales, value__gt=0).order_by("scale__number", "value")
    return sorted(dict(found.values_list("value", "name")).items())


def usefulness_of(activity: Activity) -> Usefulness:
    """Of an activity that came through by_usefulness()."""
    ratings: int = activity.ratings  # type: ignore[attr-defined]
    mean: float | None = activity.mean  # type: ignore[attr-defined]
    return Usefulness(mean if ratings >= ENOUGH_RATINGS else None, ratings)


def required_of(viewer: Viewer, *, on: date) -> list[tuple[Duty, bool]]:
    """What law or safety requires of the viewer, each with whether it is done since it was set."""
    if viewer.employee is None:
        return []
    duties = list(Duty.objects.of(viewer.employee).select_related("activity").order_by("due_on", "pk"))
    done = Enrolment.objects.filter(employee=viewer.employee, activity__in=[duty.activity_id for duty in duties])
    done_on = dict(done.exclude(completed_on=None).order_by("completed_on").values_list("activity_id", "completed_on"))
    return [(duty, (done_on.get(duty.activity_id) or date.min) >= duty.set_on) for duty in duties]


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


def _taken_by(viewer: Viewer, activities: list[Activity]) -> set[int]:
    if viewer.employee is None:
        return set()
    mine = Enrolment.objects.filter(employee=viewer.employee, activity__in=activities, completed_on=None)
    return set(mine.values_list("activity_id", flat=True))


def _next_dates(activities: list[Activity], at: datetime) -> dict[int, datetime]:
    """The first session of each that has a place."""
    sessions = (
        Session.objects.filter(activity__in=activities, cancelled_at=None, starts_at__gt=at)
        .annotate(taken=Count("enrolments"))
        .filter(taken__lt=F("seats"))
        .order_by("-starts_at")
    )
    return dict(sessions.values_list("activity_id", "starts_at"))
