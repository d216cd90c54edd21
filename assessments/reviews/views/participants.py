"""The people of a cycle, for HR: another reviewing manager, leave, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assessments.reviews.forms import ReasonForm, ReassignForm
from assessments.reviews.models import Assessment, ReviewCycle
from assessments.reviews.queries import participants as reads
from assessments.reviews.services import participants as services
from core.errors import DomainError
from core.respond import again, done
from core.search import searched
from people.access import Request, Role

PAGE = "reviews/participant.html"


def participants(request: Request, pk: int) -> HttpResponse:
    cycle = get_object_or_404(ReviewCycle.objects.visible_to(request.viewer), pk=pk)
    request.stands_under = "reviews:cycles"
    text, only = searched(request.GET.get("q", "")), request.GET.get("only", "")
    page = reads.participants(cycle, request.viewer, text=text, only=only, page=request.GET.get("page"))
    context = {"cycle": cycle, "page": page, "text": text, "only": only, "filters": reads.FILTERS}
    return render(request, "reviews/participants.html", context)


def participant(request: Request, pk: int) -> HttpResponse:
    return render(request, PAGE, _context(request, _assessment(request, pk)))


def reviewer(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, "reassign", ReassignForm(request.POST, auto_id="reassign_%s"), services.reassign)


def line(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, "give_back", ReasonForm(request.POST, auto_id="give_back_%s"), services.give_back)


def excuse(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, "excuse", ReasonForm(request.POST, auto_id="excuse_%s"), services.excuse)


def return_(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, "resume", ReasonForm(request.POST, auto_id="resume_%s"), services.resume)


_SAID = {
    "reassign": "{manager} now reviews {person}. All concerned are told.",
    "give_back": "The reporting line decides again who reviews {person}.",
    "excuse": "{person} is left out of this cycle and told so.",
    "resume": "{person} takes part again and is told so.",
}


def _do(request: Request, pk: int, name: str, form: ReasonForm, verb: Callable[..., Assessment]) -> HttpResponse:
    assessment = _assessment(request, pk)
    if form.is_valid():
        try:
            changed = verb(assessment, by=request.viewer.actor, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _SAID[name].format(
                person=assessment.employee.name, manager=changed.manager.name if changed.manager else "Nobody"
            )
            return done(request, reverse("reviews:participant", args=[pk]), message=said)
    return again(request, PAGE, {**_context(request, assessment), name: form, "failed": form})


def _assessment(request: Request, pk: int) -> Assessment:
    found = Assessment.objects.counted_for(request.viewer).with_states()
    return get_object_or_404(
        found.select_related("cycle", "employee__unit", "employee__job_role", "employee__manager", "manager"), pk=pk
    )


def _context(request: Request, assessment: Assessment) -> dict[str, Any]:
    request.stands_under = "reviews:cycles"
    return {
        "assessment": assessment,
        "reassign": ReassignForm(auto_id="reassign_%s"),
        "give_back": ReasonForm(auto_id="give_back_%s"),
        "excuse": ReasonForm(auto_id="excuse_%s"),
        "resume": ReasonForm(auto_id="resume_%s"),
        "may_edit": request.viewer.has(Role.HR_ADMIN) and assessment.cycle.is_running(timezone.localdate()),
    }
