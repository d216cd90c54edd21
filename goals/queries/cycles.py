"""Cycles with how fresh their numbers are; one cycle; what of it could be carried over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from goals import wording
from goals.models import FinalScore, Goal, GoalCycle, GoalDetail, Guardrail, RollupMark, RollupState
from goals.progress import Status
from goals.queries.rows import GoalRow, rows_of
from people.access import Viewer

LISTED = 300  # goals offered for carrying over at once


@dataclass(frozen=True)
class CycleRow:
    cycle: GoalCycle
    goals: int
    waiting: int
    rollup: RollupState | None


def cycle_rows() -> list[CycleRow]:
    """All cycles, the newest first; 3 queries."""
    active = Count("goals", filter=Q(goals__state=Goal.State.ACTIVE))
    cycles = GoalCycle.objects.annotate(how_many=active)
    waiting = dict(RollupMark.objects.order_by().values_list("cycle").annotate(Count("pk")))
    states = {state.cycle_id: state for state in RollupState.objects.all()}
    return [CycleRow(cycle, cycle.how_many, waiting.get(cycle.pk, 0), states.get(cycle.pk)) for cycle in cycles]


@dataclass(frozen=True)
class TopGoal:
    """An organisation goal with what shows whether it was set with care."""

    row: GoalRow
    guardrails: int
    consulted: int


@dataclass(frozen=True)
class CyclePage:
    """`final`: label and number of goals per outcome, once the cycle is closed; private goals are not counted."""

    cycle: GoalCycle
    levels: list[tuple[str, int]]
    top: list[TopGoal]
    final: list[tuple[str, str, int]]
    silent: int
    waiting_for_answers: int
    is_over: bool

    @property
    def goals(self) -> int:
        return sum(number for _, number in self.levels)


def cycle_page(cycle: GoalCycle, viewer: Viewer, *, on: date) -> CyclePage:
    """One cycle for HR; a fixed number of queries."""
    day = cycle.day_of_scores(on)
    listed = Goal.objects.active().filter(cycle=cycle).exclude(visibility=Goal.Visibility.PRIVATE)
    counts = dict(listed.order_by().values_list("detail__level").annotate(Count("pk")))
    tops = Goal.objects.visible_to(viewer).active().with_words()
    rows = rows_of(tops.filter(cycle=cycle, detail__level=GoalDetail.Level.ORGANISATION).order_by("pk"), day)
    ids = [row.id for row in rows]
    rails = dict(Guardrail.objects.filter(goal__in=ids).order_by().values_list("goal").annotate(Count("pk")))
    asked = dict(
        Goal.objects.filter(pk__in=ids).annotate(asked=Count("consultations")).order_by().values_list("pk", "asked")
    )
    scored = FinalScore.objects.filter(goal__in=listed).order_by().values_list("shown").annotate(Count("pk"))
    final = dict(scored) if cycle.closed_on else {}
    waiting = listed.exclude(detail__reward="").annotate(answers=Count("premortem")).filter(answers__lt=3)
    return CyclePage(
        cycle=cycle,
        levels=[(level.label, counts.get(level.value, 0)) for level in GoalDetail.Level],
        top=[TopGoal(row, rails.get(row.id, 0), asked.get(row.id, 0)) for row in rows],
        final=[
            (wording.STATUS_KEYS.get(status, status.value), wording.STATUS_WORDS[status], final[status.value])
            for status in Status
            if status.value in final
        ],
        silent=listed.filter(checked_on=None).exclude(measured=Goal.Measured.NOT).count(),
        waiting_for_answers=waiting.count() if cycle.state == GoalCycle.State.PREPARATION else 0,
        is_over=cycle.ends_on < on,
    )


@dataclass(frozen=True)
class Choice:
    """A goal that could be carried over. `is_carried`: it has been, to the cycle that is chosen."""

    row: GoalRow
    depth: int
    is_carried: bool
    is_suggested: bool


@dataclass(frozen=True)
class CarryPage:
    choices: list[Choice]
    is_cut: bool


def carry_page(cycle: GoalCycle, into: GoalCycle | None, viewer: Viewer, *, on: date) -> CarryPage:
    """The goals of a cycle that the viewer sees, in the order of the tree; those not achieved are suggested."""
    seen = Goal.objects.visible_to(viewer).active().filter(cycle=cycle).exclude(visibility=Goal.Visibility.PRIVATE)
    goals = list(seen.with_words().order_by("depth", "pk")[: LISTED + 1])
    depths = {goal.pk: goal.depth for goal in goals}
    carried = set(
        GoalDetail.objects.filter(goal__cycle=into, carried_from__cycle=cycle).values_list("carried_from", flat=True)
        if into
        else ()
    )
    rows = _in_tree_order(rows_of(goals[:LISTED], cycle.day_of_scores(on)))
    return CarryPage(
        [
            Choice(row, depths[row.id], row.id in carried, row.id not in carried and row.status is not Status.ACHIEVED)
            for row in rows
        ],
        is_cut=len(goals) > LISTED,
    )


def _in_tree_order(rows: Sequence[GoalRow]) -> list[GoalRow]:
    """Each goal right after the one it supports."""
    listed = {row.id for row in rows}
    below: dict[int | None, list[GoalRow]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in listed else None, []).append(row)
    ordered: list[GoalRow] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting.extend(reversed(below.get(row.id, [])))
    return ordered
