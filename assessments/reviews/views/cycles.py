"""The manager's team, and HR's cycles: launch, states and counts, close."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.reviews import services
from assessments.reviews.models import ReviewCycle
from assessments.reviews.queries import cycles as reads
from assessments.reviews.views import setup
from core.errors import DomainError
from core.numbers import whole_number
from core.respond import done
from people.access import Request, Role


def team(request: Request) -> HttpResponse:
    asked = request.GET.get("cycle", "")
    cycle_id = whole_number(asked)
    page = reads.team_page(request.viewer.me, on=timezone.localdate(), cycle_id=cycle_id)
    if asked and (cycle_id is None or page.cycle is None):
        raise Http404
    return render(request, "reviews/team.html", {"page": page})


def cycles(request: Request) -> HttpResponse:
    context = {"rows": reads.cycle_rows(request.viewer), "may_edit": request.viewer.has(Role.HR_ADMIN)}
    return render(request, "reviews/cycles.html", context)


def cycle(request: Request, pk: int) -> HttpResponse:
    """The launch check of a cycle in preparation; of any other, how far it has come."""
    page = reads.cycle_page(_cycle(request, pk), request.viewer, on=timezone.localdate())
    context = {"page": page, "may_edit": request.viewer.has(Role.HR_ADMIN)}
    if page.readiness:
        context["steps"] = setup.labels(page.cycle)
        return render(request, "reviews/cycle_check.html", context)
    return render(request, "reviews/cycle.html", context)


def cycle_launch(request: Request, pk: int) -> HttpResponse:
    found = _cycle(request, pk)
    try:
        people = services.launch(found, by=request.viewer.user, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("reviews:cycle", pk=pk)
    return done(request, _url(found), message=f"{found.name} is open for {people} people.")


def cycle_refresh(request: Request, pk: int) -> HttpResponse:
    found = _cycle(request, pk)
    try:
        followed = services.follow_line(found, by=request.viewer.user, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("reviews:cycle", pk=pk)
    message = f"{followed.joined} joined; {followed.moved} have a new reviewing manager; {followed.left} left."
    return done(request, _url(found), message=message)


def cycle_close(request: Request, pk: int) -> HttpResponse:
    found = _cycle(request, pk)
    try:
        services.close(found, by=request.viewer.user, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("reviews:cycle", pk=pk)
    return done(request, _url(found), message=f"{found.name} is closed.")


def _cycle(request: Request, pk: int) -> ReviewCycle:
    return get_object_or_404(ReviewCycle.objects.visible_to(request.viewer), pk=pk)


def _url(cycle: ReviewCycle) -> str:
    return reverse("reviews:cycle", args=[cycle.pk])
