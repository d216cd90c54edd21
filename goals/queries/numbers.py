"""How fresh and how right the computed numbers are: what HR looks at when somebody doubts them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Min, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from core.models import AuditEntry
from goals import wording
from goals.models import Goal, GoalCycle, RollupEvent, RollupMark, RollupState
from goals.models.engine import LOCK_CLASS

LATE_SECONDS = 60  # a mark that waits longer says that neither worker nor clock is at work
TURNED_BY_HOUR = 1  # of the organisation's day: the clock turns it soon after midnight
FOLLOWED = timedelta(minutes=10)  # how long the page shows the way of a recompute
EVENTS = 6


@dataclass(frozen=True)
class Differing:
    title: str
    url: str


@dataclass(frozen=True)
class Event:
    """What happened to the numbers of a cycle, from the audit trail. `tone`: off, ok or nothing."""

    at: datetime
    words: str
    tone: str = ""


@dataclass(frozen=True)
class Recompute:
    """Where a recompute that somebody asked for has got to. `step`: 1 waits, 2 at work, 3 being checked, 4 done."""

    asked_at: datetime
    step: int

    STEPS = ("Asked for", "Worked out again", "Checked")

    @property
    def is_over(self) -> bool:
        return self.step > len(self.STEPS)


@dataclass(frozen=True)
class CycleNumbers:
    """One cycle. `waits_seconds` is the age of the oldest change that no sweep has taken up; None: nothing waits."""

    cycle: GoalCycle
    goals: int
    waiting: int
    waits_seconds: int | None
    as_of: date | None
    rolled_up_at: datetime | None
    summarised_at: datetime | None
    proved_at: datetime | None
    drift: int | None
    differing: tuple[Differing, ...]
    events: tuple[Event, ...]
    recompute: Recompute | None
    is_day_late: bool

    @property
    def is_late(self) -> bool:
        return self.waits_seconds is not None and self.waits_seconds > LATE_SECONDS

    @property
    def is_moving(self) -> bool:
        """Whether the page is worth asking for again in a moment."""
        return bool(self.waiting) or (self.recompute is not None and not self.recompute.is_over)

    @property
    def waits_words(self) -> str:
        seconds = self.waits_seconds or 0
        if seconds < 120:
            return f"{seconds} second{'' if seconds == 1 else 's'}"
        minutes = seconds // 60
        return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"

    @property
    def more_differing(self) -> int:
        return max(0, (self.drift or 0) - len(self.differing))


def numbers(*, at: datetime) -> list[CycleNumbers]:
    """All cycles that are not closed, and closed ones where something waits or differs; 6 queries."""
    waiting = {
        row["cycle"]: row
        for row in RollupMark.objects.order_by().values("cycle").annotate(n=Count("pk"), since=Min("queued_at"))
    }
    states = {state.cycle_id: state for state in RollupState.objects.all()}
    titles, working = _titles(states.values()), _working()
    cycles = [cycle for cycle in GoalCycle.objects.all() if _is_told(cycle, states.get(cycle.pk), waiting)]
    entries = _entries(cycles)
    found = []
    for cycle in cycles:
        state, marked = states.get(cycle.pk) or RollupState(), waiting.get(cycle.pk)
        found.append(
            CycleNumbers(
                cycle,
                goals=state.goals,
                waiting=marked["n"] if marked else 0,
                waits_seconds=max(0, int((at - marked["since"]).total_seconds())) if marked else None,
                as_of=state.as_of,
                rolled_up_at=state.rolled_up_at,
                summarised_at=state.summarised_at,
                proved_at=state.proved_at,
                drift=state.drift,
                differing=tuple(titles[pk] for pk in state.drift_goals if pk in titles) if state.drift else (),
                events=tuple(event_of(entry) for entry in entries[cycle.pk]),
                recompute=_recompute(state, entries[cycle.pk], at, is_working=cycle.pk in working),
                is_day_late=_is_day_late(cycle, state, at),
            )
        )
    return found


def _is_told(cycle: GoalCycle, state: RollupState | None, waiting: Iterable[int]) -> bool:
    return cycle.is_open or cycle.pk in waiting or bool(state and (state.drift or state.asked_at))


def _is_day_late(cycle: GoalCycle, state: RollupState, at: datetime) -> bool:
    """The day has begun and the clock has not turned it: goals still stand as yesterday, and nothing was checked."""
    now = timezone.localtime(at)
    is_behind = state.as_of is not None and state.as_of < now.date()
    return cycle.state == GoalCycle.State.ACTIVE and is_behind and now.hour >= TURNED_BY_HOUR


def _titles(states: Iterable[RollupState]) -> dict[int, Differing]:
    """The differing goals by name. A private goal has no roll-up of its own, so none is ever named that HR may not see."""
    ids = [pk for state in states for pk in state.drift_goals if state.drift]
    goals = Goal.objects.filter(pk__in=ids).exclude(visibility=Goal.Visibility.PRIVATE).select_related("detail")
    return {goal.pk: Differing(goal.detail.title, goal.get_absolute_url()) for goal in goals}


def _working() -> set[int]:
    """Cycles that a sweep is at work on in this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCK_CLASS],
        )
        return {int(row[0]) for row in cursor.fetchall()}


