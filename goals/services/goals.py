"""Setting, changing and withdrawing goals."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.competencies.models import Competency
from core import audit
from core.errors import Conflict, DomainError
from goals import rollup, tasks
from goals.models import Checkpoint, Goal, GoalCycle, GoalDetail, Guardrail, Milestone
from goals.services import place
from goals.services.check_ins import own_ppm
from people.models import Employee, Unit, User

Metric = GoalDetail.Metric
MEASURED = {Metric.NONE: Goal.Measured.NOT, Metric.MAINTAIN: Goal.Measured.KEPT}  # the others: on the way to a target


class PlanRefused(DomainError):
    """What was planned breaks a rule; the message says which."""


@dataclass(frozen=True)
class MilestonePlan:
    """A milestone as planned; `pk` names one that exists."""

    title: str
    weight: int = 1
    due_on: date | None = None
    pk: int | None = None


@dataclass(frozen=True)
class GuardrailPlan:
    name: str
    op: str
    limit: Decimal
    unit: str = ""
    why: str = ""
    pk: int | None = None


@dataclass(frozen=True)
class GoalPlan:
    """Everything that people decide about a goal. Numbers that do not belong to the metric type stay None."""

    cycle: GoalCycle
    level: str
    title: str
    customer_benefit: str
    unit: Unit
    owner: Employee
    starts_on: date
    due_on: date
    metric_type: str
    parent: Goal | None = None
    weight: int = 1
    visibility: int = Goal.Visibility.PUBLIC
    description: str = ""
    constructs: Sequence[str] = ()
    metric_name: str = ""
    metric_unit: str = ""
    metric_source: str = ""
    decimals: int = 0
    baseline: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    tolerance: Decimal | None = None
    competency: Competency | None = None
    from_level: int | None = None
    to_level: int | None = None
    milestones: Sequence[MilestonePlan] = ()
    guardrails: Sequence[GuardrailPlan] = ()
    checkpoints: Sequence[tuple[date, int]] = ()  # day and expected progress in ppm


_GOAL_FIELDS = ("unit", "owner", "parent", "weight", "starts_on", "due_on", "visibility")
_DETAIL_FIELDS = tuple(
    field.name
    for field in fields(GoalPlan)
    if field.name not in {*_GOAL_FIELDS, "cycle", "milestones", "guardrails", "checkpoints"}
)


@transaction.atomic
def set_goal(plan: GoalPlan, *, by: User) -> Goal:
    """Add a goal. Raises PlanRefused and place.BadPlace with a sentence for the person."""
    rollup.wait_for_lock(plan.cycle.pk)
    goal, detail = Goal(cycle=plan.cycle), GoalDetail()
    _fill(goal, detail, plan)
    goal.save(force_insert=True)
    detail.goal = goal
    detail.save(force_insert=True)
    _keep_parts(goal, plan, on=plan.starts_on)
    _finish(goal)
    _log(goal, "set", by, {name: _plain(getattr(plan, name)) for name in ("level", "unit", "owner", "parent")})
    return goal


@transaction.atomic
def change_goal(goal: Goal, plan: GoalPlan, *, version: int, by: User, on: date) -> Goal:
    """Change a goal to what `plan` says. `version` is the one the person saw; raises Conflict when it is not current."""
    rollup.wait_for_lock(goal.cycle_id)
    goal = _locked(goal)
    detail = goal.detail
    if detail.version != version:
        raise Conflict("Somebody changed this goal while you were writing. Compare and save again.")
    if plan.cycle.pk != goal.cycle_id:
        raise PlanRefused("A goal stays in its cycle.")
    before, old_parent = _picture(goal, detail), goal.parent
    _fill(goal, detail, plan)
    detail.version += 1
    goal.save(update_fields=[*_GOAL_FIELDS, "measured"])
    detail.save(update_fields=[*_DETAIL_FIELDS, "version"])
    _keep_parts(goal, plan, on=on)
    if old_parent is not None and old_parent.pk != goal.parent_id:
        rollup.mark(old_parent)
    _finish(goal)
    after = _picture(goal, detail)
    changed = {name: {"old": before[name], "new": after[name]} for name in after if before[name] != after[name]}
    _log(goal, "changed", by, changed)
    return goal


@transaction.atomic
def cancel_goal(goal: Goal, *, because: str, by: User) -> Goal:
    """Withdraw a goal: it counts no more; what it recorded stays. Goals that supported it stay and are no longer linked."""
    rollup.wait_for_lock(goal.cycle_id)
    goal = _locked(goal)
    if not because.strip():
        raise PlanRefused("Say in a sentence why the goal is withdrawn.")
    goal.state = Goal.State.CANCELLED
    goal.save(update_fields=["state"])
    GoalDetail.objects.filter(pk=goal.pk).update(cancelled_because=because.strip()[:300])
    _finish(goal)
    _log(goal, "withdrew", by, {"because": because})
    return goal


def _locked(goal: Goal) -> Goal:
    found = Goal.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "detail", "cycle", "owner", "unit", "parent", "parent__detail"
    )
    current = found.get(pk=goal.pk)
    if not current.is_active:
        raise PlanRefused("This goal was withdrawn.")
    if not current.cycle.is_open:
        raise PlanRefused(f"{current.cycle.name} is closed; its goals are not changed any more.")
    return current


def _fill(goal: Goal, detail: GoalDetail, plan: GoalPlan) -> None:
    """Put the plan into both rows and refuse what breaks a rule."""
    if not plan.cycle.is_open:
        raise PlanRefused(f"{plan.cycle.name} is closed; choose a cycle that is open.")
    for name in _GOAL_FIELDS:
        setattr(goal, name, getattr(plan, name))
    for name in _DETAIL_FIELDS:
        setattr(detail, name, getattr(plan, name))
    detail.constructs = list(plan.constructs)
    goal.measured = MEASURED.get(Metric(plan.metric_type), Goal.Measured.PACED)
    if plan.due_on < plan.starts_on:
        raise PlanRefused("A goal is due on its first day or later.")
    if not 0 <= plan.weight <= 1000:
        raise PlanRefused("A weight lies between 0 and 1000.")
    if plan.metric_type == Metric.MILESTONE and not plan.milestones:
        raise PlanRefused("A goal measured by milestones needs at least one milestone.")
    place.refuse_bad_place(goal, plan.level)
    try:
        detail.full_clean(exclude=["goal"], validate_unique=False)
    except ValidationError as invalid:
        raise PlanRefused(" ".join(invalid.messages)) from invalid


def _keep_parts(goal: Goal, plan: GoalPlan, *, on: date) -> None:
    _keep_milestones(goal, plan.milestones if plan.metric_type == Metric.MILESTONE else (), on)
    _keep_guardrails(goal, plan.guardrails)
    goal.checkpoints.all().delete()
    Checkpoint.objects.bulk_create(
        Checkpoint(goal=goal, reach_on=day, expected_ppm=expected) for day, expected in plan.checkpoints
    )


def _keep_milestones(goal: Goal, plans: Sequence[MilestonePlan], on: date) -> None:
    """Make the milestones those of the plan; one that is left out is cancelled and stays on record."""
    current = {step.pk: step for step in goal.milestones.counted()}
    for order, plan in enumerate(plans):
        step = current.pop(plan.pk, None) if plan.pk else None
        step = step or Milestone(goal=goal)
        step.title, step.weight, step.due_on, step.order = plan.title, plan.weight, plan.due_on, order
        step.save()
    Milestone.objects.filter(pk__in=current).update(cancelled_on=on)


def _keep_guardrails(goal: Goal, plans: Sequence[GuardrailPlan]) -> None:
    """Make the guardrails those of the plan. One with readings cannot be left out: it would hide what it shows."""
    current = {rail.pk: rail for rail in goal.guardrails.all()}
    for plan in plans:
        rail = current.pop(plan.pk, None) if plan.pk else None
        rail = rail or Guardrail(goal=goal)
        rail.name, rail.unit, rail.op, rail.limit, rail.why = plan.name, plan.unit, plan.op, plan.limit, plan.why
        rail.is_breached = rail.value is not None and rail.breaks(rail.value)
        rail.save()
    for rail in current.values():
        if rail.read_on is not None:
            raise PlanRefused(f"The guardrail “{rail.name}” has readings and stays. Change its limit instead.")
        rail.delete()


def _finish(goal: Goal) -> None:
    """Own number, place, mark, wake-up: whatever changed about the goal, these follow from its rows."""
    detail = goal.detail
    steps = list(goal.milestones.counted())
    latest = goal.check_ins.order_by("-measured_on", "-pk").first()
    goal.own_ppm = own_ppm(detail, latest.value if latest else None, steps)
    goal.save(update_fields=["own_ppm"])
    place.settle(goal, detail.level)
    rollup.mark(goal)
    tasks.nudge(goal.cycle_id)


def _log(goal: Goal, verb: str, by: User, changes: dict[str, Any]) -> None:
    about = goal.owner.user if goal.detail.level == GoalDetail.Level.INDIVIDUAL else None
    audit.record(verb, goal, by=by, about=about, changes=changes)


def _picture(goal: Goal, detail: GoalDetail) -> dict[str, Any]:
    """What the audit entry compares: both rows, milestones and guardrails in words."""
    words = {name: _plain(getattr(goal, name)) for name in _GOAL_FIELDS}
    words |= {name: _plain(getattr(detail, name)) for name in _DETAIL_FIELDS}
    words["milestones"] = [f"{step.title} ({step.weight}, {step.due_on})" for step in goal.milestones.counted()]
    words["guardrails"] = [f"{rail.name} {rail.op} {rail.limit.normalize():f}" for rail in goal.guardrails.all()]
    return words


def _plain(value: Any) -> Any:
    if isinstance(value, Goal | Unit | Employee | Competency):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
