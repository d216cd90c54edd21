"""Goal cycles: HR opens, activates and closes them, and sees how fresh the numbers are."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from core.errors import DomainError
from core.respond import again, done
from goals import services
from goals.forms.planning import CycleForm
from goals.models import GoalCycle
from goals.queries.cycles import cycle_rows
from people.access import Request


def cycles(request: Request) -> HttpResponse:
    if request.method == "GET":
        return render(request, "goals/cycles.html", {"cycles": cycle_rows(), "form": CycleForm()})
    form = CycleForm(request.POST)
    if form.is_valid():
        try:
            cycle = services.open_cycle(**form.cleaned_data, by=request.viewer.actor)
            return done(request, "goals:cycles", message=f"{cycle.name} is in preparation: goals can be set.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/cycles.html", {"cycles": cycle_rows(), "form": form})


def activate(request: Request, pk: int) -> HttpResponse:
    return _move(request, pk, services.activate_cycle, "is active: owners can check in.")


def close(request: Request, pk: int) -> HttpResponse:
    return _move(request, pk, services.close_cycle, "is closed; its numbers stay as they are.")


def _move(request: Request, pk: int, verb: services.CycleVerb, words: str) -> HttpResponse:
    cycle = get_object_or_404(GoalCycle.objects.visible_to(request.viewer), pk=pk)
    try:
        verb(cycle, by=request.viewer.actor)
    except DomainError as refusal:
        context = {"cycles": cycle_rows(), "form": CycleForm(), "refusal": str(refusal)}
        return again(request, "goals/cycles.html", context)
    return done(request, "goals:cycles", message=f"{cycle.name} {words}")