# --- what happened ------------------------------------------------------------------------------------------------------


def _entries(cycles: list[GoalCycle]) -> dict[int, list[AuditEntry]]:
    """The newest entries about the numbers of each cycle, the newest first."""
    keys = {str(cycle.pk): cycle.pk for cycle in cycles}
    newest = Window(RowNumber(), partition_by=F("subject_key"), order_by=[F("at").desc(), F("pk").desc()])
    about = AuditEntry.objects.filter(subject_kind=GoalCycle._meta.label_lower, subject_key__in=keys)
    told = about.filter(verb__in=[event.value for event in RollupEvent]).annotate(place=newest)
    found: dict[int, list[AuditEntry]] = defaultdict(list)
    for entry in told.filter(place__lte=EVENTS).select_related("actor__employee").order_by("-at", "-pk"):
        found[keys[entry.subject_key]].append(entry)
    return found


def event_of(entry: AuditEntry) -> Event:
    """One entry of the audit trail in words."""
    employee = getattr(entry.actor, "employee", None)
    who = employee.name if employee else str(entry.actor) if entry.actor else "The system"
    counts = {name: count for name, count in entry.changes.items() if isinstance(count, int)}
    match entry.verb:
        case RollupEvent.ASKED:
            return Event(entry.at, f"{who} asked for everything to be worked out again")
        case RollupEvent.RESTORED:
            return Event(entry.at, f"Worked out again: {_restored(counts)}")
        case RollupEvent.WRONG:
            differ = wording.count(counts.get("goals", 0), "goal differs", "goals differ")
            return Event(entry.at, f"Alarm: {differ} from the recomputation", "off")
        case RollupEvent.RIGHT:
            return Event(entry.at, "Alarm over: every number is right again", "ok")
    wrong = counts.get("differ", 0)
    said = wording.count(wrong, "goal differs", "goals differ") if wrong else "every number is right"
    return Event(entry.at, f"{who} had it checked: {said}")


def _restored(counts: dict[str, int]) -> str:
    """1,204 goals; 3 roll-ups and 1 own number were wrong"""
    said = [
        wording.count(counts[name], one, many)
        for name, one, many in (
            ("roll_ups", "roll-up", "roll-ups"),
            ("own_numbers", "own number", "own numbers"),
            ("places", "place in the tree", "places in the tree"),
        )
        if counts.get(name)
    ]
    goals = wording.count(counts.get("goals", 0), "goal", "goals")
    return f"{goals}, set right: {', '.join(said)}" if said else f"{goals}, nothing had to be changed"


def _recompute(state: RollupState, entries: list[AuditEntry], at: datetime, *, is_working: bool) -> Recompute | None:
    """The recompute that was asked for last, while it runs and for some minutes after."""
    if state.asked_at is not None:
        return Recompute(state.asked_at, 2 if is_working else 1)
    asked = next((entry for entry in entries if entry.verb == RollupEvent.ASKED), None)
    if asked is None or at - asked.at > FOLLOWED:
        return None
    is_checked = state.proved_at is not None and state.rolled_up_at is not None and state.proved_at >= asked.at
    return Recompute(asked.at, 4 if is_checked else 3)
