"""The rows of a file of goals written one after another, so that the verbs themselves say what is wrong with a row.

services.imports runs it in a transaction: undone for the check, kept for the import.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.competencies.models import Competency
from core.errors import DomainError
from goals import files
from goals.files import CellRefused, Level
from goals.models import Goal, GoalCycle, GoalDetail, GoalImportLine, GoalReference
from goals.plan import GoalPlan, plan_of
from goals.services.goals import change_goal, set_goal
from people.models import Employee, Unit, User

Kind = GoalImportLine.Kind
TOLD_EVERY = 25  # rows
_REQUIRED = {column.name: column.help for column in files.COLUMNS if column.is_required}
_NUMBERED = re.compile(r"#\d{1,18}")


@dataclass
class Draft:
    """One row on its way. `goal` is the one it is about, or the one it made."""

    row: int
    cells: dict[str, str]
    problems: list[dict[str, str]] = field(default_factory=list)
    changes: dict[str, dict[str, str]] = field(default_factory=dict)
    goal: Goal | None = None
    is_new: bool = False

    @property
    def reference(self) -> str:
        return self.cells.get("reference", "")

    @property
    def kind(self) -> Kind:
        if self.problems:
            return Kind.REFUSED
        if self.is_new:
            return Kind.ADDED
        return Kind.CHANGED if self.changes else Kind.UNCHANGED

    def refuse(self, column: str, problem: object) -> None:
        self.problems.append({"column": column, "said": self.cells.get(column, "")[:200], "problem": str(problem)})


class Trial:
    """A file against a cycle, a goal after the one it supports."""

    def __init__(
        self,
        cycle: GoalCycle,
        rows: Sequence[tuple[int, Mapping[str, str]]],
        *,
        by: User,
        at: datetime,
        is_trial: bool = False,
    ) -> None:
        self.cycle, self.by, self.on, self.is_trial = cycle, by, timezone.localdate(at), is_trial
        self.drafts = [Draft(row, dict(cells)) for row, cells in rows]
        self.units = {unit.key: unit for unit in Unit.objects.active()}
        self.top = Unit.objects.filter(parent=None).first()
        numbers = {draft.cells.get("owner_number", "") for draft in self.drafts}
        people = Employee.objects.filter(number__in=numbers).select_related("unit", "user")
        self.people = {person.number: person for person in people}
        keys = {draft.cells.get("competency_key", "") for draft in self.drafts}
        self.competencies = {one.key: one for one in Competency.objects.filter(key__in=keys)}
        self.known = dict(GoalReference.objects.filter(cycle=cycle).values_list("reference", "goal_id"))
        self.by_reference: dict[str, Draft] = {}

    def run(self, tell: Callable[[int], None] | None = None) -> list[Draft]:
        """Write the rows one after another; `tell` hears now and then how many are done."""
        for draft in self.drafts:
            if not draft.reference:
                draft.refuse("reference", "Is empty. " + _REQUIRED["reference"])
            elif len(draft.reference) > 60:
                draft.refuse("reference", "Longer than 60 characters. Shorten it.")
            elif draft.reference in self.by_reference:
                draft.refuse("reference", f"Row {self.by_reference[draft.reference].row} has it already. Keep one.")
            else:
                self.by_reference[draft.reference] = draft
        for done, draft in enumerate(self._in_order()):
            if tell and done % TOLD_EVERY == 0:
                tell(done)
            if not draft.problems:
                self._write(draft)
        return self.drafts

    def _in_order(self) -> list[Draft]:
        """A goal after the one it supports; whatever stands in a circle is refused."""
        ordered: dict[int, Draft] = {}
        for draft in self.drafts:
            trail: dict[int, Draft] = {}
            step: Draft | None = draft
            while step is not None and step.row not in ordered and step.row not in trail:
                trail[step.row] = step
                step = self.by_reference.get(step.cells.get("supports", ""))
            if step is not None and step.row in trail:
                circle = list(trail)[list(trail).index(step.row) :]
                for row in circle:
                    trail[row].refuse("supports", "These goals support each other in a circle. Leave one without.")
            ordered |= {one.row: one for one in reversed(trail.values())}
        return list(ordered.values())

    def _write(self, draft: Draft) -> None:
        """Write one row in a savepoint of its own; a refusal becomes its problem."""
        try:
            with transaction.atomic():
                draft.goal = self._existing(draft)
                draft.is_new = draft.goal is None
                plan = self._plan(draft)
                if plan is not None:
                    self._keep(draft, plan)
        except CellRefused as refusal:
            draft.refuse("reference", refusal)
        except DomainError as refusal:
            draft.refuse("", refusal)

    def _existing(self, draft: Draft) -> Goal | None:
        """The goal that the row is about; None for a new one. Raises CellRefused for one that is not HR's to change."""
        is_numbered = _NUMBERED.fullmatch(draft.reference)
        pk = int(draft.reference[1:]) if is_numbered else self.known.get(draft.reference)
        if pk is None:
            return None
        found = Goal.objects.filter(cycle=self.cycle, pk=pk).exclude(visibility=Goal.Visibility.PRIVATE)
        goal = found.select_related("detail", "cycle", "owner__unit", "owner__user", "unit", "parent__detail").first()
        if goal is None:
            words = f"There is no goal {draft.reference} in {self.cycle.name} that a file may change."
            raise CellRefused(f"{words} Give a new goal a name of your own.")
        if goal.detail.level == Level.INDIVIDUAL and goal.pk not in self.known.values():
            raise CellRefused(f"This goal is {goal.owner.name}'s own, who changes it. Take the row out.")
        return goal

    def _keep(self, draft: Draft, plan: GoalPlan) -> None:
        draft.changes = self._changes(draft, plan)
        if draft.goal is None:
            draft.goal = set_goal(plan, by=self.by, is_trial=self.is_trial)
            GoalReference.objects.create(cycle=self.cycle, goal=draft.goal, reference=draft.reference)
            self.known[draft.reference] = draft.goal.pk
        elif draft.changes:
            version, trial = draft.goal.detail.version, self.is_trial
            draft.goal = change_goal(draft.goal, plan, version=version, by=self.by, on=self.on, is_trial=trial)

    def _changes(self, draft: Draft, plan: GoalPlan) -> dict[str, dict[str, str]]:
        parent = str(plan.parent or "")
        after = files.cells_of(plan, reference=draft.reference, supports=parent)
        if draft.goal is None:
            return {name: {"old": "", "new": text} for name, text in after.items() if text and name != "reference"}
        old = plan_of(draft.goal)
        before = files.cells_of(old, reference=draft.reference, supports=str(old.parent or ""))
        changed = {name for name in after if before[name] != after[name]} - {"supports"}
        if (old.parent and old.parent.pk) != (plan.parent and plan.parent.pk):
            changed.add("supports")
        return {name: {"old": before[name], "new": after[name]} for name in files.NAMES if name in changed}

    # --- one row as a plan ------------------------------------------------------------------------------------------------

    def _plan(self, draft: Draft) -> GoalPlan | None:
        """What the row says, on top of the goal as it is; None when a cell is refused."""
        for name, words in _REQUIRED.items():
            if not draft.cells.get(name) and (draft.is_new or name in draft.cells):
                draft.refuse(name, "Is empty. " + words)
        facts = self._facts(draft)
        if draft.goal and facts.get("level", draft.goal.detail.level) != draft.goal.detail.level:
            draft.refuse("level", "The level of a goal does not change. Add a new one and withdraw this one.")
        if draft.problems:
            return None
        plan = replace(plan_of(draft.goal), **facts) if draft.goal else self._new(draft, facts)
        if plan is None:
            return None
        if plan.level == Level.INDIVIDUAL:
            plan = replace(plan, unit=plan.owner.unit)
        plan = self._with_rows(draft, plan)
        return None if draft.problems else plan

    def _new(self, draft: Draft, facts: Mapping[str, Any]) -> GoalPlan | None:
        is_personal = facts["level"] == Level.INDIVIDUAL
        seen = Goal.Visibility.LINE if is_personal else Goal.Visibility.PUBLIC
        unit = facts["owner"].unit if is_personal else facts.get("unit")
        if unit is None and facts["level"] == Level.ORGANISATION:
            unit = self.top
        if unit is None:
            draft.refuse("unit_key", "Is empty. A goal of a department or team names its unit.")
            return None
        return GoalPlan(**{"visibility": seen, **facts, "cycle": self.cycle, "unit": unit})

    def _facts(self, draft: Draft) -> dict[str, Any]:
        """Fields of the plan by name, for the cells that can be read."""
        facts = {}
        for name, text in draft.cells.items():
            if name not in _FIELDS or (not text and name in _REQUIRED):
                continue
            fact, reader = _FIELDS[name]
            try:
                facts[fact] = reader(self, text)
            except CellRefused as refusal:
                draft.refuse(name, refusal)
        return {name: value for name, value in facts.items() if value is not _LEFT_OUT}

    def _with_rows(self, draft: Draft, plan: GoalPlan) -> GoalPlan:
        """Rows that are read beside what is there already: by title, by name, between start and target."""
        readers: dict[str, Callable[[str], Any]] = {
            "milestones": lambda text: files.milestones(text, plan.milestones),
            "guardrails": lambda text: files.guardrails(text, plan.guardrails),
            "checkpoints": lambda text: files.checkpoints(text, plan.baseline, plan.target),
            "premortem": files.premortem,
        }
        found = {}
        for name, reader in readers.items():
            if name in draft.cells:
                try:
                    found[name] = reader(draft.cells[name])
                except CellRefused as refusal:
                    draft.refuse(name, refusal)
        return replace(plan, **found)

    # --- cells that name something ----------------------------------------------------------------------------------------

    def _owner(self, text: str) -> Employee:
        person = self.people.get(text)
        if person is None:
            raise CellRefused("Nobody here has this number.")
        if not person.is_active:
            raise CellRefused(f"{person.name} has left. Name somebody who works here.")
        return person

    def _unit(self, text: str) -> Unit | None:
        if text and text not in self.units:
            raise CellRefused("There is no unit with this key.")
        return self.units.get(text, _LEFT_OUT)

    def _competency(self, text: str) -> Competency | None:
        if text and text not in self.competencies:
            raise CellRefused("There is no competency with this key.")
        return self.competencies.get(text)

    def _parent(self, text: str) -> Goal | None:
        if not text:
            return None
        in_file = self.by_reference.get(text)
        if in_file and in_file.problems:
            raise CellRefused(f"The goal it supports, in row {in_file.row}, cannot be imported.")
        pk = int(text[1:]) if _NUMBERED.fullmatch(text) else self.known.get(text)
        found = Goal.objects.filter(cycle=self.cycle, pk=pk or 0).exclude(visibility=Goal.Visibility.PRIVATE)
        goal = found.select_related("detail").first()
        if goal is None:
            raise CellRefused(f"There is no goal of this name in {self.cycle.name}, nor in the file.")
        return goal

    def _visibility(self, text: str) -> Any:
        if text.lower() == "private":
            raise CellRefused("Only its owner makes a goal private. Write public or line.")
        return files.VISIBILITIES[files.one_of(text, ["public", "line"])] if text else _LEFT_OUT


