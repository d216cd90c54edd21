"""The catalogue: browse, join, leave, complete; propose and keep."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.errors import Conflict, DomainError
from core.numbers import whole_number
from core.respond import again, done
from development.forms.catalogue import ActivityForm, CompletionForm, FilterForm, SessionForm
from development.models import Activity
from development.queries import catalogue as reads
from development.services import catalogue, enrolments
from people.access import Request
from people.models import Employee

CONFLICT = 409
TEMPLATE = "development/activity.html"


def learning(request: Request) -> HttpResponse:
    form = FilterForm(request.GET)
    number = request.GET.get("page")
    page = reads.catalogue_page(request.viewer, form.filters, number=number, at=timezone.now())
    waiting = reads.proposed() if request.viewer.is_hr else []
    return render(request, "development/catalogue.html", {"page": page, "form": form, "waiting": waiting})


def activity(request: Request, pk: int) -> HttpResponse:
    return render(request, TEMPLATE, _context(request, _visible(request, pk)))


def joining(request: Request, pk: int) -> HttpResponse:
    found, me = _visible(request, pk), _me(request)
    number = whole_number(request.POST.get("session", ""))
    session = get_object_or_404(found.sessions, pk=number) if number else None
    try:
        enrolments.join(found, by=me, session=session, at=timezone.now())
    except DomainError as refusal:
        return again(request, TEMPLATE, _context(request, found) | {"refusal": refusal})
    return done(request, found, message=f"You take part in “{found.title}”. You can leave at any time.")


def leaving(request: Request, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    enrolments.leave(found, by=_me(request))
    return done(request, found, message="You take part no longer. Nobody is told.")


def completion(request: Request, pk: int) -> HttpResponse:
    found, form = _visible(request, pk), CompletionForm(request.POST)
    if form.is_valid():
        try:
            enrolments.complete(found, by=_me(request), **form.cleaned_data, at=timezone.now())
            return done(request, found, message=f"“{found.title}” is done. Well done.")
        except DomainError as refusal:
            form.add_error("on", str(refusal))
    return again(request, TEMPLATE, _context(request, found) | {"completion": form})


def new(request: Request) -> HttpResponse:
    """HR offers an activity, a manager proposes one."""
    form = ActivityForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "activity": None, "is_proposal": not request.viewer.is_hr}
    if request.method == "GET":
        return render(request, "development/activity_edit.html", context)
    if not form.is_valid():
        return again(request, "development/activity_edit.html", context)
    if request.viewer.is_hr:
        made = catalogue.offer(form.facts, form.aims, by=request.viewer.actor)
        return done(request, made, message="The activity is in the catalogue.")
    made = catalogue.propose(form.facts, form.aims, by=_me(request))
    return done(request, made, message="HR decides and tells you.")


def edit(request: Request, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    form = ActivityForm(request.POST or None, instance=found)
    context: dict[str, Any] = {"form": form, "activity": found}
    if request.method == "GET":
        return render(request, "development/activity_edit.html", context)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            catalogue.change(found, form.facts, form.aims, version=version, by=request.viewer.actor)
            return done(request, found, message="The activity is saved.")
        except Conflict as refusal:
            form.add_error(None, str(refusal))
            current = Activity.objects.visible_to(request.viewer).get(pk=pk).version
            context["current_version"] = current
            return again(request, "development/activity_edit.html", context, status=CONFLICT)
    return again(request, "development/activity_edit.html", context)


def state(request: Request, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    try:
        changed = catalogue.set_state(found, request.POST.get("to", ""), by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return again(request, TEMPLATE, _context(request, found) | {"refusal": refusal})
    return done(request, changed, message=f"“{changed.title}”: {changed.get_state_display().lower()}.")


def sessions(request: Request, pk: int) -> HttpResponse:
    found, form = _visible(request, pk), SessionForm(request.POST)
    if not form.is_valid():
        return again(request, TEMPLATE, _context(request, found) | {"session_form": form})
    catalogue.add_session(found, **form.cleaned_data, by=request.viewer.actor)
    return done(request, found, message="The session is in the catalogue.")


def cancelling(request: Request, pk: int, session: int) -> HttpResponse:
    found = _visible(request, pk)
    one = get_object_or_404(found.sessions, pk=session)
    catalogue.cancel_session(one, by=request.viewer.actor, at=timezone.now())
    return done(request, found, message="The session is cancelled. Everyone who had a place is told.")


def _visible(request: Request, pk: int) -> Activity:
    request.stands_under = "development:learning"
    return get_object_or_404(Activity.objects.visible_to(request.viewer).select_related("proposed_by"), pk=pk)


def _me(request: Request) -> Employee:
    if request.viewer.employee is None:
        raise PermissionDenied("Only people who work here take part.")
    return request.viewer.employee


def _context(request: Request, found: Activity) -> dict[str, Any]:
    now = timezone.now()
    return {
        "page": reads.activity_page(found, request.viewer, at=now),
        "completion": CompletionForm(initial={"on": timezone.localdate(now)}),
        "session_form": SessionForm(),
    }
