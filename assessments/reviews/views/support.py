"""Support cases of HR: open one with a reason, read, close. Each reading is written into the person's record."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assessments.reviews.forms.support import CaseForm
from assessments.reviews.models import SupportCase
from assessments.reviews.queries import support as reads
from assessments.reviews.services import support
from core import audit
from core.errors import DomainError
from core.respond import again, done
from people.access import Request


def cases(request: Request) -> HttpResponse:
    return render(request, "reviews/cases.html", {"page": reads.cases_page(request.viewer, at=timezone.now())})


def case_new(request: Request) -> HttpResponse:
    form = CaseForm(request.POST or None, viewer=request.viewer)
    if form.is_valid():
        try:
            case = support.open_case(by=request.viewer.actor, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _url(case), message=f"{case.subject.name} is told, with your reason.")
    if form.is_bound:
        return again(request, "reviews/case_new.html", {"form": form})
    return render(request, "reviews/case_new.html", {"form": form})


def case(request: Request, pk: int) -> HttpResponse:
    found = _case(request, pk)
    return render(request, "reviews/case.html", {"page": reads.case_page(found, at=timezone.now())})


def case_result(request: Request, pk: int, assessment: int) -> HttpResponse:
    """An assessment of the case's person, and of nobody else; it is not there once the case has ended."""
    found, now = _case(request, pk), timezone.now()
    readable = reads.readable(found, at=now).select_related("cycle", "employee__user", "manager", "profile")
    shown = get_object_or_404(readable, pk=assessment)
    audit.viewed(shown, by=request.viewer.actor, about=shown.employee.user)
    page = reads.case_result_page(found, shown, on=timezone.localdate(now))
    return render(request, "reviews/case_result.html", {"page": page})


def case_close(request: Request, pk: int) -> HttpResponse:
    found = _case(request, pk)
    try:
        support.close_case(found, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return again(request, "reviews/case.html", _refused(found, refusal))
    return done(request, reverse("reviews:cases"), message=f"The case is closed. {found.subject.name} is told.")


def _case(request: Request, pk: int) -> SupportCase:
    return get_object_or_404(SupportCase.objects.visible_to(request.viewer).select_related("subject__user"), pk=pk)


def _refused(found: SupportCase, refusal: DomainError) -> dict[str, object]:
    return {"page": reads.case_page(found, at=timezone.now()), "refusal": str(refusal)}


def _url(case: SupportCase) -> str:
    return reverse("reviews:case", args=[case.pk])
