"""One sweeper per cycle: claim marks, roll up, keep the unit summaries fresh, turn the day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from core import audit
from goals.models import GoalCycle, RollupEvent, RollupMark, RollupState
from goals.rollup import full, incremental, marks, own, places, proof, summaries, weeks

SOME = 50  # marked goals that are always rolled up one by one
ONE_IN = 100  # above one goal in a hundred the full recompute is cheaper
SUMMARY_SHARE = 20  # unit summaries rest this many times as long as they take: at most 5 % of one core


@dataclass(frozen=True)
class Swept:
    """What one sweep did. `is_busy`: another sweep is at work and will take the marks, or the next beat does.

    `rests_seconds`: the unit summaries are due and rest so long; 0 when they are not. `is_restored`: somebody had asked for
    everything to be worked out again, and it was.
    """

    goals: int = 0
    rows: int = 0
    is_busy: bool = False
    rests_seconds: float = 0.0
    is_restored: bool = False


def due_cycles() -> list[int]:
    """Cycles with waiting marks or waiting unit summaries, and those that somebody wants worked out again."""
    marked = RollupMark.objects.order_by().values_list("cycle_id", flat=True).distinct()
    behind = RollupState.objects.filter(Q(is_summary_due=True) | Q(asked_at__isnull=False)).values_list("pk", flat=True)
    return sorted({*marked, *behind})


def cycles_of_another_day(today: date) -> list[int]:
    """Active cycles whose numbers were worked out for an earlier day, or never."""
    active = GoalCycle.objects.active()
    late = active.filter(Q(rollup=None) | Q(rollup__as_of=None) | Q(rollup__as_of__lt=today))
    return list(late.order_by("pk").values_list("pk", flat=True))


def sweep(cycle_id: int, *, on: date, at: datetime) -> Swept:
    """Bring the cycle's numbers up to date. Safe to call at any time, twice, or from two processes at once.

    On the first sweep of a day the numbers of the day before are proved and kept for trends first; then all are worked
    out for the new one, because goals start and stop counting by the calendar. What somebody had worked out again is proved
    right after, so that an alarm does not outlive its cause.
    """
    over = RollupState.objects.filter(cycle_id=cycle_id, as_of__lt=on, cycle__state=GoalCycle.State.ACTIVE).first()
    if over is not None and over.as_of is not None:
        proof.prove(cycle_id, at=at)
        weeks.record(cycle_id, on=over.as_of)
    goals, rows, is_restored = 0, 0, False
    while True:
        step = _sweep_once(cycle_id, on=on, at=at)
        if step is None:
            return Swept(goals, rows, is_busy=True)
        goals, rows, is_restored = goals + step.goals, rows + step.rows, is_restored or step.is_restored
        if step.goals < marks.CLAIM:
            break
    if is_restored:
        proof.prove(cycle_id, at=at)
    return Swept(goals, rows, rests_seconds=_summarise_if_due(cycle_id, at=at), is_restored=is_restored)


def ask(cycle_id: int, *, at: datetime) -> None:
    """Let the next sweep work everything out again, whatever is marked. Noted in the database, so it cannot get lost."""
    RollupState.objects.update_or_create(cycle_id=cycle_id, defaults={"asked_at": at})


@transaction.atomic
def rebuild(cycle_id: int, *, on: date, at: datetime) -> Swept:
    """Work the whole cycle and its unit summaries out now, whatever is marked; after a bulk load, or when HR asks."""
    marks.wait_for_lock(cycle_id)
    state, _ = RollupState.objects.get_or_create(cycle_id=cycle_id)
    return _all_of_it(state, on=on, at=at)


def _all_of_it(state: RollupState, *, on: date, at: datetime) -> Swept:
    is_asked = state.asked_at is not None
    mended = _restore(state.cycle_id) if is_asked else {}
    claimed = marks.claim(state.cycle_id)
    state.as_of, state.rolled_up_at, state.asked_at = _day(state, on), at, None
    state.goals, rows = full.recompute(state.cycle_id, state.as_of)
    state.save(update_fields=["as_of", "rolled_up_at", "asked_at", "goals"])
    summaries.summarise(state.cycle_id, on=state.as_of, at=at)
    if is_asked:
        audit.record(
            RollupEvent.RESTORED, state.cycle, by=None, changes={"goals": state.goals, "roll_ups": rows, **mended}
        )
    return Swept(len(claimed), rows, is_restored=is_asked)


def _restore(cycle_id: int) -> dict[str, int]:
    """Set own numbers and places to what their rows say, before everything is rolled up again; how many were not. Only when
    somebody asks, and written down, so that no alarm is mended in silence."""
    wrong = own.wrong(cycle_id)
    return {
        "own_numbers": own.restore(cycle_id, wrong) if wrong else 0,
        "places": places.restore(cycle_id) if places.wrong(cycle_id) else 0,
    }


@transaction.atomic
def _sweep_once(cycle_id: int, *, on: date, at: datetime) -> Swept | None:
    """One claim in one transaction: a crash puts the marks back together with the unwritten numbers."""
    if not marks.try_lock(cycle_id):
        return None
    state, _ = RollupState.objects.get_or_create(cycle_id=cycle_id)
    if state.asked_at is not None:
        return _all_of_it(state, on=on, at=at)
    day = _day(state, on)
    claimed = marks.claim(cycle_id)
    if state.as_of != day or len(claimed) > max(SOME, state.goals // ONE_IN):
        state.goals, rows = full.recompute(cycle_id, day)
    elif claimed:
        rows = incremental.recompute_above(cycle_id, claimed, day)
    else:
        return Swept()
    state.as_of, state.rolled_up_at, state.is_summary_due = day, at, True
    state.save(update_fields=["as_of", "rolled_up_at", "goals", "is_summary_due"])
    return Swept(len(claimed), rows)


def _day(state: RollupState, on: date) -> date:
    """The day to roll up for: never back, and for a closed cycle the last one it had."""
    if state.as_of is None:
        return on
    return max(state.as_of, on) if state.cycle.is_open else state.as_of


@transaction.atomic
def _summarise_if_due(cycle_id: int, *, at: datetime) -> float:
    """Refresh the unit summaries unless they have just been made; returns how many seconds they still rest."""
    if not marks.try_lock(cycle_id):
        return 0.0
    state = RollupState.objects.get(cycle_id=cycle_id)
    if state.as_of is None or not state.is_summary_due:
        return 0.0
    rest = timedelta(milliseconds=SUMMARY_SHARE * state.summary_ms)
    due_at = state.summarised_at + rest if state.summarised_at else at
    if due_at > at:
        return (due_at - at).total_seconds()
    summaries.summarise(cycle_id, on=state.as_of, at=at)
    return 0.0
