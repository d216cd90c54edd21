"""Setting, changing and withdrawing a goal."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.errors import Conflict, DomainError
from core.numbers import whole_number
from core.respond import again, done
from goals import access, services
from goals.forms.planning import CancelForm, GoalForm
from goals.forms.sheet import Sheet, Start, differing_rows
from goals.models import Goal, GoalCycle, GoalDetail, GoalTemplate
from goals.queries.weights import WeightPreview
from goals.views.company import preview_of
from goals.views.pages import visible_goals
from people.access import Request

Level = GoalDetail.Level


def new(request: Request) -> HttpResponse:
    """Set a goal at the level of the address; it may name the goal to support, the cycle, a template or a goal to copy."""
    levels = access.levels_to_set(request.viewer)
    start, suggested = _start(request, levels)
    level = request.GET.get("level", suggested)
    if level not in levels:
        raise PermissionDenied("Your role sets no goals at this level.")
    cycle = _cycle(request)
    context: dict[str, Any] = {"levels": levels, "level": Level(level), "cycle": cycle, "goal": None}
    if cycle is None:
        return render(request, "goals/no_cycle.html", context)
    start = replace(start, initial={**_suggested(request, level, cycle), **start.initial})
    sheet = Sheet.of(_posted(request), start, viewer=request.viewer, level=level, cycle=cycle, goal=None)
    templates = GoalTemplate.objects.visible_to(request.viewer).offered().filter(level=level)
    context |= {"sheet": sheet, "templates": templates, "preview": _preview(request, sheet)}
    context["cycles"] = list(GoalCycle.objects.visible_to(request.viewer).open().order_by("starts_on", "pk"))
    if request.method == "GET" or "preview" in request.POST:
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
    level, start = goal.detail.level, Start.stored(goal)
    sheet = Sheet.of(_posted(request), start, viewer=request.viewer, level=level, cycle=goal.cycle, goal=goal)
    context: dict[str, Any] = {"sheet": sheet, "level": Level(level), "cycle": goal.cycle, "goal": goal}
    context["preview"] = _preview(request, sheet)
    if request.method == "GET" or "preview" in request.POST:
        return render(request, "goals/edit.html", context)
    if sheet.is_valid():
        version = sheet.form.cleaned_data["version"]
        try:
            plan, actor = sheet.plan, request.viewer.actor
            services.change_goal(goal, plan, version=version, by=actor, on=timezone.localdate(), at=timezone.now())
            return done(request, goal, message="The goal is changed.")
        except Conflict as refusal:
            goal.refresh_from_db()
            goal.detail.refresh_from_db()
            stored = Start.stored(goal)
            now = GoalForm(viewer=request.viewer, level=level, cycle=goal.cycle, initial=stored.initial)
            context |= {"conflict": refusal, "now": now, "now_rows": differing_rows(stored, sheet.rows)}
            return again(request, "goals/edit.html", context, status=409)
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
            because = form.cleaned_data["because"]
            services.cancel_goal(goal, because=because, by=request.viewer.actor, at=timezone.now())
            return done(request, goal, message="The goal is withdrawn.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/cancel.html", context)


def _preview(request: Request, sheet: Sheet) -> WeightPreview | None:
    """What the weight in the form would do to the goal that is to be supported."""
    if "parent" not in sheet.form.fields:
        return None
    own = sheet.form.keep.pk if sheet.form.keep else None
    return preview_of(request, sheet.form["parent"].value(), sheet.form["weight"].value(), own)


def _posted(request: Request) -> Any:
    return request.POST if request.method == "POST" else None


def _start(request: Request, levels: list[Level]) -> tuple[Start, str]:
    """What a new goal starts from, and the level that goes with it: a template, a goal to copy, or nothing."""
    usual = levels[-1].value if levels else ""
    if pk := whole_number(request.GET.get("template", "")):
        template = GoalTemplate.objects.visible_to(request.viewer).offered().filter(pk=pk).first()
        if template:
            return Start.template(template), template.level if template.level in levels else usual
    if pk := whole_number(request.GET.get("copy", "")):
        goal = visible_goals(request).filter(pk=pk).first()
        if goal:
            return Start.copied(goal), goal.detail.level if goal.detail.level in levels else usual
    return Start(), usual


def _cycle(request: Request) -> GoalCycle | None:
    """The cycle of the address if goals can be set in it, else the usual one."""
    pk = whole_number(request.GET.get("cycle", ""))
    named = GoalCycle.objects.open().filter(pk=pk).first() if pk else None
    return named or GoalCycle.objects.to_write_in()


def _suggested(request: Request, level: str, cycle: GoalCycle) -> dict[str, Any]:
    """What a new form starts with: the rest of the cycle, me, the goal it was opened from."""
    today, me = timezone.localdate(), request.viewer.employee
    unit = me.headed_units.first() or me.unit if me and level != Level.INDIVIDUAL else None
    return {
        "starts_on": max(today, cycle.starts_on),
        "due_on": cycle.ends_on,
        "owner": me,
        "unit": unit.pk if unit else None,
        "parent": whole_number(request.GET.get("parent", "")),
        "visibility": Goal.Visibility.LINE,
        "metric_type": GoalDetail.Metric.INCREASE,
        "weight": 1,
    }
