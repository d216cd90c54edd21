"""The manager's team, and HR's cycles: states and counts."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.reviews import services
from assessments.reviews.forms import CycleForm
from assessments.reviews.models import ReviewCycle
from assessments.reviews.queries import cycles as reads
from core.errors import DomainError
from core.numbers import whole_number
from core.respond import again, done
from people.access import Request, Role


def team(request: Request) -> HttpResponse:
    assert request.viewer.employee is not None
    asked = request.GET.get("cycle", "")
    cycle_id = whole_number(asked)
    page = reads.team_page(request.viewer.employee, on=timezone.localdate(), cycle_id=cycle_id)
    if asked and (cycle_id is None or page.cycle is None):
        raise Http404
    return render(request, "reviews/team.html", {"page": page})


def cycles(request: Request) -> HttpResponse:
    context = {"rows": reads.cycle_rows(request.viewer), "may_edit": request.viewer.has(Role.HR_ADMIN)}
    return render(request, "reviews/cycles.html", context)


def cycle_new(request: Request) -> HttpResponse:
    form = CycleForm(request.POST or None)
    if form.is_valid():
        cycle = services.create_cycle(by=request.viewer.user, **form.cleaned_data)
        return done(request, _url(cycle), message="The cycle is in preparation. Nobody is told before you launch it.")
    if form.is_bound:
        return again(request, "reviews/cycle_new.html", {"form": form})
    return render(request, "reviews/cycle_new.html", {"form": form})


def cycle(request: Request, pk: int) -> HttpResponse:
    page = reads.cycle_page(_cycle(request, pk), request.viewer)
    context = {"page": page, "may_edit": request.viewer.has(Role.HR_ADMIN)}
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
    message = f"{followed.joined} joined; {followed.moved} have a new reviewing manager."
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
