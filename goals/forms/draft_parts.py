"""What goes with a goal draft beside its form: milestones, guardrails, the reward's answers, in rows as on the page of a goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.forms import formset_factory

from goals.forms.parts import GuardrailForm, GuardrailRows, MilestoneForm, MilestoneRows, PremortemForm, PremortemRows
from goals.models import GoalDetail
from goals.models.keeping import PREMORTEM_ANSWERS
from goals.services import GoalPlan

MOST_ROWS = 30
SPARE_MILESTONES, SPARE_GUARDRAILS = 4, 1


class ProposedParts:
    """Rows of one draft that is written. Milestones only where its measure is the sender's to choose."""

    def __init__(self, data: Mapping[str, Any] | None, prefix: str, *, with_milestones: bool) -> None:
        self.milestones: Any = None
        if with_milestones:
            self.milestones = _rows(MilestoneForm, MilestoneRows, data, f"{prefix}-milestones", (), SPARE_MILESTONES)
        self.guardrails = _rows(GuardrailForm, GuardrailRows, data, f"{prefix}-guardrails", (), SPARE_GUARDRAILS)

    def is_valid(self) -> bool:
        return _are_valid(self.milestones, self.guardrails)

    def plans(self, metric_type: str) -> dict[str, Any]:
        with_steps = metric_type == GoalDetail.Metric.MILESTONE
        return {
            "milestones": _plans(self.milestones, ()) if with_steps else (),
            "guardrails": _plans(self.guardrails, ()),
        }

    @property
    def has_errors(self) -> bool:
        return _have_errors(self.milestones, self.guardrails)


class AcceptedParts:
    """Rows of a draft that its future owner takes on. With a reward come the three answers, which are the owner's."""

    def __init__(self, data: Mapping[str, Any] | None, plan: GoalPlan) -> None:
        self.plan, self.milestones, self.premortem = plan, None, None
        if plan.metric_type == GoalDetail.Metric.MILESTONE:
            self.milestones = _rows(MilestoneForm, MilestoneRows, data, "milestones", plan.milestones, 1)
        self.guardrails = _rows(GuardrailForm, GuardrailRows, data, "guardrails", plan.guardrails, SPARE_GUARDRAILS)
        if plan.reward:
            spare = max(PREMORTEM_ANSWERS - len(plan.premortem), 0)
            self.premortem = _rows(PremortemForm, PremortemRows, data, "premortem", plan.premortem, spare)

    def is_valid(self) -> bool:
        return _are_valid(self.milestones, self.guardrails, self.premortem)

    @property
    def has_errors(self) -> bool:
        return _have_errors(self.milestones, self.guardrails, self.premortem)

    @property
    def plans(self) -> dict[str, Any]:
        names = ("milestones", "guardrails", "premortem")
        return {name: _plans(getattr(self, name), getattr(self.plan, name)) for name in names}


def _rows(form: Any, kind: Any, data: Mapping[str, Any] | None, prefix: str, stored: Sequence[Any], spare: int) -> Any:
    """A formset; rows that were not posted at all are as they were."""
    rows = formset_factory(form, formset=kind, extra=spare, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
    posted = data if data is not None and f"{prefix}-TOTAL_FORMS" in data else None
    return rows(posted, prefix=prefix, initial=[asdict(one) for one in stored])


def _are_valid(*parts: Any) -> bool:
    return all([rows.is_valid() for rows in parts if rows is not None and rows.is_bound])  # noqa: C419 - errors of each


def _have_errors(*parts: Any) -> bool:
    return any(rows.total_error_count() for rows in parts if rows is not None and rows.is_bound)


def _plans(rows: Any, stored: Sequence[Any]) -> Sequence[Any]:
    plans: Sequence[Any] = rows.plans if rows is not None and rows.is_bound else stored
    return plans
