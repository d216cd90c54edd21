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
from goals.models import Goal, GoalDetail, Guardrail, GuardrailReading
from goals.queries.page import so_far
from goals.queries.rails import rail_of
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
    me = request.viewer.employee
    if not access.may_read_guardrails(request.viewer, rail.goal) or me is None:
        raise PermissionDenied("The owner enters readings, or whoever may change the goal.")
    form = ReadingForm(request.POST or None, guardrail=rail, today=timezone.localdate())
    if request.method == "GET":
        return render(request, "goals/guardrail_reading.html", _reading_context(rail, form))
    if form.is_valid():
        try:
            services.read_guardrail(rail, by=me, at=timezone.now(), **form.cleaned_data)
            return done(request, rail.goal, message=f"{rail.name}: the reading is saved.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/guardrail_reading.html", _reading_context(rail, form))


def reading_correction(request: Request, pk: int) -> HttpResponse:
    """Correct one's own reading of a guardrail, for a day."""
    found = GuardrailReading.objects.visible_to(request.viewer).select_related(
        "by", "guardrail__goal__detail", "guardrail__goal__cycle"
    )
    reading = get_object_or_404(found, pk=pk)
    rail = reading.guardrail
    if request.viewer.employee != reading.by:
        raise PermissionDenied(f"Only {reading.by.name} corrects this reading.")
    form = ReadingForm(request.POST or None, guardrail=rail, today=timezone.localdate(), corrects=reading)
    context = {**_reading_context(rail, form), "corrects": reading}
    if request.method == "GET":
        return render(request, "goals/guardrail_reading.html", context)
    if form.is_valid():
        try:
            services.correct_reading(reading, by=reading.by, at=timezone.now(), **form.cleaned_data)
            return done(request, rail.goal, message="Corrected. What it said before stays readable.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/guardrail_reading.html", context)


def _reading_context(rail: Guardrail, form: ReadingForm) -> dict[str, Any]:
    readings = rail.readings.select_related("by")
    return {"goal": rail.goal, "form": form, "unit": rail.unit, "rail": rail_of(rail, readings), "now": timezone.now()}


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
