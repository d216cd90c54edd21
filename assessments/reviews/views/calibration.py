"""Calibration: how managers rated, and the change of one agreed level with its reason."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.reviews.forms.calibration import LevelChangeForm
from assessments.reviews.models import Assessment
from assessments.reviews.queries import asking
from assessments.reviews.queries import calibration as reads
from assessments.reviews.services import calibration
from core import audit
from core.errors import Conflict, DomainError
from core.numbers import whole_number
from core.respond import again, done
from people.access import Request


def spreads(request: Request) -> HttpResponse:
    asked = request.GET.get("cycle", "")
    cycle_id = (whole_number(asked) or 0) if asked else None
    page = reads.calibration_page(request.viewer, on=timezone.localdate(), cycle_id=cycle_id)
    if asked and page.cycle is None:
        raise Http404
    return render(request, "reviews/calibration.html", {"page": page})


def change(request: Request, pk: int) -> HttpResponse:
    """One agreed level of somebody whom the viewer reviews."""
    assessment = _assessment(request, pk)
    me = request.viewer.me
    is_calibrating = assessment.cycle.is_calibrating(timezone.localdate())
    if not assessment.is_reviewed_by(me) or assessment.agreed_at is None or not is_calibrating:
        return redirect("reviews:result", pk=pk)
    form = LevelChangeForm(
        request.POST or None,
        initial={"revision": assessment.revision},
        agreed=reads.agreed_of(assessment),
        levels=asking.scale_of(asking.asked(assessment)),
    )
    if not form.is_bound:
        audit.viewed(assessment, by=request.viewer.actor, about=assessment.employee.user)
        return render(request, "reviews/level_change.html", {"assessment": assessment, "form": form})
    status = 422
    if form.is_valid():
        try:
            calibration.change_level(assessment, by=me, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, Conflict):
                form.show_beside(assessment.revision)
                status = 409
        else:
            message = f"Changed. {assessment.employee.name} is told and reads your reason."
            return done(request, f"{reverse('reviews:result', args=[pk])}#changes", message=message)
    return again(request, "reviews/level_change.html", {"assessment": assessment, "form": form}, status=status)


def _assessment(request: Request, pk: int) -> Assessment:
    visible = Assessment.objects.visible_to(request.viewer).select_related("cycle", "employee__user", "manager")
    request.stands_under = "reviews:team"
    return get_object_or_404(visible, pk=pk)
