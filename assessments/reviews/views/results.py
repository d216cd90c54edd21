"""What a person reads of themselves, and the talk with the manager."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.reviews import services
from assessments.reviews.forms import AgreeForm, StatementForm
from assessments.reviews.models import Assessment
from assessments.reviews.queries import asking, feedback, results
from assessments.reviews.queries import mine as mine_reads
from assessments.reviews.queries.results import ResultPage
from assessments.reviews.services import reports
from core import audit
from core.errors import Conflict, DomainError
from core.respond import again, done
from people.access import Request
from people.models import Employee


def mine(request: Request) -> HttpResponse:
    me, today = request.viewer.me, timezone.localdate()
    page = mine_reads.my_page(me, evidence=mine_reads.evidence_counts(request.viewer, on=today))
    context = {"page": page, "asked": feedback.assignments(me, on=today)}
    return render(request, "reviews/mine.html", context)


def result(request: Request, pk: int) -> HttpResponse:
    page = _page(request, pk)
    return render(request, "reviews/result.html", {"page": page, "form": _statement_form(page.assessment)})


def acknowledge(request: Request, pk: int) -> HttpResponse:
    page = _page(request, pk)
    form = StatementForm(request.POST)
    if not form.is_valid():
        return again(request, "reviews/result.html", {"page": page, "form": form})
    try:
        services.acknowledge(page.assessment, by=request.viewer.me, at=timezone.now(), **form.cleaned_data)
    except Conflict as refusal:
        form.show_beside(page.assessment.revision)
        context = {"page": page, "form": form, "conflict": str(refusal)}
        return again(request, "reviews/result.html", context, status=409)
    except DomainError as refusal:
        context = {"page": page, "form": form, "refusal": str(refusal)}
        return again(request, "reviews/result.html", context)
    return done(request, f"{reverse('reviews:result', args=[pk])}#statement", message="Your statement is on record.")


def pass_on(request: Request, pk: int) -> HttpResponse:
    """The person lets the manager read what the others said."""
    page = _page(request, pk)
    try:
        reports.pass_on(page.assessment, by=request.viewer.me, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("reviews:result", pk=pk)
    manager = page.assessment.manager
    message = f"{manager.name} can read the report now." if manager else ""
    return done(request, reverse("reviews:result", args=[pk]), message=message)


def agree(request: Request, pk: int) -> HttpResponse:
    page = _page(request, pk)
    if page.is_own or not page.is_open or page.assessment.acknowledged_at:
        return redirect("reviews:result", pk=pk)
    form = _agree_form(page, request)
    if not form.is_bound:
        return render(request, "reviews/agree.html", {"page": page, "form": form})
    if not form.is_valid():
        return again(request, "reviews/agree.html", {"page": page, "form": form})
    try:
        _agree(page.assessment, form, by=request.viewer.me)
    except Conflict as refusal:
        form.add_error(None, str(refusal))
        form.show_beside(page.assessment.revision)
        return again(request, "reviews/agree.html", {"page": page, "form": form, "is_conflict": True}, status=409)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return again(request, "reviews/agree.html", {"page": page, "form": form})
    message = f"Recorded. {page.assessment.employee.name} is told and can add a statement."
    return done(request, reverse("reviews:result", args=[pk]), message=message)


# --- helpers ----------------------------------------------------------------------------------------------------------


def _page(request: Request, pk: int) -> ResultPage:
    """Somebody's result as the viewer may read it. A manager's visit is written into the person's record."""
    assessment = get_object_or_404(
        Assessment.objects.visible_to(request.viewer).select_related(
            "cycle", "employee__user", "employee__job_role", "manager", "profile", "agreed_by__employee"
        ),
        pk=pk,
    )
    request.stands_under = "reviews:mine" if assessment.employee_id == request.viewer.me.pk else "reviews:team"
    page = results.result_page(assessment, request.viewer, on=timezone.localdate())
    if (page.shows_rows or page.others.is_shown or page.has_history) and request.viewer.user:
        audit.viewed(assessment, by=request.viewer.user, about=assessment.employee.user)
    return page


def _statement_form(assessment: Assessment) -> StatementForm:
    return StatementForm(initial={"statement": assessment.statement, "revision": assessment.revision})


def _agree_form(page: ResultPage, request: Request) -> AgreeForm:
    initial = AgreeForm.initial_of(page.assessment, page.rows)
    initial["talk_on"] = initial["talk_on"] or timezone.localdate()
    levels = asking.scale_of([row.asked for row in page.rows])
    return AgreeForm(request.POST or None, initial=initial, rows=page.rows, levels=levels)


def _agree(assessment: Assessment, form: AgreeForm, *, by: Employee) -> None:
    typed = form.cleaned_data
    services.agree(
        assessment, form.levels(), talk_on=typed["talk_on"], revision=typed["revision"], by=by, at=timezone.now()
    )
