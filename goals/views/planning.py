"""Setting, changing and withdrawing a goal."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import formset_factory
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.errors import Conflict, DomainError
from core.respond import again, done
from goals import access, services
from goals.forms.planning import CancelForm, GoalForm, GuardrailForm, GuardrailRows, MilestoneForm, MilestoneRows
from goals.models import Goal, GoalCycle, GoalDetail
from goals.queries.tree import current_cycle
from goals.views.pages import visible_goals
from people.access import Request

Level = GoalDetail.Level
SPARE_ROWS = 3


@dataclass
class Sheet:
    """The goal form with its rows of milestones and guardrails, bound together."""

    form: GoalForm
    milestones: MilestoneRows
    guardrails: GuardrailRows

    @classmethod
    def of(
        cls, request: Request, *, level: str, cycle: GoalCycle, goal: Goal | None, initial: dict[str, Any]
    ) -> "Sheet":
        data = request.POST if request.method == "POST" else None
        steps, rails = _stored_rows(goal)
        return cls(
            GoalForm(data, viewer=request.viewer, level=level, cycle=cycle, keep=goal, initial=initial),
            _rows(MilestoneForm, MilestoneRows, data, "milestones", steps),
            _rows(GuardrailForm, GuardrailRows, data, "guardrails", rails),
        )

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.milestones.is_valid(), self.guardrails.is_valid()])

    @property
    def plan(self) -> services.GoalPlan:
        return self.form.plan(self.milestones.plans, self.guardrails.plans)


def new(request: Request) -> HttpResponse:
    """Set a goal at the level of the address; it may name the goal to support and the cycle."""
    levels = access.levels_to_set(request.viewer)
    level = request.GET.get("level", levels[-1].value if levels else "")
    if level not in levels:
        raise PermissionDenied("Your role sets no goals at this level.")
    cycle = _cycle(request)
    context: dict[str, Any] = {"levels": levels, "level": Level(level), "cycle": cycle, "goal": None}
    if cycle is None:
        return render(request, "goals/no_cycle.html", context)
    sheet = Sheet.of(request, level=level, cycle=cycle, goal=None, initial=_suggested(request, level, cycle))
    context["sheet"] = sheet
    if request.method == "GET":
        return render(request, "goals/edit.html", context)
    if sheet.is_valid():
        try:
            goal = services.set_goal(sheet.plan, by=request.viewer.actor)
            return done(request, goal, message="The goal is set.")
        except DomainError as refusal:
            sheet.form.add_error(None, str(refusal))
    return again(request, "goals/edit.html", context)


def change(request: Request, pk: int) -> HttpResponse:
    goal = get_object_or_404(visible_goals(request).select_related("parent__detail"), pk=pk)
    if not access.may_change(request.viewer, goal):
        raise PermissionDenied("The owner changes this goal, or whoever leads the unit or the owner.")
    sheet = Sheet.of(request, level=goal.detail.level, cycle=goal.cycle, goal=goal, initial=_stored(goal))
    context: dict[str, Any] = {"sheet": sheet, "level": Level(goal.detail.level), "cycle": goal.cycle, "goal": goal}
    if request.method == "GET":
        return render(request, "goals/edit.html", context)
    if sheet.is_valid():
        version = sheet.form.cleaned_data["version"]
        try:
            plan, actor = sheet.plan, request.viewer.actor
            services.change_goal(goal, plan, version=version, by=actor, on=timezone.localdate())
            return done(request, goal, message="The goal is changed.")
        except Conflict as refusal:
            goal.refresh_from_db()
            goal.detail.refresh_from_db()
            stored = GoalForm(viewer=request.viewer, level=goal.detail.level, cycle=goal.cycle, initial=_stored(goal))
            return again(request, "goals/edit.html", {**context, "conflict": refusal, "now": stored}, status=409)
        except DomainError as refusal:
            sheet.form.add_error(None, str(refusal))
    return again(request, "goals/edit.html", context)


def cancel(request: Request, pk: int) -> HttpResponse:
    goal = get_object_or_404(visible_goals(request), pk=pk)
    if not access.may_change(request.viewer, goal):
        raise PermissionDenied("The owner withdraws this goal, or whoever leads the unit or the owner.")
    below = Goal.objects.active().filter(parent=goal).count()
    form = CancelForm(request.POST or None)
    context = {"goal": goal, "form": form, "below": below}
    if request.method == "GET":
        return render(request, "goals/cancel.html", context)
    if form.is_valid():
        try:
            services.cancel_goal(goal, because=form.cleaned_data["because"], by=request.viewer.actor)
            return done(request, goal, message="The goal is withdrawn.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/cancel.html", context)


def _cycle(request: Request) -> GoalCycle | None:
    """The cycle of the address if goals can be set in it, else the active one, else the next in preparation."""
    text = request.GET.get("cycle", "")
    cycles = GoalCycle.objects.open()
    named = cycles.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 10 else None
    return named or current_cycle() or cycles.order_by("starts_on").first()


def _suggested(request: Request, level: str, cycle: GoalCycle) -> dict[str, Any]:
    """What a new form starts with: the rest of the cycle, me, the goal it was opened from."""
    today, me = timezone.localdate(), request.viewer.employee
    text = request.GET.get("parent", "")
    parent = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    unit = me.headed_units.first() or me.unit if me and level != Level.INDIVIDUAL else None
    return {
        "starts_on": max(today, cycle.starts_on),
        "due_on": cycle.ends_on,
        "owner": me,
        "unit": unit.pk if unit else None,
        "parent": parent,
        "visibility": Goal.Visibility.LINE,
        "metric_type": GoalDetail.Metric.INCREASE,
        "weight": 1,
    }


def _stored(goal: Goal) -> dict[str, Any]:
    names = [name for name in GoalForm.base_fields if hasattr(goal.detail, name)]
    stored = {name: getattr(goal.detail, name) for name in names}
    return {
        **stored,
        "competency": goal.detail.competency_id,
        "parent": goal.parent_id,
        "unit": goal.unit_id,
        "owner": goal.owner,
        "visibility": goal.visibility,
        "weight": goal.weight,
        "starts_on": goal.starts_on,
        "due_on": goal.due_on,
    }


def _stored_rows(goal: Goal | None) -> tuple[list[Any], list[Any]]:
    if goal is None:
        return [], []
    steps = goal.milestones.counted().values("pk", "title", "weight", "due_on")
    return list(steps), list(goal.guardrails.values("pk", "name", "op", "limit", "unit", "why"))


def _rows(form: Any, kind: Any, data: Any, prefix: str, stored: list[Any]) -> Any:
    rows = formset_factory(form, formset=kind, extra=SPARE_ROWS, max_num=60, absolute_max=60)
    return rows(data, prefix=prefix, initial=stored)
