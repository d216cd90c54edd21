"""Pages that read many people's levels: the manager's own team by name, everybody else as counts."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from assessments.reviews.models import UnitSummary
from assessments.reviews.queries import bridge as bridge_reads
from assessments.reviews.queries import levels as levels_reads
from assessments.reviews.queries import matrix as matrix_reads
from core import audit
from core.numbers import whole_number
from people.access import Request


def matrix(request: Request) -> HttpResponse:
    """Levels of the manager's own team. Each reading is written into the record of whoever was read about."""
    assert request.viewer.employee is not None
    asked = request.GET.get("cycle", "")
    page = matrix_reads.matrix_page(request.viewer.employee, cycle_id=_number(asked))
    if asked and page.cycle is None:
        raise Http404
    read = [(row.assessment, row.employee.user) for row in page.readable]
    audit.viewed_together(read, by=request.viewer.actor, on=timezone.localdate())
    return render(request, "reviews/matrix.html", {"page": page})


def levels(request: Request) -> HttpResponse:
    """Levels of many start at the topmost unit that the viewer may read."""
    unit = levels_reads.newest_unit(request.viewer)
    if unit is None:
        return render(request, "reviews/levels_none.html")
    return redirect("reviews:unit_levels", pk=unit.pk)


def unit_levels(request: Request, pk: int) -> HttpResponse:
    visible = UnitSummary.objects.visible_to(request.viewer).select_related("summary__cycle", "unit")
    page = levels_reads.levels_page(get_object_or_404(visible, pk=pk), request.viewer)
    bridge = bridge_reads.bridge(request.viewer) if page.is_newest_top else None
    return render(request, "reviews/levels.html", {"page": page, "bridge": bridge})


def _number(asked: str) -> int | None:
    """The number asked for; 0, which is nobody's, for something that is no number."""
    if not asked:
        return None
    return whole_number(asked) or 0
