"""Checking in on all one's goals, correcting a check-in, and how often check-ins are due."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.errors import DomainError
from core.respond import again, done
from goals import access, services, wording
from goals.forms.rhythm import CorrectionForm, CycleRhythmForm, RhythmForm, RowForm
from goals.models import CheckIn, GoalCycle
from goals.queries.mine import ToCheckIn, to_check_in
from goals.services import correcting, rewording
from goals.views.pages import visible_goals
from people.access import Request


@dataclass
class Row:
    """A goal on the page for all, and whether its check-in is saved already."""

    due: ToCheckIn
    form: RowForm
    is_saved: bool = False


def check_ins(request: Request) -> HttpResponse:
    """One form for all the viewer's goals. Good rows are saved, the others stay with what was typed."""
    today = timezone.localdate()
    data = request.POST if request.method == "POST" else None
    rows = [
        Row(due, RowForm(data, goal=due.goal, milestones=due.milestones, today=today))
        for due in to_check_in(request.viewer, on=today)
    ]
    if request.method == "GET":
        return render(request, "goals/check_ins.html", {"rows": rows})
    stated = [row for row in rows if row.form.is_stated]
    for row in stated:
        row.is_saved = _saved(row)
    how_many = sum(row.is_saved for row in stated)
    if stated and how_many == len(stated):
        return done(request, "goals:mine", message=f"{wording.count(how_many, 'check-in is', 'check-ins are')} saved.")
    for row in rows:
        if row not in stated and data is not None and row.form.add_prefix("key") in data:
            row.form.errors.clear()  # a row that was left empty has nothing to mend
    context = {"rows": rows, "saved": how_many, "to_mend": len(stated) - how_many}
    return again(request, "goals/check_ins.html", context)


def _saved(row: Row) -> bool:
    if not row.form.is_valid():
        return False
    try:
        services.check_in(row.due.goal, row.form.entry, by=row.due.goal.owner, at=timezone.now())
    except DomainError as refusal:
        row.form.add_error(None, str(refusal))
        return False
    return True


def correction(request: Request, pk: int) -> HttpResponse:
    """Correct one's own check-in, for a day: its number, day, milestones and words."""
    entries = CheckIn.objects.visible_to(request.viewer).select_related("goal__detail", "goal__cycle", "by")
    entry = get_object_or_404(entries, pk=pk)
    goal = entry.goal
    if request.viewer.employee != entry.by:
        raise PermissionDenied(f"Only {entry.by.name} corrects this check-in.")
    steps = list(goal.milestones.counted())
    form = CorrectionForm(request.POST or None, check_in=entry, milestones=steps, today=timezone.localdate())
    context = {"form": form, "entry": entry, "goal": goal}
    if request.method == "GET":
        return render(request, "goals/check_in_correction.html", context)
    if form.is_valid():
        try:
            correcting.correct(entry, form.entry, by=entry.by, at=timezone.now())
            return done(request, goal, message="Corrected. What it said before stays readable.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/check_in_correction.html", context)


def goal_rhythm(request: Request, pk: int) -> HttpResponse:
    """How often a check-in is due on one goal."""
    goal = get_object_or_404(visible_goals(request), pk=pk)
    if not access.may_change(request.viewer, goal):
        raise PermissionDenied("The owner chooses the rhythm, or whoever leads the unit or the owner.")
    form = RhythmForm(request.POST or None, goal=goal)
    if request.method == "POST" and form.is_valid():
        rewording.set_rhythm(goal, form.cleaned_data["rhythm"], by=request.viewer.actor)
        return done(request, goal, message="The rhythm is saved.")
    context = {"form": form, "goal": goal}
    return again(request, "goals/rhythm.html", context, status=200 if request.method == "GET" else 422)


def cycle_rhythm(request: Request, pk: int) -> HttpResponse:
    """How often check-ins are due in a cycle where a goal says nothing else."""
    cycle = get_object_or_404(GoalCycle.objects.visible_to(request.viewer), pk=pk)
    form = CycleRhythmForm(request.POST or None, initial={"rhythm": cycle.rhythm})
    if request.method == "POST" and form.is_valid():
        rewording.set_cycle_rhythm(cycle, form.cleaned_data["rhythm"], by=request.viewer.actor)
        return done(request, "goals:cycles", message=f"The rhythm of {cycle.name} is saved.")
    context = {"form": form, "cycle": cycle}
    return again(request, "goals/rhythm.html", context, status=200 if request.method == "GET" else 422)
