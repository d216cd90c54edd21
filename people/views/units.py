"""The unit tree, one unit, and what HR changes about it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from core.errors import Conflict, DomainError
from core.respond import again, done
from people.access import Request
from people.forms.units import UnitForm, UnitSearch
from people.models import Unit
from people.queries import units as queries
from people.services import units


def tree(request: Request) -> HttpResponse:
    form = UnitSearch(request.GET or None)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"form": form, "text": text}
    if text:
        return render(request, "people/units.html", {**context, "found": queries.found(request.viewer, text)})
    return render(request, "people/units.html", {**context, "branches": queries.tree(request.viewer)})


def unit(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Unit.objects.visible_to(request.viewer).select_related("head"), pk=pk)
    return render(
        request, "people/unit.html", {"view": queries.unit_page(request.viewer, found, page=request.GET.get("page"))}
    )


def add(request: Request) -> HttpResponse:
    if request.method == "GET":
        form = UnitForm(viewer=request.viewer, initial={"parent": _unit_above(request)})
        return render(request, "people/unit_edit.html", {"form": form, "unit": None})
    form = UnitForm(request.POST, viewer=request.viewer)
    if form.is_valid():
        try:
            added = units.add(form.cleaned_data["key"], form.details, by=request.viewer.actor)
            return done(request, reverse("people:unit", args=[added.pk]), message=f"{added.name} is added.")
        except DomainError as refusal:
            form.add_error("parent", str(refusal))
    return again(request, "people/unit_edit.html", {"form": form, "unit": None})


def edit(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Unit.objects.visible_to(request.viewer).select_related("parent", "head"), pk=pk)
    if request.method == "GET":
        form = UnitForm(viewer=request.viewer, unit=found)
        return render(request, "people/unit_edit.html", {"form": form, "unit": found})
    form = UnitForm(request.POST, viewer=request.viewer, unit=found)
    context = {"form": form, "unit": found}
    if form.is_valid():
        try:
            units.edit(found, form.details, version=form.cleaned_data["version"], by=request.viewer.actor)
            return done(request, reverse("people:unit", args=[found.pk]), message=f"{found.name} is saved.")
        except Conflict as refusal:
            now = UnitForm(viewer=request.viewer, unit=found)
            return again(request, "people/unit_edit.html", {**context, "conflict": refusal, "now": now}, status=409)
        except units.UnitInUse as refusal:
            form.add_error("is_active", str(refusal))
        except DomainError as refusal:
            form.add_error("parent", str(refusal))
    return again(request, "people/unit_edit.html", context)


def _unit_above(request: Request) -> Unit | None:
    """The unit from whose page one comes; anything else in the address is no unit."""
    text = request.GET.get("parent", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return Unit.objects.visible_to(request.viewer).active().filter(pk=int(text)).first()
