"""Checking in on a goal, reading a guardrail."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.errors import DomainError
from core.respond import again, done
from goals import access, services, wording
from goals.forms.updates import CheckInForm, ReadingForm
from goals.models import Goal, GoalDetail, Guardrail
from goals.queries.page import so_far
from goals.views.pages import visible_goals
from people.access import Request


def check_in(request: Request, pk: int) -> HttpResponse:
    """The form, and the check-in it makes. Only the owner may; everybody else who sees the goal gets 403."""
    goal = get_object_or_404(visible_goals(request).select_related("owner__manager"), pk=pk)
    if not access.may_check_in(request.viewer, goal):
        raise PermissionDenied(_why_not(goal))
    today = timezone.localdate()
    milestones = list(goal.milestones.counted())
    form = CheckInForm(request.POST or None, goal=goal, milestones=milestones, today=today)
    if request.method == "GET":
        return render(request, "goals/check_in.html", _context(goal, form, today))
    if form.is_valid():
        try:
            made = services.check_in(goal, form.entry, by=goal.owner, at=timezone.now())
            return done(request, goal, message=_saved(goal, made.value))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/check_in.html", _context(goal, form, today))


def guardrail_reading(request: Request, pk: int) -> HttpResponse:
    rails = Guardrail.objects.visible_to(request.viewer)
    rail = get_object_or_404(rails.select_related("goal__detail", "goal__cycle", "goal__owner", "goal__unit"), pk=pk)
    if not access.may_read_guardrails(request.viewer, rail.goal) or request.viewer.employee is None:
        raise PermissionDenied("The owner enters readings, or whoever may change the goal.")
    today = timezone.localdate()
    readings = list(rail.readings.select_related("by")[:8])
    context: dict[str, Any] = {"rail": rail, "goal": rail.goal, "limit": wording.limit(rail), "readings": readings}
    if request.method == "GET":
        form = ReadingForm(guardrail=rail, today=today)
        return render(request, "goals/guardrail_reading.html", {**context, "form": form})
    form = ReadingForm(request.POST, guardrail=rail, today=today)
    if form.is_valid():
        try:
            services.read_guardrail(rail, by=request.viewer.employee, at=timezone.now(), **form.cleaned_data)
            return done(request, rail.goal, message=f"{rail.name}: the reading is saved.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/guardrail_reading.html", {**context, "form": form})


def _context(goal: Goal, form: CheckInForm, today: date) -> dict[str, Any]:
    manager = goal.owner.manager
    return {
        "goal": goal,
        "form": form,
        "past": so_far(goal, today),
        "target": wording.target(goal.detail),
        "reader": manager.name if manager else "",
        "is_milestones": goal.detail.metric_type == GoalDetail.Metric.MILESTONE,
    }


def _saved(goal: Goal, value: Any) -> str:
    """The new own value at once; what it means above is being worked out."""
    now = f" {wording.amount(value, goal.detail)} is in." if value is not None else ""
    above = " The goals it supports follow in a few seconds." if goal.parent_id else ""
    return f"Saved.{now}{above}"


def _why_not(goal: Goal) -> str:
    if not goal.is_active:
        return "This goal was withdrawn and takes no updates."
    if not goal.cycle.takes_check_ins:
        return f"{goal.cycle.name} is {goal.cycle.get_state_display().lower()} and takes no updates."
    return f"Only {goal.owner.name} checks in on this goal."
