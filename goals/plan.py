"""What people decide about a goal, before it is kept: the plan and its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.competencies.models import Competency
from core.errors import DomainError
from goals.models import Goal, GoalCycle, GoalDetail
from people.models import Employee, Unit


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
class PremortemPlan:
    """One way to hit the number and hurt a customer, and the measure that would show it."""

    way: str
    shown_by: str = ""


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
    source_kind: str = GoalDetail.Source.OWN
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
    reward: str = ""
    rhythm: str = ""  # "" as the cycle says
    milestones: Sequence[MilestonePlan] = ()
    guardrails: Sequence[GuardrailPlan] = ()
    checkpoints: Sequence[tuple[date, int]] = ()  # day and expected progress in ppm
    premortem: Sequence[PremortemPlan] = ()


PARTS = ("milestones", "guardrails", "checkpoints", "premortem")  # rows of their own


def plan_of(goal: Goal) -> GoalPlan:
    """The plan of a goal as it stands; with `dataclasses.replace` a part of it is changed and the rest stays. 4 queries
    unless the rows of `goal` are prefetched."""
    detail = goal.detail
    steps = [step for step in goal.milestones.all() if step.cancelled_on is None]
    rails = goal.guardrails.all()
    return GoalPlan(
        cycle=goal.cycle,
        unit=goal.unit,
        owner=goal.owner,
        parent=goal.parent,
        weight=goal.weight,
        visibility=goal.visibility,
        starts_on=goal.starts_on,
        due_on=goal.due_on,
        **{name: getattr(detail, name) for name in DETAIL_FIELDS},
        milestones=[MilestonePlan(step.title, step.weight, step.due_on, step.pk) for step in steps],
        guardrails=[GuardrailPlan(rail.name, rail.op, rail.limit, rail.unit, rail.why, rail.pk) for rail in rails],
        checkpoints=[(point.reach_on, point.expected_ppm) for point in goal.checkpoints.all()],
        premortem=[PremortemPlan(answer.way, answer.shown_by) for answer in goal.premortem.all()],
    )


def parts_to_keep(plan: GoalPlan) -> dict[str, list[Any]]:
    """The rows of a plan as plain text and lists, for a draft that waits; rows have no id yet."""
    return {
        "milestones": [{"title": s.title, "weight": s.weight, "due_on": _text(s.due_on)} for s in plan.milestones],
        "guardrails": [
            {"name": r.name, "op": r.op, "limit": str(r.limit), "unit": r.unit, "why": r.why} for r in plan.guardrails
        ],
        "checkpoints": [[_text(day), expected] for day, expected in plan.checkpoints],
        "premortem": [{"way": answer.way, "shown_by": answer.shown_by} for answer in plan.premortem],
    }


def parts_kept(kept: Mapping[str, list[Any]]) -> dict[str, Any]:
    """What parts_to_keep wrote, as fields of a plan."""
    return {
        "milestones": [MilestonePlan(**{**row, "due_on": _day(row["due_on"])}) for row in kept.get("milestones", ())],
        "guardrails": [GuardrailPlan(**{**row, "limit": Decimal(row["limit"])}) for row in kept.get("guardrails", ())],
        "checkpoints": [(date.fromisoformat(day), expected) for day, expected in kept.get("checkpoints", ())],
        "premortem": [PremortemPlan(**row) for row in kept.get("premortem", ())],
    }


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


GOAL_FIELDS = ("unit", "owner", "parent", "weight", "starts_on", "due_on", "visibility")
DETAIL_FIELDS = tuple(name for name in GoalPlan.__dataclass_fields__ if name not in {*GOAL_FIELDS, *PARTS, "cycle"})
