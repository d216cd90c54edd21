"""The goals of a manager's people: counts, what wants a look, and the table of people and goals.

Direct reports are few and are counted as they stand now. Everybody below, or a unit with all its parts, may be a hundred
thousand: those numbers are the stored totals of the unit and its stored list of urgent goals, as of the last roll-up.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Q

from goals import progress, wording
from goals.models import CheckIn, Goal, GoalCycle, GoalDetail, Guardrail, RollupState, UnitSummary
from goals.models.goal import GoalQuerySet
from goals.progress import Need, Status
from goals.queries.concealed import veiled
from goals.queries.rows import GoalRow, rows_of
from people.access import Viewer
from people.models import Employee, EmployeeQuerySet, Unit

ATTENTION = 12  # goals that an attention list names; it says how many more there are


@dataclass(frozen=True)
class Scope:
    """Whose goals: the direct reports of a manager, everybody below, or everybody below in one unit and its parts."""

    manager: Employee
    cycle: GoalCycle
    whole: bool = False
    unit: Unit | None = None  # one that the manager heads, or below one; narrows `whole`

    @property
    def people(self) -> EmployeeQuerySet:
        found: EmployeeQuerySet = Employee.objects.active()
        if not self.whole:
            return found.filter(manager=self.manager)
        found = found.in_line_of(self.manager)
        return found.filter(self._in_unit("unit")) if self.unit else found

    @property
    def goals(self) -> GoalQuerySet:
        """Goals of these people that their managers see."""
        found: GoalQuerySet = Goal.objects.active().filter(cycle=self.cycle, owner__is_active=True)
        found = found.exclude(visibility=Goal.Visibility.PRIVATE)
        if not self.whole:
            return found.filter(owner__manager=self.manager)
        found = found.in_line_of(self.manager)
        return found.filter(self._in_unit("owner__unit")) if self.unit else found

    @property
    def own(self) -> GoalQuerySet:
        """What the manager answers for beside goals of their own work."""
        found: GoalQuerySet = Goal.objects.active().filter(cycle=self.cycle, owner=self.manager)
        return found.exclude(detail__level=GoalDetail.Level.INDIVIDUAL).exclude(visibility=Goal.Visibility.PRIVATE)

    def _in_unit(self, path: str) -> Q:
        assert self.unit
        return Q(**{f"{path}__position__range": (self.unit.position, self.unit.last_position)})


@dataclass(frozen=True)
class Attention:
    """One goal that needs a look, with the reason in numbers and days. Ordered by need, never by person."""

    goal_id: int
    need: Need
    tone: str
    icon: str
    what: str
    why: str
    url: str


@dataclass(frozen=True)
class TeamGoals:
    """Counts are goals as shown. `covered`: people with a goal that leads up to an organisation goal."""

    people: int = 0
    covered: int = 0
    goals: int = 0
    by_status: Mapping[Status, int] = field(default_factory=dict)
    stale: int = 0
    breached: int = 0
    attention: tuple[Attention, ...] = ()
    more: int = 0
    own: tuple[GoalRow, ...] = ()  # goals of teams, departments and the organisation that the manager answers for
    as_of: date | None = None
    computed_at: datetime | None = None

    @property
    def on_pace(self) -> int:
        return self.by_status.get(Status.ON_TRACK, 0) + self.by_status.get(Status.ACHIEVED, 0)

    @property
    def behind(self) -> int:
        return sum(self.by_status.get(status, 0) for status in progress.NEEDS_ATTENTION)


def team_goals(scope: Scope, viewer: Viewer, *, on: date) -> TeamGoals:
    """What a manager sees of the goals below; the same number of queries at any size."""
    state = RollupState.objects.filter(cycle=scope.cycle).first()
    found = _below_unit(scope, viewer, on) if scope.whole and scope.unit else _of_people(scope, viewer, on)
    return replace(found, computed_at=found.computed_at or (state.rolled_up_at if state else None))


# --- few people: as they stand now --------------------------------------------------------------------------------------


def _of_people(scope: Scope, viewer: Viewer, on: date) -> TeamGoals:
    rows, own = _rows(scope, scope.goals, viewer, on)
    asks = blockers_of([row.id for row in rows])
    needs = {row.id: need for row in rows if (need := need_of(row, row.id in asks)) is not None}
    urgent = sorted((row for row in rows if row.id in needs), key=lambda row: (needs[row.id], ahead(row), row.id))
    by_status: dict[Status, int] = {}
    for row in rows:
        by_status[row.shown] = by_status.get(row.shown, 0) + 1
    return TeamGoals(
        people=scope.people.count(),
        covered=len({row.owner_id for row in rows if row.is_linked}),
        goals=len(rows),
        by_status=by_status,
        stale=sum(row.is_stale for row in rows),
        breached=sum(bool(row.breached) for row in rows),
        attention=_attention([(row, needs[row.id]) for row in urgent[:ATTENTION]], asks, on),
        more=max(0, len(urgent) - ATTENTION),
        own=tuple(own),
    )


def _rows(scope: Scope, below: GoalQuerySet, viewer: Viewer, on: date) -> tuple[list[GoalRow], list[GoalRow]]:
    """Rows of these goals and of the manager's own, worked out together."""
    theirs = list(below.with_words().order_by("pk"))
    rows = veiled(rows_of([*theirs, *scope.own.with_words().order_by("pk")], on), viewer, on)
    return rows[: len(theirs)], rows[len(theirs) :]


