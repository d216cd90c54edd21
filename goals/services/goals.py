"""Setting, changing and withdrawing goals."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assessments.competencies.models import Competency
from core import audit
from core.errors import Conflict
from goals import fairness, rollup, tasks
from goals.models import Goal, GoalDetail
from goals.plan import DETAIL_FIELDS, GOAL_FIELDS, GoalPlan, PlanRefused
from goals.services import company, parts, place
from goals.services.check_ins import own_ppm
from people.models import Employee, Unit, User

Metric = GoalDetail.Metric
MEASURED = {Metric.NONE: Goal.Measured.NOT, Metric.MAINTAIN: Goal.Measured.KEPT}  # the others: on the way to a target


@transaction.atomic
def set_goal(plan: GoalPlan, *, by: User, is_trial: bool = False) -> Goal:
    """Add a goal. Raises PlanRefused and place.BadPlace with a sentence for the person.

    `is_trial`: the caller takes everything back, so nobody has to wait for the cycle's lock meanwhile.
    """
    if not is_trial:
        rollup.wait_for_lock(plan.cycle.pk)
    plan.cycle.refresh_from_db(fields=["state"])  # closed or activated meanwhile
    goal, detail = Goal(cycle=plan.cycle), GoalDetail()
    _fill(goal, detail, plan)
    goal.save(force_insert=True)
    detail.goal = goal
    detail.save(force_insert=True)
    parts.keep(goal, plan, on=plan.starts_on)
    _finish(goal)
    _log(goal, "set", by, {name: _plain(getattr(plan, name)) for name in ("level", "unit", "owner", "parent")})
    return goal


@transaction.atomic
def change_goal(
    goal: Goal,
    plan: GoalPlan,
    *,
    version: int,
    by: User,
    on: date,
    at: datetime | None = None,
    is_trial: bool = False,
) -> Goal:
    """Change a goal to what `plan` says. `version` is the one the person saw; raises Conflict when it is not current.

    With `at` the owner and those who follow hear of it; a file that changes many tells nobody one by one.
    """
    if not is_trial:
        rollup.wait_for_lock(goal.cycle_id)
    goal = _locked(goal)
    detail = goal.detail
    if detail.version != version:
        raise Conflict("Somebody changed this goal while you were writing. Compare and save again.")
    if plan.cycle.pk != goal.cycle_id:
        raise PlanRefused("A goal stays in its cycle.")
    plan.cycle.refresh_from_db(fields=["state"])
    before, old_parent = _picture(goal, detail), goal.parent
    _fill(goal, detail, plan)
    detail.version += 1
    goal.save(update_fields=[*GOAL_FIELDS, "measured"])
    detail.save(update_fields=[*DETAIL_FIELDS, "version"])
    parts.keep(goal, plan, on=on)
    if old_parent is not None and old_parent.pk != goal.parent_id:
        rollup.mark(old_parent)
    _finish(goal)
    after = _picture(goal, detail)
    changed = {name: {"old": before[name], "new": after[name]} for name in after if before[name] != after[name]}
    _log(goal, "changed", by, changed)
    if at and changed:
        company.tell_listeners(goal, f"goal-changed:{goal.pk}:{detail.version}", "was changed.", by=by, at=at)
    return goal


@transaction.atomic
def cancel_goal(goal: Goal, *, because: str, by: User, at: datetime | None = None) -> Goal:
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
    if at:
        company.tell_listeners(goal, f"goal-withdrawn:{goal.pk}", f"was withdrawn: {because.strip()}", by=by, at=at)
    return goal


def refuse_bad_proposal(plan: GoalPlan) -> None:
    """Raise what set_goal would raise for this plan, without keeping anything; what its owner adds may be missing."""
    _fill(Goal(cycle=plan.cycle), GoalDetail(), plan, is_proposal=True)


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


def _fill(goal: Goal, detail: GoalDetail, plan: GoalPlan, *, is_proposal: bool = False) -> None:
    """Put the plan into both rows and refuse what breaks a rule."""
    if not plan.cycle.is_open:
        raise PlanRefused(f"{plan.cycle.name} is closed; choose a cycle that is open.")
    for name in GOAL_FIELDS:
        setattr(goal, name, getattr(plan, name))
    for name in DETAIL_FIELDS:
        setattr(detail, name, getattr(plan, name))
    detail.constructs = list(plan.constructs)
    goal.measured = MEASURED.get(Metric(plan.metric_type), Goal.Measured.PACED)
    if plan.due_on < plan.starts_on:
        raise PlanRefused("A goal is due on its first day or later.")
    if not 0 <= plan.weight <= 1000:
        raise PlanRefused("A weight lies between 0 and 1000.")
    if rule := fairness.refusal((plan.metric_name, plan.metric_source, plan.reward)):
        raise PlanRefused(rule)
    parts.refuse_bad_parts(plan, is_proposal=is_proposal)
    place.refuse_bad_place(goal, plan.level)
    try:
        detail.full_clean(exclude=["goal"], validate_unique=False)
    except ValidationError as invalid:
        raise PlanRefused(" ".join(invalid.messages)) from invalid


def _finish(goal: Goal) -> None:
    """Own number, place, mark, wake-up: whatever changed about the goal, these follow from its rows."""
    detail = goal.detail
    steps = list(goal.milestones.counted())
    latest = goal.check_ins.standing().order_by("-measured_on", "-pk").first()
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
    words = {name: _plain(getattr(goal, name)) for name in GOAL_FIELDS}
    words |= {name: _plain(getattr(detail, name)) for name in DETAIL_FIELDS}
    return words | parts.picture(goal)


def _plain(value: Any) -> Any:
    if isinstance(value, Goal | Unit | Employee | Competency):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
