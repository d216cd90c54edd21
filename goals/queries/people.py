"""Goals of one person, the line from them to the organisation, and the goals of a manager's people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
from django.urls import reverse

from goals import bulk, progress, wording
from goals.bulk import CODE
from goals.models import CheckIn, Goal, GoalCycle, GoalDetail, Guardrail, RollupState
from goals.models.goal import GoalQuerySet
from goals.progress import Status
from goals.queries.course import Course, courses_of
from goals.queries.page import Link, chain_ids, link_of
from goals.queries.rows import GoalRow, rows_of
from goals.rhythm import is_due, rhythm_of
from people.access import Viewer
from people.models import Employee

ATTENTION = 12  # goals that an attention list names; it says how many more there are
ONE_BY_ONE = 300  # goals; more are counted with the whole cycle at once


@dataclass(frozen=True)
class GoalCard:
    """A goal on a home page, as components/_goal_card.html wants it."""

    id: int
    title: str
    url: str
    benefit: str
    status: str
    status_words: str
    measure: str
    due: str
    due_on: date
    done_percent: float | None
    expected_percent: float | None
    values: tuple[float, ...]
    pace: tuple[float, ...]
    updated: str
    check_in_url: str
    is_stale: bool
    is_done: bool
    is_private: bool
    needs: str  # why to check in now; "" while it is fresh
    serves: str = ""
    serves_url: str = ""


def my_goals(viewer: Viewer, *, on: date, cycle: GoalCycle | None = None) -> list[GoalCard]:
    """The viewer's own goals: of one cycle, or of all active ones; what is due first comes first."""
    if viewer.employee is None:
        return []
    mine = Goal.objects.active().filter(owner=viewer.employee)
    mine = mine.filter(cycle=cycle) if cycle else mine.current()
    goals = list(mine.with_words().select_related("cycle", "parent__detail").order_by("due_on", "pk"))
    courses = courses_of(goals)
    rows = rows_of(goals, on)
    return [_card(goal, row, courses.get(goal.pk, Course()), on) for goal, row in zip(goals, rows, strict=True)]


def _card(goal: Goal, row: GoalRow, course: Course, on: date) -> GoalCard:
    is_running = row.status in progress.RUNNING and goal.cycle.takes_check_ins
    updated = f"updated {wording.since((on - row.checked_on).days)}" if row.checked_on else "no check-in yet"
    return GoalCard(
        id=row.id,
        title=row.title,
        url=row.url,
        benefit=row.benefit,
        status=row.status_key,
        status_words=row.status_words,
        measure=row.measure,
        due=f"by {wording.day(row.due_on, on)}",
        due_on=row.due_on,
        done_percent=row.done_percent,
        expected_percent=row.expected_percent,
        values=course.values,
        pace=course.pace,
        updated=updated,
        check_in_url=reverse("goals:check_in", args=[row.id]) if is_running or row.status == Status.MISSED else "",
        is_stale=row.is_stale,
        is_done=row.status in (Status.ACHIEVED, Status.MISSED),
        is_private=row.is_private,
        needs=_needs(goal, row, on) if is_running else "",
        serves=goal.parent.detail.title if goal.parent else "",
        serves_url=goal.parent.get_absolute_url() if goal.parent else "",
    )


def _needs(goal: Goal, row: GoalRow, on: date) -> str:
    """Why a check-in is wanted now, by the rhythm of the goal."""
    if row.checked_on is None:
        return "No check-in yet" if row.has_metric else ""
    if not row.has_metric or not is_due(goal, on):
        return ""
    wanted = rhythm_of(goal).label.lower()
    return f"Last update {(on - row.checked_on).days} days ago, wanted {wanted}"


def line_of_sight(employee: Employee, *, on: date) -> list["SightStep"]:
    """From one of the person's goals up to the organisation's; without one, from the nearest goal of their units.

    Empty while neither leads to an organisation goal.
    """
    linked = Goal.objects.current().filter(is_aligned=True).with_words()
    mine = linked.filter(owner=employee).order_by("due_on", "pk")
    first = mine.filter(due_on__gte=on).first() or mine.first() or _nearest(linked, employee)
    if first is None:
        return []
    ids = chain_ids(first)
    above = {goal.pk: goal for goal in Goal.objects.with_words().filter(pk__in=ids)}
    is_mine = first.owner_id == employee.pk
    steps = [SightStep.of(link_of(first), who="Me", icon="person") if is_mine else SightStep.of(link_of(first))]
    for pk in ids:
        goal = above[pk]
        opens = goal.visibility == Goal.Visibility.PUBLIC or goal.owner_id == employee.pk
        steps.append(SightStep.of(link_of(goal, opens=opens)))
    return steps