def need_of(row: GoalRow, asks: bool) -> Need | None:
    return progress.need(row.shown, asks=asks, is_breached=bool(row.breached), stale=row.is_stale)


def ahead(row: GoalRow) -> int:
    """How far ahead of the pace, in ppm; the most behind sorts first."""
    return (row.progress_ppm or 0) - (row.expected_ppm or 0)


def blockers_of(goals: Collection[int]) -> dict[int, str]:
    """What the latest check-in says is in the way, for the goals where it says so."""
    asked = CheckIn.objects.standing().filter(goal__in=goals).exclude(blocker="").values("goal")
    latest = (
        CheckIn.objects.standing().filter(goal__in=asked).order_by("goal_id", "-measured_on", "-pk").distinct("goal_id")
    )
    return {goal: blocker for goal, blocker in latest.values_list("goal_id", "blocker") if blocker}


# --- a unit with all its parts: what the roll-up stored -------------------------------------------------------------------


def _below_unit(scope: Scope, viewer: Viewer, on: date) -> TeamGoals:
    """Totals of the unit. Goals that the manager's line does not reach are counted, but never named."""
    total = UnitSummary.objects.filter(cycle=scope.cycle, unit=scope.unit).first() or UnitSummary()
    ids = total.urgent_goals
    open_goals = Goal.objects.visible_to(viewer).filter(pk__in=ids).exclude(owner=scope.manager)
    below, own = _rows(scope, open_goals, viewer, on)
    rows = {row.id: row for row in below}
    asks = blockers_of(list(rows))
    listed = [(rows[pk], need) for pk in ids if pk in rows and (need := need_of(rows[pk], pk in asks)) is not None]
    by_status = {status: getattr(total, status.value) or 0 for status in Status}
    behind = sum(by_status[status] for status in progress.NEEDS_ATTENTION)
    return TeamGoals(
        people=total.people or 0,
        covered=total.covered or 0,
        goals=total.goals or 0,
        by_status=by_status,
        stale=total.stale or 0,
        breached=total.breached or 0,
        attention=_attention(listed[:ATTENTION], asks, on),
        more=max(0, behind - min(len(listed), ATTENTION)),
        own=tuple(own),
        as_of=total.as_of,
        computed_at=total.computed_at,
    )


# --- in words -------------------------------------------------------------------------------------------------------------

TONES = {Need.OFF_TRACK: "off", Need.MISSED: "off", Need.GUARDRAIL: "off", Need.AT_RISK: "risk", Need.ASKS: "risk"}
ICONS = {
    Need.ASKS: "sign-stop",
    Need.GUARDRAIL: "x-octagon",
    Need.OFF_TRACK: "arrow-down-circle",
    Need.MISSED: "arrow-down-circle",
    Need.AT_RISK: "exclamation-triangle",
    Need.STALE: "clock-history",
}


def _attention(listed: Sequence[tuple[GoalRow, Need]], asks: Mapping[int, str], on: date) -> tuple[Attention, ...]:
    rails: dict[int, Guardrail] = {}
    for rail in Guardrail.objects.filter(goal__in=[row.id for row, _ in listed], is_breached=True):
        rails.setdefault(rail.goal_id, rail)
    return tuple(
        Attention(
            row.id,
            need,
            TONES.get(need, ""),
            ICONS[need],
            f"{row.owner}: {row.title}",
            " · ".join(reasons(row, rails.get(row.id), asks.get(row.id, ""), on)),
            row.url,
        )
        for row, need in listed
    )


def reasons(row: GoalRow, rail: Guardrail | None, blocker: str, on: date) -> list[str]:
    """Why a goal is listed: by how much, for how long, which guardrail."""
    why = [f"asks for help: {blocker}"] if blocker else []
    if rail is not None and rail.value is not None:
        value = wording.with_unit(wording.plain(rail.value), rail.unit)
        why.append(f"guardrail broken: {rail.name} {value}, {wording.limit(rail)}")
    if row.shown is Status.MISSED:
        why.append(f"due {wording.day(row.due_on, on)}, {wording.percent(row.progress_ppm) or 'no data'}")
    elif row.shown in progress.NEED_OF_STATUS and row.progress_ppm is not None and row.expected_ppm is not None:
        why.append(f"{wording.points_behind(row.progress_ppm, row.expected_ppm)} ({row.progress_words})")
    elif row.shown in progress.NEED_OF_STATUS:
        why.append(wording.strip(row.measure))
    if row.is_stale:
        since = row.checked_on or row.starts_on
        why.append(f"no update for {(on - since).days} days")
    return why
