"""The catalogue as people use it: browse, take away, join, wait, leave, complete."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core import tables
from core.errors import DomainError
from core.numbers import whole_number
from core.respond import again, done
from development.forms.catalogue import CompletionForm, FilterForm, SessionForm
from development.models import Activity
from development.queries import catalogue as reads
from development.services import enrolments
from people.access import Request

TEMPLATE = "development/activity.html"


def learning(request: Request) -> HttpResponse:
    form = FilterForm(request.GET, viewer=request.viewer)
    number = request.GET.get("page")
    page = reads.catalogue_page(request.viewer, form.filters, number=number, at=timezone.now())
    waiting = reads.proposed() if request.viewer.is_hr else []
    return render(request, "development/catalogue.html", {"page": page, "form": form, "waiting": waiting})


def export(request: Request) -> HttpResponse:
    """What the page shows with these filters, all pages of it."""
    filters = FilterForm(request.GET, viewer=request.viewer).filters
    content = tables.to_csv(*reads.as_table(reads.activities(request.viewer, filters)))
    headers = {"Content-Disposition": 'attachment; filename="learning.csv"'}
    return HttpResponse(content, content_type=tables.CSV_TYPE, headers=headers)


def activity(request: Request, pk: int) -> HttpResponse:
    return render(request, TEMPLATE, context(request, visible(request, pk)))


def joining(request: Request, pk: int) -> HttpResponse:
    found, me = visible(request, pk), request.viewer.me
    number = whole_number(request.POST.get("session", ""))
    session = get_object_or_404(found.sessions, pk=number) if number else None
    try:
        made = enrolments.join(
            found, by=me, session=session, waits=request.POST.get("wait") == "yes", at=timezone.now()
        )
    except DomainError as refusal:
        return again(request, TEMPLATE, context(request, found) | {"refusal": refusal})
    if made.waits_since:
        return done(request, found, message="You are on the list. When a place comes free for you, you are told.")
    return done(request, found, message=f"You take part in “{found.title}”. You can leave at any time.")


def leaving(request: Request, pk: int) -> HttpResponse:
    found = visible(request, pk)
    enrolments.leave(found, by=request.viewer.me, at=timezone.now())
    return done(request, found, message="You take part no longer. Nobody is told.")


def completion(request: Request, pk: int) -> HttpResponse:
    found, form = visible(request, pk), CompletionForm(request.POST)
    if form.is_valid():
        try:
            enrolments.complete(found, by=request.viewer.me, **form.cleaned_data, at=timezone.now())
            return done(request, found, message=f"“{found.title}” is done. Well done.")
        except DomainError as refusal:
            form.add_error("on", str(refusal))
    return again(request, TEMPLATE, context(request, found) | {"completion": form})


def visible(request: Request, pk: int) -> Activity:
    request.stands_under = "development:learning"
    return get_object_or_404(Activity.objects.visible_to(request.viewer).select_related("proposed_by"), pk=pk)


def context(request: Request, found: Activity) -> dict[str, Any]:
    now = timezone.now()
    return {
        "page": reads.activity_page(found, request.viewer, at=now),
        "completion": CompletionForm(initial={"on": timezone.localdate(now)}),
        "session_form": SessionForm(),
    }