def _nearest(linked: GoalQuerySet, employee: Employee) -> Goal | None:
    """A shared goal of the person's unit, else of the unit above, and so on."""
    unit = employee.unit
    around = linked.filter(unit__position__lte=unit.position, unit__last_position__gte=unit.position)
    shared = around.exclude(detail__level=GoalDetail.Level.INDIVIDUAL)
    return shared.order_by("-unit__depth", "pk").first()


@dataclass(frozen=True)
class SightStep:
    """One step of the line of sight; `url` is empty where the person may not open the goal."""

    who: str
    title: str
    benefit: str
    url: str
    icon: str

    @classmethod
    def of(cls, link: Link, *, who: str = "", icon: str = "") -> "SightStep":
        return cls(who or link.who, link.title, link.benefit, link.url, icon or link.icon)


# --- a manager's people -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attention:
    """One goal that needs a look, with the reason in numbers and days. Ordered by need, never by person."""

    goal_id: int
    tone: str
    icon: str
    what: str
    why: str
    url: str
    rank: int


@dataclass(frozen=True)
class TeamGoals:
    """Goals of a manager's direct reports, or of everyone below. Counts are goals as shown."""

    people: int
    with_goal: int
    goals: int
    on_pace: int = 0
    at_risk: int = 0
    off_track: int = 0
    missed: int = 0
    achieved: int = 0
    not_started: int = 0
    no_data: int = 0
    stale: int = 0
    attention: list[Attention] = field(default_factory=list)
    more: int = 0
    rows: list[GoalRow] = field(default_factory=list)
    more_rows: int = 0
    computed_at: datetime | None = None


@dataclass(frozen=True)
class _Counted:
    """Goals by status, and those that need attention, the most urgent first."""

    by_status: dict[Status, int]
    stale: int
    urgent: list[int]


def team_goals(manager: Employee, *, whole: bool, on: date) -> TeamGoals:
    """What a manager sees of the team's goals in active cycles; the same number of queries at any size."""
    team = Employee.objects.active()
    team = team.in_line_of(manager) if whole else team.filter(manager=manager)
    goals = Goal.objects.current().exclude(visibility=Goal.Visibility.PRIVATE)
    goals = goals.in_line_of(manager) if whole else goals.filter(owner__manager=manager)
    goals = goals.filter(owner__is_active=True)
    owners = dict(goals.order_by().values_list("pk", "owner_id"))
    blockers = _blockers(goals)
    counted = _one_by_one(goals, set(blockers), on) if len(owners) <= ONE_BY_ONE else _at_once(owners, blockers, on)
    listed = sorted(owners)[:ATTENTION]
    wanted = list(dict.fromkeys([*counted.urgent[:ATTENTION], *listed]))
    words = Goal.objects.with_words().filter(pk__in=wanted).order_by("pk")
    rows = {row.id: row for row in rows_of(words, on)}
    urgent = [rows[pk] for pk in counted.urgent[:ATTENTION]]
    state = RollupState.objects.filter(cycle__state=GoalCycle.State.ACTIVE).order_by("-rolled_up_at").first()
    by_status = counted.by_status
    return TeamGoals(
        people=team.count(),
        with_goal=len(set(owners.values())),
        goals=len(owners),
        on_pace=by_status.get(Status.ON_TRACK, 0),
        at_risk=by_status.get(Status.AT_RISK, 0),
        off_track=by_status.get(Status.OFF_TRACK, 0),
        missed=by_status.get(Status.MISSED, 0),
        achieved=by_status.get(Status.ACHIEVED, 0),
        not_started=by_status.get(Status.NOT_STARTED, 0),
        no_data=by_status.get(Status.NO_DATA, 0),
        stale=counted.stale,
        attention=_attention(urgent, blockers, on),
        more=max(0, len(counted.urgent) - ATTENTION),
        rows=[rows[pk] for pk in listed],
        more_rows=max(0, len(owners) - ATTENTION),
        computed_at=state.rolled_up_at if state else None,
    )


# Most urgent first: somebody asks for help, off track, missed, at risk, no update.
ASKS, STALE = 0, 4
RANKS = {Status.OFF_TRACK: 1, Status.MISSED: 2, Status.AT_RISK: 3}


