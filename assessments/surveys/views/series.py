"""Surveys that come again, for HR: plan, change, stop, go on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from assessments.surveys.forms.series import SeriesForm
from assessments.surveys.models.series import CampaignSeries
from assessments.surveys.queries import series as queries
from assessments.surveys.services import series as services
from core.errors import DomainError
from core.respond import again, done
from people.access import Request, Role


def series(request: Request) -> HttpResponse:
    context = {
        "rows": queries.series_rows(request.viewer),
        "may_edit": request.viewer.has(Role.HR_ADMIN),
        "time_zone": timezone.get_current_timezone_name(),
    }
    return render(request, "surveys/series.html", context)


def series_new(request: Request) -> HttpResponse:
    form = SeriesForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    if request.method == "POST":
        if form.is_valid():
            try:
                made = services.create_series(by=request.viewer.actor, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                return done(request, "surveys:series", message=f"“{made}” is planned. Its waves open by themselves.")
        return again(request, "surveys/series_edit.html", {"form": form, "one": None})
    return render(request, "surveys/series_edit.html", {"form": form, "one": None})


def series_edit(request: Request, pk: int) -> HttpResponse:
    one = _series(request, pk)
    form = SeriesForm(request.POST if request.method == "POST" else None, instance=one, today=timezone.localdate())
    if request.method == "POST":
        if form.is_valid():
            try:
                services.update_series(one, by=request.viewer.actor, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                return done(request, "surveys:series", message=f"Saved. The coming waves of “{one}” follow it.")
        return again(request, "surveys/series_edit.html", {"form": form, "one": one})
    return render(request, "surveys/series_edit.html", {"form": form, "one": one})


def series_state(request: Request, pk: int) -> HttpResponse:
    one, goes_on = _series(request, pk), bool(request.POST.get("on"))
    services.set_active(one, by=request.viewer.actor, is_active=goes_on, at=timezone.now())
    return done(request, "surveys:series", message=f"“{one}” {'goes on' if goes_on else 'is stopped'}.")


def _series(request: Request, pk: int) -> CampaignSeries:
    return get_object_or_404(CampaignSeries.objects.visible_to(request.viewer), pk=pk)
