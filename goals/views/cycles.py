"""Goal cycles: HR prepares, activates and closes them, and carries goals over to the next."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict, DomainError
from core.numbers import whole_number
from core.respond import again, done
from goals import services
from goals.forms.cycles import CarryForm, CycleForm
from goals.models import Goal, GoalCycle
from goals.queries.cycles import carry_page, cycle_page, cycle_rows
from people.access import Request


def cycles(request: Request) -> HttpResponse:
    if request.method == "GET":
        return render(request, "goals/cycles.html", {"cycles": cycle_rows(), "form": CycleForm()})
    form = CycleForm(request.POST)
    if form.is_valid():
        try:
            given = {name: value for name, value in form.cleaned_data.items() if name != "stamp"}
            cycle = services.open_cycle(**given, by=request.viewer.actor)
            return done(request, _page(cycle), message=f"{cycle.name} is in preparation: goals can be set.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/cycles.html", {"cycles": cycle_rows(), "form": form})


def cycle(request: Request, pk: int) -> HttpResponse:
    """One cycle: its organisation goals and how it went; the form changes its name, days and rhythm."""
    found = _found(request, pk)
    form = CycleForm(request.POST or None, initial=_stored(found))
    if request.method == "GET":
        return render(request, "goals/cycle.html", _context(request, found, form))
    if form.is_valid():
        try:
            changed = services.change_cycle(found, **form.cleaned_data, by=request.viewer.actor)
            return done(request, _page(changed), message=f"{changed.name} is changed.")
        except Conflict as refusal:
            now = CycleForm(initial=_stored(_found(request, pk)))
            context = {**_context(request, found, form), "conflict": refusal, "now": now}
            return again(request, "goals/cycle.html", context, status=409)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/cycle.html", _context(request, found, form))


def activate(request: Request, pk: int) -> HttpResponse:
    found = _found(request, pk)
    try:
        services.activate_cycle(found, by=request.viewer.actor)
    except DomainError as refusal:
        return _refused(request, found, refusal)
    return done(request, _page(found), message=f"{found.name} is active: owners can check in.")


def close(request: Request, pk: int) -> HttpResponse:
    """What closing means, and the closing."""
    found = _found(request, pk)
    if request.method == "GET":
        return render(request, "goals/cycle_closing.html", {"page": _cycle_page(request, found), "cycle": found})
    try:
        services.close_cycle(found, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return _refused(request, found, refusal)
    return done(request, _page(found), message=f"{found.name} is closed; its scores are final.")


def carry_over(request: Request, pk: int) -> HttpResponse:
    """Choose goals of a cycle and the cycle to set them in again."""
    found = _found(request, pk)
    open_cycles = GoalCycle.objects.visible_to(request.viewer).open().exclude(pk=found.pk)
    listed = Goal.objects.visible_to(request.viewer).active().filter(cycle=found)
    listed = listed.exclude(visibility=Goal.Visibility.PRIVATE)
    form = CarryForm(request.POST or None, cycles=open_cycles, goals=listed, initial={"into": open_cycles.last()})
    into = open_cycles.filter(pk=whole_number(str(form["into"].value() or "")) or 0).first()
    page = carry_page(found, into or open_cycles.last(), request.viewer, on=timezone.localdate())
    context: dict[str, Any] = {"cycle": found, "page": page, "form": form, "has_cycles": open_cycles.exists()}
    if request.method == "GET":
        return render(request, "goals/carry_over.html", context)
    if form.is_valid():
        try:
            carried = services.carry_over(found, by=request.viewer.actor, **form.choice)
            return done(request, _page(form.cleaned_data["into"]), message=_told(carried))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/carry_over.html", context)


def _told(carried: services.Carried) -> str:
    number = len(carried.goals)
    words = f"{number} goal{'' if number == 1 else 's'} carried over."
    if carried.left_out:
        words += f" Left out, since nobody there could own them: {', '.join(carried.left_out[:5])}."
    return words


def _found(request: Request, pk: int) -> GoalCycle:
    return get_object_or_404(GoalCycle.objects.visible_to(request.viewer), pk=pk)


def _page(found: GoalCycle) -> str:
    return reverse("goals:cycle", args=[found.pk])


def _cycle_page(request: Request, found: GoalCycle) -> Any:
    return cycle_page(found, request.viewer, on=timezone.localdate())


def _context(request: Request, found: GoalCycle, form: CycleForm) -> dict[str, Any]:
    return {"cycle": found, "page": _cycle_page(request, found), "form": form}


def _stored(found: GoalCycle) -> dict[str, Any]:
    return {name: getattr(found, name) for name in CycleForm.base_fields}


def _refused(request: Request, found: GoalCycle, refusal: DomainError) -> HttpResponse:
    context = {**_context(request, found, CycleForm(initial=_stored(found))), "refusal": str(refusal)}
    return again(request, "goals/cycle.html", context)
