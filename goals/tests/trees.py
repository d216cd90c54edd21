"""Random goal trees, and the roll-up worked out the slow way, goal by goal, as method.md says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from hypothesis import strategies as st

from goals.models import Checkpoint, Goal, GoalCycle, GoalDetail, Guardrail, Milestone
from goals.progress import Part, Status, Supporting, roll_up
from goals.queries import rows
from goals.tests.factories import END, START, TODAY
from people.models import Employee

Measured = Goal.Measured


@dataclass
class Sprout:
    """One goal of a random tree; `parent` is the place of an earlier one, or None."""

    parent: int | None
    weight: int
    measured: int
    own: int | None
    starts_on: date
    due_on: date
    state: int
    visibility: int
    checked: int | None
    steps: list[tuple[int, int | None]] = field(default_factory=list)  # weight, due after so many days
    points: list[tuple[int, int]] = field(default_factory=list)
    is_breached: bool = False


@st.composite
def sprouts(draw: st.DrawFn, most: int = 25) -> list[Sprout]:
    found: list[Sprout] = []
    for place in range(draw(st.integers(1, most))):
        starts_on = START + timedelta(draw(st.sampled_from([0, 0, 30, 181, 182, 200])))
        measured: int = draw(st.sampled_from([Measured.NOT, Measured.PACED, Measured.PACED, Measured.KEPT]))
        visibility = draw(st.sampled_from([1, 1, 1, 2, 3]))
        parent = draw(st.one_of(st.none(), st.integers(0, place - 1))) if place and visibility != 3 else None
        near_a_limit = st.sampled_from([0, 1_000_000, 999_950, 397_253, 397_303])
        own: int | None = draw(st.one_of(st.integers(-300_000, 1_300_000), near_a_limit))
        if measured == Measured.KEPT:
            own = draw(st.one_of(st.none(), st.sampled_from([0, 500_000, 1_000_000])))
        found.append(
            Sprout(
                parent,
                draw(st.sampled_from([0, 1, 1, 2, 7, 1000])),
                measured,
                None if measured == Measured.NOT else own,
                starts_on,
                max(starts_on, draw(st.sampled_from([END, TODAY, TODAY - timedelta(1), starts_on]))),
                draw(st.sampled_from([1, 1, 1, 1, 2])),
                visibility,
                draw(st.one_of(st.none(), st.integers(0, 120))),
                draw(st.lists(st.tuples(st.integers(1, 5), st.one_of(st.none(), st.integers(0, 360))), max_size=3)),
                draw(
                    st.lists(
                        st.tuples(st.integers(1, 300), st.integers(0, 1_000_000)), max_size=2, unique_by=lambda p: p[0]
                    )
                ),
                draw(st.booleans()),
            )
        )
    return found


_numbers = count(1_000_000)  # ids of planted goals: far above what the sequence gives


def plant(shape: list[Sprout], cycle: GoalCycle, owner: Employee) -> list[Goal]:
    """Store a random tree as it is, without the services; six statements."""
    made: list[Goal] = []
    for one in shape:
        parent = made[one.parent] if one.parent is not None else None
        made.append(
            Goal(
                pk=next(_numbers),
                cycle=cycle,
                parent=parent,
                unit=owner.unit,
                owner=owner,
                weight=one.weight,
                measured=one.measured,
                own_ppm=one.own,
                starts_on=one.starts_on,
                due_on=one.due_on,
                state=one.state,
                visibility=one.visibility,
                depth=parent.depth + 1 if parent else 0,
                checked_on=None if one.checked is None else TODAY - timedelta(one.checked),
            )
        )
    Goal.objects.bulk_create(made)
    described = list(zip(made, shape, strict=True))
    GoalDetail.objects.bulk_create([_detail(goal, one) for goal, one in described])
    Milestone.objects.bulk_create(step for goal, one in described for step in _steps(goal, one))
    Checkpoint.objects.bulk_create(point for goal, one in described for point in _points(goal, one))
    Guardrail.objects.bulk_create(
        Guardrail(goal=goal, name="Rail", op=">=", limit=1, is_breached=True)
        for goal, one in described
        if one.is_breached
    )
    return made


def _kind(one: Sprout) -> str:
    """The measure in the detail row: milestones when there are some, else what the hot row says."""
    kinds = {Measured.NOT: "none", Measured.KEPT: "maintain", Measured.PACED: "milestone" if one.steps else "increase"}
    return kinds[Measured(one.measured)]


def _detail(goal: Goal, one: Sprout) -> GoalDetail:
    kind = _kind(one)
    numbers = {"increase": {"baseline": 0, "target": 1}, "maintain": {"low": 0, "tolerance": 1}}
    return GoalDetail(
        goal=goal,
        level="individual",
        title=f"Goal {goal.pk}",
        customer_benefit="They notice.",
        metric_type=kind,
        metric_name="" if kind == "none" else "Something",
        **numbers.get(kind, {}),
    )


def _steps(goal: Goal, one: Sprout) -> Iterator[Milestone]:
    if _kind(one) == "milestone":
        for weight, due in one.steps:
            due_on = None if due is None else START + timedelta(due)
            yield Milestone(goal=goal, title="Step", weight=weight, due_on=due_on)


def _points(goal: Goal, one: Sprout) -> Iterator[Checkpoint]:
    if _kind(one) == "increase":
        for gone, ppm in sorted(one.points):
            reach_on = goal.starts_on + timedelta(gone)
            if goal.starts_on < reach_on < goal.due_on:
                yield Checkpoint(goal=goal, reach_on=reach_on, expected_ppm=ppm)


class Naive:
    """The reference: plain recursion over goals in memory."""

    def __init__(self, goals: list[Goal], on: date = TODAY) -> None:
        self.goals, self.on = goals, on

    def supporting(self, goal: Goal) -> Supporting | None:
        return roll_up(
            self._part(child) for child in self.goals if child.parent_id == goal.pk and child.counts_on(self.on)
        )

    def _part(self, child: Goal) -> Part:
        if child.has_metric:
            steps = [step.step for step in child.milestones.all()]
            points = [(point.reach_on, point.expected_ppm) for point in child.checkpoints.all()]
            expected = None if child.is_kept else rows.own_pace(child, steps, points, self.on)
            reached, complete = child.own_ppm, False
        else:
            rolled = self.supporting(child)
            reached, expected = (rolled.progress, rolled.expected) if rolled else (None, 0)
            complete = bool(rolled and rolled.is_complete)
        standing = rows.Standing(
            child.starts_on,
            child.due_on,
            reached,
            expected,
            is_kept=child.is_kept,
            has_metric=child.has_metric,
            is_complete=complete,
        )
        return Part(child.weight, reached, expected, standing.status(self.on) is Status.ACHIEVED)

    def numbers(self) -> dict[int, int | None]:
        rolled = {goal.pk: self.supporting(goal) for goal in self.goals}
        return {pk: found.progress if found else None for pk, found in rolled.items()}


def stored() -> dict[int, int | None]:
    return dict(Goal.objects.values_list("pk", "supporting_ppm"))
