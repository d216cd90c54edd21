"""The action board, one action, choosing and moving it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from actions import access
from actions.forms.promises import CommitmentForm, FilterForm, MoveForm, PromiseForm
from actions.models import Action
from actions.queries import board as board_queries
from actions.queries import insights, origin
from actions.queries.page import action_page
from actions.services import promises
from core.constructs import Construct
from core.errors import Conflict, DomainError
from core.respond import again, done
from core.tables import CSV_TYPE, to_csv
from people.access import Request

CONFLICT = 409
ONLY_LEADERS = "actions/only_leaders.html"


def board(request: Request) -> HttpResponse:
    form = FilterForm(request.GET, viewer=request.viewer)
    page = board_queries.board(request.viewer, form.filters, on=timezone.localdate())
    return render(request, "actions/board.html", {"page": page, "form": form})


def board_csv(request: Request) -> HttpResponse:
    """The board as it is narrowed, as a table."""
    filters = FilterForm(request.GET, viewer=request.viewer).filters
    rows = board_queries.table(request.viewer, filters, on=timezone.localdate())
    response = HttpResponse(to_csv(board_queries.HEADINGS, rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="actions.csv"'
    return response


def action(request: Request, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    page = action_page(found, request.viewer, on=timezone.localdate())
    return render(request, "actions/action.html", {"page": page})


def new(request: Request) -> HttpResponse:
    """Choose an action; the address may name the survey's unit, the statement or the C that it answers."""
    if not access.may_promise(request.viewer):
        return render(request, ONLY_LEADERS, {"words": "Heads of units and executives choose actions."})
    today = timezone.localdate()
    source = origin.of(request.viewer, request.GET)
    form = PromiseForm(request.POST or None, viewer=request.viewer, today=today, initial=source.initial(today))
    practices = insights.practices_to_copy(request.viewer, Construct(source.construct)) if source.construct else []
    context = {"form": form, "source": source, "action": None, "practices": practices}
    if request.method == "GET":
        return render(request, "actions/edit.html", context)
    if form.is_valid():
        made = promises.choose(
            form.promise(campaign=source.campaign, item_code=source.item_code),
            by=request.viewer.actor,
            at=timezone.now(),
        )
        return done(request, source.back_url or made, message="The promise is made. Begin it when you are ready.")
    return again(request, "actions/edit.html", context)


def change(request: Request, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    if found.is_commitment:
        raise PermissionDenied("A commitment is not reworded. Drop it and say why, then make another.")
    today = timezone.localdate()
    initial = PromiseForm.stored(found)
    form = PromiseForm(request.POST or None, viewer=request.viewer, today=today, keep=found, initial=initial)
    context: dict[str, Any] = {"form": form, "action": found}
    if request.method == "GET":
        return render(request, "actions/edit.html", context)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            promises.change(found, form.promise(), version=version, by=request.viewer.actor, at=timezone.now())
            return done(request, found, message="The action is saved.")
        except Conflict as refusal:
            form.add_error(None, str(refusal))
            found = _visible(request, pk)
            now = {"action": found, "current_version": found.version}
            return again(request, "actions/edit.html", context | now, status=CONFLICT)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "actions/edit.html", context)


def state(request: Request, pk: int) -> HttpResponse:
    found = _changeable(request, pk)
    form = MoveForm(request.POST)
    if form.is_valid():
        try:
            moved = promises.move(found, **form.cleaned_data, by=request.viewer.actor, at=timezone.now())
            return done(request, found, message=f"“{moved.title}”: {moved.get_state_display().lower()}.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    page = action_page(found, request.viewer, on=timezone.localdate())
    return again(request, "actions/action.html", {"page": page, "refused": form, "form": form})


def commitment(request: Request) -> HttpResponse:
    """A leader's own promise to everyone."""
    me = request.viewer.employee
    if me is None or not access.is_leader(request.viewer):
        return render(request, ONLY_LEADERS, {"words": "Executives and heads of departments commit themselves."})
    form = CommitmentForm(request.POST or None, today=timezone.localdate())
    if request.method == "GET":
        return render(request, "actions/commitment.html", {"form": form})
    if not form.is_valid():
        return again(request, "actions/commitment.html", {"form": form})
    led = request.viewer.headed_units
    promise = promises.Promise(
        **form.cleaned_data, kind=Action.Kind.COMMITMENT, owner=me, unit=led[0] if led else me.unit
    )
    made = promises.choose(promise, by=request.viewer.actor, at=timezone.now())
    if made.state == Action.State.PLANNED:
        promises.move(made, Action.State.DOING, by=request.viewer.actor, at=timezone.now())
    return done(request, made, message="Everyone can read your commitment now.")


def _visible(request: Request, pk: int) -> Action:
    return get_object_or_404(Action.objects.visible_to(request.viewer).with_words(), pk=pk)


def _changeable(request: Request, pk: int) -> Action:
    found = _visible(request, pk)
    if not access.may_change(request.viewer, found):
        raise PermissionDenied("Whoever answers for this action changes it, or who leads the unit.")
    return found
