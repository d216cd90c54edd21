"""Line of sight: what my work serves; and what hangs loose in one's care."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from goals import recipients
from goals.queries.alignment import alignment_page
from goals.queries.sight import sight_page
from people.access import Request


def sight(request: Request) -> HttpResponse:
    return render(request, "goals/sight.html", {"page": sight_page(request.viewer, on=timezone.localdate())})


def alignment(request: Request) -> HttpResponse:
    show, number = request.GET.get("show", "loose"), request.GET.get("page")
    page = alignment_page(request.viewer, show, on=timezone.localdate(), page=number)
    may_cascade = request.viewer.employee is not None and recipients.leads_anybody(request.viewer)
    return render(request, "goals/alignment.html", {"view": page, "may_cascade": may_cascade})
