"""The list of people, a person's page, and their record."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from core import audit
from core.errors import Conflict, DomainError
from core.respond import again, done
from people.access import Request
from people.forms.directory import DepartureForm, DetailsForm, DirectoryFilter, ErasureForm
from people.models import Employee
from people.queries import directory
from people.services import employees
from people.services import erasure as services

_FULL = ("user", "unit", "manager", "job_role")


def people(request: Request) -> HttpResponse:
    form = DirectoryFilter(request.GET or None, viewer=request.viewer)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = directory.people(
        request.viewer,
        text=chosen.get("q", ""),
        unit=chosen.get("unit"),
        with_leavers=chosen.get("left", False),
        page=request.GET.get("page"),
    )
    return render(request, "people/list.html", {"form": form, "page": page, "chosen": chosen})


def person(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Employee.objects.visible_to(request.viewer).select_related(*_FULL), pk=pk)
    return render(request, "people/person.html", {"view": directory.person_page(request.viewer, found)})


def record(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Employee.objects.records_open_to(request.viewer).select_related(*_FULL), pk=pk)
    audit.viewed(found, by=request.viewer.actor, about=found.user)
    return render(request, "people/record.html", {"view": directory.record_page(request.viewer, found)})


def add(request: Request) -> HttpResponse:
    form = DetailsForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        added = employees.add(form.cleaned_data["number"], form.details, by=request.viewer.actor)
        said = f"{added.name} is added. They choose a password by the link on the sign-in page."
        return done(request, reverse("people:detail", args=[added.pk]), message=said)
    if request.method == "POST":
        return again(request, "people/person_edit.html", {"form": form, "person": None})
    return render(request, "people/person_edit.html", {"form": form, "person": None})


def edit(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Employee.objects.records_open_to(request.viewer).select_related(*_FULL), pk=pk)
    if request.method == "GET":
        audit.viewed(found, by=request.viewer.actor, about=found.user)
        form = DetailsForm(viewer=request.viewer, person=found)
        return render(request, "people/person_edit.html", {"form": form, "person": found})
    form = DetailsForm(request.POST, viewer=request.viewer, person=found)
    context = {"form": form, "person": found}
    if form.is_valid():
        try:
            employees.edit(found, form.details, version=form.cleaned_data["version"], by=request.viewer.actor)
            url = reverse("people:record", args=[found.pk])
            return done(request, url, message=f"The record of {found.name} is saved.")
        except Conflict as refusal:
            now = DetailsForm(viewer=request.viewer, person=found)
            return again(request, "people/person_edit.html", {**context, "conflict": refusal, "now": now}, status=409)
        except DomainError as refusal:
            form.add_error("manager", str(refusal))
    return again(request, "people/person_edit.html", context)


def departure(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Employee.objects.records_open_to(request.viewer).select_related(*_FULL), pk=pk)
    today = timezone.localdate()
    form = DepartureForm(request.POST or None, viewer=request.viewer, person=found, today=today)
    context = {"form": form, "view": directory.person_page(request.viewer, found)}
    if request.method == "GET":
        return render(request, "people/departure.html", context)
    if form.is_valid():
        try:
            employees.depart(found, by=request.viewer.actor, **form.cleaned_data)
            said = f"{found.name} is marked as left and can sign in no more."
            return done(request, reverse("people:detail", args=[found.pk]), message=said)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "people/departure.html", context)


def erasure(request: Request, pk: int) -> HttpResponse:
    """Erase who a leaver was, after the name has been typed again."""
    leavers = Employee.objects.records_open_to(request.viewer).filter(is_active=False, erased_on=None)
    found = get_object_or_404(leavers.select_related(*_FULL), pk=pk)
    form = ErasureForm(request.POST or None, person=found)
    context = {"form": form, "person": found}
    if request.method == "GET":
        return render(request, "people/erasure.html", context)
    if form.is_valid():
        try:
            services.erase(found, by=request.viewer.actor, on=timezone.localdate())
            return done(request, reverse("people:detail", args=[pk]), message="Erased. Nobody can tell who this was.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "people/erasure.html", context)


def reinstatement(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Employee.objects.records_open_to(request.viewer).filter(erased_on=None), pk=pk)
    employees.reinstate(found, by=request.viewer.actor)
    said = f"{found.name} can sign in again. Give back roles and reports by hand where they are needed."
    return done(request, reverse("people:detail", args=[found.pk]), message=said)


def options(request: Request) -> HttpResponse:
    """Suggestions for a person field, as <option> elements."""
    typed = str(next(iter(request.GET.values()), ""))[:100]  # the field sends itself under its own name
    return render(request, "people/_options.html", {"people": directory.options(request.viewer, typed)})
