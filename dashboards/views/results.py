"""Results joined with what is done about them: one C, and the summary for everyone."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from assessments.surveys.models import UnitSnapshot
from assessments.surveys.queries import previews
from core.constructs import Construct
from dashboards.queries import construct as construct_queries
from dashboards.queries import mirror as mirror_queries
from dashboards.queries import summary as summary_queries
from people.access import Request


def construct(request: Request, key: str) -> HttpResponse:
    """One C, the whole story."""
    if key not in Construct.values:
        raise Http404("There is no such C.")
    page = construct_queries.construct_page(request.viewer, Construct(key), at=timezone.now())
    return render(request, "dashboards/construct.html", {"page": page})


def summary(request: Request, campaign: int) -> HttpResponse:
    """What everyone learns of a campaign that is shared with them."""
    tops = UnitSnapshot.objects.tops_visible_to(request.viewer).select_related("campaign__form__version")
    top = get_object_or_404(tops, campaign=campaign)
    viewer = previews.eyes(request.viewer, top.campaign, request.GET.dict())
    page = summary_queries.summary_page(viewer, top, at=timezone.now())
    return render(request, "dashboards/summary.html", {"page": page, "preview": previews.preview(viewer, top)})


def mirror(request: Request) -> HttpResponse:
    """What their people see leaders say and do; for those who go first."""
    page = mirror_queries.mirror(request.viewer, at=timezone.now())
    if page is None:
        words = "The mirror is for executives and the heads of departments: the survey's statements are about them."
        return render(request, "actions/only_leaders.html", {"words": words})
    return render(request, "dashboards/mirror.html", {"page": page})
