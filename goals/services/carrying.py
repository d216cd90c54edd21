"""Goals of one cycle set again in another: what was not reached, or a whole year as the start of the next."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import transaction

from core import audit
from core.errors import DomainError
from goals import rollup
from goals.models import CheckIn, Contributor, Goal, GoalCycle, GoalDetail
from goals.plan import GoalPlan, plan_of
from goals.services.goals import set_goal
from people.models import Employee, User

Metric = GoalDetail.Metric
MOST = 500  # goals carried over at once


class CarryRefused(DomainError):
    """These goals cannot be carried over there."""


@dataclass(frozen=True)
class Carried:
    """`left_out`: titles of goals that nobody could own there."""

    goals: list[Goal]
    left_out: list[str]


@transaction.atomic
def carry_over(
    source: GoalCycle, into: GoalCycle, *, goals: Collection[int], from_where_it_stands: bool, by: User
) -> Carried:
    """Set the chosen goals of `source` again in `into`, links between them included; what was carried before stays.

    `from_where_it_stands`: a number starts at its last value and only open milestones are carried; otherwise everything
    begins as it once did. A goal of somebody who has left goes to the head of the unit, else to their manager.
    """
    _refuse(source, into, goals)
    rollup.wait_for_lock(into.pk)
    known = {
        detail.carried_from_id: detail.goal
        for detail in GoalDetail.objects.filter(goal__cycle=into, carried_from__cycle=source).select_related("goal")
    }
    found = Goal.objects.active().filter(cycle=source, pk__in=goals)
    wanted = list(
        found.select_related("detail", "owner__manager", "unit__head", "parent", "cycle").order_by("depth", "pk")
    )
    if len(wanted) != len(set(goals)):
        raise CarryRefused("Some of these goals are not in the cycle any more. Reload the page and choose again.")
    made, left_out = [], []
    for goal in wanted:
        if goal.pk in known:
            continue
        owner = _owner(goal)
        if owner is None:
            left_out.append(goal.detail.title)
            continue
        plan = _moved(goal, into, owner, known.get(goal.parent_id or 0), is_fresh=from_where_it_stands)
        known[goal.pk] = _set(goal, plan, by=by)
        made.append(known[goal.pk])
    audit.record("carried goals over to", into, by=by, changes={"from": source.name, "goals": len(made)})
    return Carried(made, left_out)


def _refuse(source: GoalCycle, into: GoalCycle, goals: Collection[int]) -> None:
    if source.pk == into.pk:
        raise CarryRefused("Choose another cycle to carry the goals to.")
    if not into.is_open:
        raise CarryRefused(f"{into.name} is closed. Choose a cycle that is open.")
    if not goals:
        raise CarryRefused("Choose at least one goal.")
    if len(goals) > MOST:
        raise CarryRefused(f"At most {MOST} goals are carried over at once. Choose fewer and repeat.")


def _set(goal: Goal, plan: GoalPlan, *, by: User) -> Goal:
    made = set_goal(plan, by=by)
    made.detail.carried_from = goal
    made.detail.save(update_fields=["carried_from"])
    helpers = goal.contributors.filter(employee__is_active=True).values_list("employee_id", flat=True)
    Contributor.objects.bulk_create(Contributor(goal=made, employee_id=pk) for pk in helpers if pk != made.owner_id)
    return made


def _owner(goal: Goal) -> Employee | None:
    for person in (goal.owner, goal.unit.head, goal.owner.manager):
        if person is not None and person.is_active:
            return person
    return None


def _moved(goal: Goal, into: GoalCycle, owner: Employee, parent: Goal | None, *, is_fresh: bool) -> GoalPlan:
    plan = plan_of(goal)
    starts_on, due_on = _day(goal.starts_on, goal.cycle, into), _day(goal.due_on, goal.cycle, into)
    steps = [
        replace(step, pk=None, due_on=step.due_on and _day(step.due_on, goal.cycle, into)) for step in plan.milestones
    ]
    if is_fresh:
        done = {step.pk for step in goal.milestones.counted() if step.done_on}
        still = [new for old, new in zip(plan.milestones, steps, strict=True) if old.pk not in done]
        steps = still or steps
    return replace(
        plan,
        cycle=into,
        owner=owner,
        parent=parent,
        starts_on=starts_on,
        due_on=due_on,
        baseline=_baseline(goal, plan) if is_fresh else plan.baseline,
        milestones=steps,
        guardrails=[replace(rail, pk=None) for rail in plan.guardrails],
        checkpoints=[] if is_fresh else _bends(goal, plan, into, starts_on, due_on),
    )


def _day(day: date, source: GoalCycle, into: GoalCycle) -> date:
    """The day as far into the new cycle as it was into the old one, kept inside."""
    if day >= source.ends_on:
        return into.ends_on
    return min(max(into.starts_on + (day - source.starts_on), into.starts_on), into.ends_on)


def _bends(goal: Goal, plan: GoalPlan, into: GoalCycle, starts_on: date, due_on: date) -> list[tuple[date, int]]:
    moved = {_day(day, goal.cycle, into): ppm for day, ppm in plan.checkpoints}
    return [(day, ppm) for day, ppm in sorted(moved.items()) if starts_on < day < due_on]


def _baseline(goal: Goal, plan: GoalPlan) -> Decimal | None:
    """The last value, unless it has reached the target already: then the way begins where it once did."""
    latest = CheckIn.objects.standing().filter(goal=goal, value__isnull=False).first()
    if latest is None or plan.baseline is None or plan.target is None or latest.value is None:
        return plan.baseline
    is_short = latest.value < plan.target if plan.metric_type == Metric.INCREASE else latest.value > plan.target
    return latest.value if is_short else plan.baseline
