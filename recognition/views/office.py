"""The manager's balance, everybody's shares, and what HR moderates."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core import audit
from core.errors import DomainError
from core.respond import again, done
from people.access import Request
from recognition.forms import DecisionForm
from recognition.models import Report
from recognition.queries import figures
from recognition.queries import team as team_reads
from recognition.services import office

REPORT = "recognition/report.html"


def team(request: Request) -> HttpResponse:
    page = team_reads.team_page(request.viewer, at=timezone.now())
    return render(request, "recognition/team.html", {"page": page})


def shares(request: Request) -> HttpResponse:
    waiting = Report.objects.visible_to(request.viewer).undecided().count()
    return render(request, "recognition/shares.html", {"tally": figures.newest_tally(), "waiting": waiting})


def reports(request: Request) -> HttpResponse:
    """States and days; whom and what it is about is on the page of each."""
    request.stands_under = "recognition:shares"
    return render(request, "recognition/reports.html", {"reports": Report.objects.visible_to(request.viewer)})


def report(request: Request, pk: int) -> HttpResponse:
    request.stands_under = "recognition:shares"
    open_to_me = Report.objects.visible_to(request.viewer)
    found = get_object_or_404(open_to_me.select_related("praise__by", "praise__to__user", "by"), pk=pk)
    audit.viewed(found.praise, by=request.viewer.actor, about=found.praise.to.user)
    form = DecisionForm(request.POST or None)
    if request.method == "GET":
        return render(request, REPORT, {"report": found, "form": form})
    if form.is_valid():
        try:
            office.decide(found, **form.cleaned_data, by=request.viewer.actor, at=timezone.now())
            return done(request, "recognition:reports", message="Decided. Whoever reported it is told.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, REPORT, {"report": found, "form": form})
