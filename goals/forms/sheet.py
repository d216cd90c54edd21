"""The whole page on which a goal is written: the form and its rows, and what they start with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.forms import formset_factory

from goals.forms.parts import (
    CheckpointForm,
    CheckpointRows,
    GuardrailForm,
    GuardrailRows,
    MilestoneForm,
    MilestoneRows,
    PremortemForm,
    PremortemRows,
)
from goals.forms.planning import GoalForm
from goals.models import Goal, GoalCycle, GoalTemplate, Guardrail
from goals.models.keeping import PREMORTEM_ANSWERS
from goals.services import GoalPlan
from goals.wording import day, plain, with_unit
from people.access import Viewer

SPARE_ROWS = 3
MOST_ROWS = 60
_PLACE = ("parent", "unit", "owner", "visibility", "weight", "starts_on", "due_on", "version")


@dataclass(frozen=True)
class Start:
    """What the fields and rows hold before anybody types."""

    initial: dict[str, Any] = field(default_factory=dict)
    milestones: list[dict[str, Any]] = field(default_factory=list)
    guardrails: list[dict[str, Any]] = field(default_factory=list)
    checkpoints: list[dict[str, Any]] = field(default_factory=list)
    premortem: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def stored(cls, goal: Goal) -> Start:
        """The goal as it stands, to be changed."""
        names = [name for name in GoalForm.base_fields if hasattr(goal.detail, name)]
        initial = {name: getattr(goal.detail, name) for name in names}
        initial |= {name: getattr(goal, name) for name in ("owner", "visibility", "weight", "starts_on", "due_on")}
        initial |= {"competency": goal.detail.competency_id, "parent": goal.parent_id, "unit": goal.unit_id}
        measure = goal.detail.measure
        return cls(
            initial,
            _listed(goal.milestones.counted().values("pk", "title", "weight", "due_on")),
            _listed(goal.guardrails.values("pk", "name", "op", "limit", "unit", "why")),
            [
                {"reach_on": point.reach_on, "value": measure.typed_at(point.expected_ppm)}
                for point in goal.checkpoints.all()
            ],
            _listed(goal.premortem.values("way", "shown_by")),
        )

    @classmethod
    def copied(cls, goal: Goal) -> Start:
        """Words and measure of a goal for another one: place, people and dates are chosen anew."""
        stored = cls.stored(goal)
        steps = [{**row, "pk": None, "due_on": None} for row in stored.milestones]
        rails = [{**row, "pk": None} for row in stored.guardrails]
        return cls(_without_place(stored.initial), steps, rails, [], stored.premortem)

    @classmethod
    def template(cls, template: GoalTemplate) -> Start:
        names = [name for name in GoalForm.base_fields if hasattr(template, name)]
        initial = {name: getattr(template, name) for name in names}
        return cls(initial, list(template.milestones), list(template.guardrails))


@dataclass
class Sheet:
    """The form with its rows, bound together."""

    form: GoalForm
    milestones: MilestoneRows
    guardrails: GuardrailRows
    checkpoints: CheckpointRows
    premortem: PremortemRows

    @classmethod
    def of(cls, data: Any, start: Start, *, viewer: Viewer, level: str, cycle: GoalCycle, goal: Goal | None) -> Sheet:
        """`data` is what was posted, None on a first visit; `goal` the one that is changed, None for a new one."""
        return cls(
            GoalForm(data, viewer=viewer, level=level, cycle=cycle, keep=goal, initial=start.initial),
            _rows(MilestoneForm, MilestoneRows, data, "milestones", start.milestones),
            _rows(GuardrailForm, GuardrailRows, data, "guardrails", start.guardrails),
            _rows(CheckpointForm, CheckpointRows, data, "checkpoints", start.checkpoints),
            _rows(PremortemForm, PremortemRows, data, "premortem", start.premortem, at_least=PREMORTEM_ANSWERS),
        )

    def is_valid(self) -> bool:
        rows = (self.milestones, self.guardrails, self.checkpoints, self.premortem)
        return all([self.form.is_valid(), *(part.is_valid() for part in rows)])

    @property
    def has_bad_rows(self) -> bool:
        """Whether one of the rows beside the form was refused."""
        parts = (self.milestones, self.guardrails, self.checkpoints, self.premortem)
        return self.form.is_bound and any(part.total_error_count() for part in parts)

    @property
    def rows(self) -> Start:
        """The valid rows as they were typed."""
        return Start(
            {},
            [asdict(step) for step in self.milestones.plans],
            [asdict(rail) for rail in self.guardrails.plans],
            self.checkpoints.filled,
            [asdict(answer) for answer in self.premortem.plans],
        )

    @property
    def plan(self) -> GoalPlan:
        bare = self.form.plan()
        return self.form.plan(
            milestones=self.milestones.plans,
            guardrails=self.guardrails.plans,
            checkpoints=self.checkpoints.points(bare.baseline, bare.target),
            premortem=self.premortem.plans,
        )


def differing_rows(stored: Start, typed: Start) -> list[tuple[str, list[str]]]:
    """The stored rows beside the form as a person reads them, of each kind in which something else was typed."""
    both = zip(_in_words(stored), _in_words(typed), strict=True)
    return [(kind, lines) for (kind, lines), (_, mine) in both if lines != mine]


def _in_words(start: Start) -> list[tuple[str, list[str]]]:
    return [
        ("Milestones", [_step_in_words(row) for row in start.milestones]),
        ("Guardrails", [_rail_in_words(row) for row in start.guardrails]),
        ("Checkpoints", [f"{plain(row['value'])} by {day(row['reach_on'])}" for row in start.checkpoints]),
        ("Pre-mortem", [row["way"] for row in start.premortem]),
    ]


def _step_in_words(row: dict[str, Any]) -> str:
    due = f", by {day(row['due_on'])}" if row.get("due_on") else ""
    return f"{row['title']} (weight {row['weight']}){due}"


def _rail_in_words(row: dict[str, Any]) -> str:
    limit = with_unit(plain(Decimal(row["limit"])), row["unit"])
    return f"{row['name']}: {Guardrail.Op(row['op']).label} {limit}"


def _listed(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]


def _without_place(initial: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in initial.items() if name not in _PLACE}


def _rows(form: Any, kind: Any, data: Any, prefix: str, stored: list[Any], *, at_least: int = 0) -> Any:
    spare = max(at_least - len(stored), 0) if at_least else SPARE_ROWS
    rows = formset_factory(form, formset=kind, extra=spare, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
    return rows(data, prefix=prefix, initial=stored)