_LEFT_OUT: Any = object()  # the cell is empty and says nothing
Reader = Callable[[Trial, str], Any]


def _text(trial: Trial, text: str) -> str:
    return text


def _number(trial: Trial, text: str) -> Any:
    return files.number(text)


def _day(trial: Trial, text: str) -> Any:
    return files.day(text) or _LEFT_OUT


def _word(words: Sequence[str], default: Any = _LEFT_OUT) -> Reader:
    return lambda trial, text: files.one_of(text, words) if text else default


def _whole(low: int, high: int, default: int | None) -> Reader:
    return lambda trial, text: default if not text else files.whole(text, low, high)


_FIELDS: dict[str, tuple[str, Reader]] = {
    **{name: (name, _text) for name in ("title", "customer_benefit", "metric_name", "metric_unit", "metric_source")},
    **{name: (name, _text) for name in ("reward", "description")},
    **{name: (name, _number) for name in ("baseline", "target", "low", "high", "tolerance")},
    **{name: (name, _day) for name in ("starts_on", "due_on")},
    "level": ("level", _word(Level.values)),
    "metric_type": ("metric_type", _word(GoalDetail.Metric.values)),
    "source_kind": ("source_kind", _word(GoalDetail.Source.values, GoalDetail.Source.OWN.value)),
    "weight": ("weight", _whole(0, 1000, 1)),
    "decimals": ("decimals", _whole(0, 4, 0)),
    "from_level": ("from_level", _whole(0, 9, None)),
    "to_level": ("to_level", _whole(0, 9, None)),
    "constructs": ("constructs", lambda trial, text: files.constructs(text)),
    "owner_number": ("owner", Trial._owner),
    "unit_key": ("unit", Trial._unit),
    "supports": ("parent", Trial._parent),
    "visibility": ("visibility", Trial._visibility),
    "competency_key": ("competency", Trial._competency),
}
