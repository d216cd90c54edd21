"""The catalogue as HR keeps it: offer, change, withdraw, dates. Managers propose."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.errors import Conflict, DomainError
from core.respond import again, done
from development.forms.catalogue import ActivityForm, SessionForm
from development.models import Activity
from development.services import catalogue, library
from development.views.learning import TEMPLATE, context, visible
from people.access import Request

EDIT, SESSION = "development/activity_edit.html", "development/session_edit.html"
CONFLICT = 409


def new(request: Request) -> HttpResponse:
    """HR offers an activity, a manager proposes one."""
    form = ActivityForm(request.POST or None)
    page: dict[str, Any] = {"form": form, "activity": None, "is_proposal": not request.viewer.is_hr}
    if request.method == "GET":
        return render(request, EDIT, page)
    if not form.is_valid():
        return again(request, EDIT, page)
    if request.viewer.is_hr:
        made = catalogue.offer(form.facts, form.aims, by=request.viewer.actor)
        return done(request, made, message="The activity is in the catalogue.")
    made = catalogue.propose(form.facts, form.aims, by=request.viewer.me)
    return done(request, made, message="HR decides and tells you.")


def edit(request: Request, pk: int) -> HttpResponse:
    found = visible(request, pk)
    form = ActivityForm(request.POST or None, instance=found)
    page: dict[str, Any] = {"form": form, "activity": found}
    if request.method == "GET":
        return render(request, EDIT, page)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            catalogue.change(found, form.facts, form.aims, version=version, by=request.viewer.actor)
            return done(request, found, message="The activity is saved.")
        except Conflict as refusal:
            form.add_error(None, str(refusal))
            saved = Activity.objects.visible_to(request.viewer).get(pk=pk)
            return again(request, EDIT, page | {"saved": saved}, status=CONFLICT)
    return again(request, EDIT, page)


def state(request: Request, pk: int) -> HttpResponse:
    found = visible(request, pk)
    try:
        changed = catalogue.set_state(found, request.POST.get("to", ""), by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return again(request, TEMPLATE, context(request, found) | {"refusal": refusal})
    return done(request, changed, message=f"“{changed.title}”: {changed.get_state_display().lower()}.")


def take_over(request: Request) -> HttpResponse:
    number = library.take_over(by=request.viewer.actor)
    said = f"{number} new in the catalogue." if number else "Everything that the library names is in the catalogue."
    return done(request, "development:learning", message=said)


def sessions(request: Request, pk: int) -> HttpResponse:
    found, form = visible(request, pk), SessionForm(request.POST)
    if form.is_valid():
        try:
            catalogue.add_session(found, **form.cleaned_data, by=request.viewer.actor)
            return done(request, found, message="The session is in the catalogue.")
        except DomainError as refusal:
            form.add_error("starts_at", str(refusal))
    return again(request, TEMPLATE, context(request, found) | {"session_form": form})


def session(request: Request, pk: int, session: int) -> HttpResponse:
    """Move a date, its place or the number of places."""
    found = visible(request, pk)
    one = get_object_or_404(found.sessions.to_come(timezone.now()), pk=session)
    before = {"starts_at": timezone.localtime(one.starts_at), "place": one.place, "seats": one.seats}
    form = SessionForm(request.POST or None, initial=before)
    if request.method == "GET":
        return render(request, SESSION, {"form": form, "activity": found, "session": one})
    if form.is_valid():
        try:
            catalogue.change_session(one, **form.cleaned_data, by=request.viewer.actor, at=timezone.now())
            return done(request, found, message="The session is saved. Of a new time or place everyone is told.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, SESSION, {"form": form, "activity": found, "session": one})


def cancelling(request: Request, pk: int, session: int) -> HttpResponse:
    found = visible(request, pk)
    one = get_object_or_404(found.sessions, pk=session)
    catalogue.cancel_session(one, by=request.viewer.actor, at=timezone.now())
    return done(request, found, message="The session is cancelled. Everyone who had a place is told.")