def _blockers(goals: GoalQuerySet) -> dict[int, str]:
    """What the latest check-in says is in the way, for the goals where it says so."""
    asked = CheckIn.objects.filter(goal__in=goals).exclude(blocker="").values("goal")
    latest = CheckIn.objects.filter(goal__in=asked).order_by("goal_id", "-measured_on", "-pk").distinct("goal_id")
    return {goal: blocker for goal, blocker in latest.values_list("goal_id", "blocker") if blocker}


def _one_by_one(goals: GoalQuerySet, asking: Collection[int], on: date) -> _Counted:
    rows = rows_of(goals.with_words().order_by("pk"), on)
    by_status: dict[Status, int] = {}
    for row in rows:
        by_status[row.shown] = by_status.get(row.shown, 0) + 1

    def rank(row: GoalRow) -> int:
        return ASKS if row.id in asking else RANKS.get(row.shown, STALE if row.is_stale else STALE + 1)

    urgent = [row for row in rows if rank(row) <= STALE]
    urgent.sort(key=lambda row: (rank(row), _ahead(row), row.id))
    return _Counted(by_status, sum(row.is_stale for row in rows), [row.id for row in urgent])


def _ahead(row: GoalRow) -> int:
    """How far ahead of the pace, in ppm; the most behind sorts first."""
    return (row.progress_ppm or 0) - (row.expected_ppm or 0)


def _at_once(ids: Collection[int], asking: Collection[int], on: date) -> _Counted:
    """The same through the whole cycle's columns, for teams with very many goals."""
    by_status: dict[Status, int] = {}
    stale, urgent = 0, []
    for cycle_id in GoalCycle.objects.active().values_list("pk", flat=True):
        found = bulk.standings(cycle_id, on)
        ours = np.isin(found.tree["id"], np.fromiter(ids, np.int64))
        for status in Status:
            chosen = int(np.count_nonzero(ours & (found.shown == CODE[status])))
            by_status[status] = by_status.get(status, 0) + chosen
        stale += int(np.count_nonzero(ours & found.is_stale))
        rank = np.where(found.is_stale, STALE, STALE + 1)
        for status, place in RANKS.items():
            rank = np.where(found.shown == CODE[status], place, rank)
        rank = np.where(np.isin(found.tree["id"], np.fromiter(asking, np.int64)), ASKS, rank)
        chosen_rows = np.flatnonzero(ours & (rank <= STALE))
        known = np.where(found.progress == bulk.NO_DATA, 0, found.progress)
        ahead = known - np.where(found.tree.flag("is_kept"), 0, found.expected)
        order = np.lexsort((found.tree["id"][chosen_rows], ahead[chosen_rows], rank[chosen_rows]))
        urgent += found.tree["id"][chosen_rows[order]].tolist()
    return _Counted(by_status, stale, urgent)


def _attention(rows: Sequence[GoalRow], blockers: Mapping[int, str], on: date) -> list[Attention]:
    ids = [row.id for row in rows]
    rails: dict[int, Guardrail] = {}
    for rail in Guardrail.objects.filter(goal__in=ids, is_breached=True):
        rails.setdefault(rail.goal_id, rail)
    return [_named(row, rails.get(row.id), blockers.get(row.id, ""), on) for row in rows]


def _named(row: GoalRow, rail: Guardrail | None, blocker: str, on: date) -> Attention:
    why = [f"asks for help: {blocker}"] if blocker else []
    if row.shown is Status.MISSED:
        why.append(f"due {wording.day(row.due_on, on)}, {wording.percent(row.progress_ppm) or 'no data'}")
    elif row.progress_words and row.shown in RANKS:
        why.append(row.progress_words)
    elif row.shown in RANKS:
        why.append(wording.strip(row.measure))
    if rail is not None and rail.value is not None:
        value = wording.with_unit(wording.plain(rail.value), rail.unit)
        why.append(f"guardrail broken: {rail.name}, {value}, {wording.limit(rail)}")
    if row.is_stale:
        since = row.checked_on or row.starts_on
        why.append(f"no update for {(on - since).days} days")
    tone = {Status.OFF_TRACK: "off", Status.MISSED: "off", Status.AT_RISK: "risk"}.get(row.shown, "")
    icon = {"off": "arrow-down-circle", "risk": "exclamation-triangle"}.get(
        tone, "sign-stop" if blocker else "clock-history"
    )
    rank = ASKS if blocker else RANKS.get(row.shown, STALE)
    return Attention(row.id, tone, icon, f"{row.owner}: {row.title}", " · ".join(why), row.url, rank)
