"""What customers are told after their survey: HR writes and publishes it; anybody reads it by its address."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control

from actions.forms.told import ReportForm, ToldPromiseForm
from actions.models import CustomerReport, ToldPromise
from actions.queries import told as queries
from actions.services import told as services
from assessments.surveys.models import Campaign
from core import limits
from core.errors import DomainError
from core.respond import again, done
from people.access import Request

READS, WINDOW = 300, 600  # of one address; seconds
KEPT_SECONDS = 60  # how long a browser or proxy may go on showing what was taken back
TOO_MANY = 429


def tell(request: Request, campaign: int) -> HttpResponse:
    """Write the words and choose the figures; below them the promises and the way out."""
    survey = _survey(request, campaign)
    report = queries.report_of(survey)
    if request.method != "POST":
        return render(request, "actions/tell.html", _context(request, survey, report))
    form = ReportForm(request.POST, campaign=survey, report=report)
    if form.is_valid():
        try:
            services.write(survey, by=request.viewer.actor, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            message = "Saved. Customers read it at once." if report and report.is_published else "Saved."
            return done(request, reverse("actions:tell", args=[campaign]), message=message)
    return again(request, "actions/tell.html", _context(request, survey, report) | {"form": form})


def tell_preview(request: Request, campaign: int) -> HttpResponse:
    """The page as customers will read it."""
    return HttpResponse(_written(_report(request, campaign), is_preview=True))


def tell_promise(request: Request, campaign: int) -> HttpResponse:
    report = _report(request, campaign)
    form = ToldPromiseForm(request.POST, viewer=request.viewer, report=report, on=timezone.localdate())
    if form.is_valid():
        try:
            services.add_promise(report, by=request.viewer.actor, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, reverse("actions:tell", args=[campaign]) + "#promises", message="Added.")
    context = _context(request, report.campaign, report) | {"promise_form": form}
    return again(request, "actions/tell.html", context)


def tell_promise_removal(request: Request, campaign: int, pk: int) -> HttpResponse:
    report = _report(request, campaign)
    promise = get_object_or_404(ToldPromise.objects.select_related("report__campaign"), report=report, pk=pk)
    services.remove_promise(promise, by=request.viewer.actor)
    return done(request, reverse("actions:tell", args=[campaign]) + "#promises", message="Taken off the page.")


def tell_publication(request: Request, campaign: int) -> HttpResponse:
    """Publish, or take back."""
    report, to = _report(request, campaign), reverse("actions:tell", args=[campaign])
    if request.POST.get("do") == "withdraw":
        services.withdraw(report, by=request.viewer.actor)
        return done(request, to, message=f"Taken back. It may still be seen for {KEPT_SECONDS} seconds.")
    try:
        services.publish(report, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return again(
            request, "actions/tell.html", _context(request, report.campaign, report) | {"refusal": str(refusal)}
        )
    return done(request, to, message="Published. Everybody with the address can read it.")


@cache_control(public=True, max_age=KEPT_SECONDS)
def told(request: Request, key: UUID) -> HttpResponse:
    """For everybody who has the address, and the same for all: no sign-in, no cookie, in no search engine."""
    try:
        limits.check(request, "told-customers", times=READS, seconds=WINDOW)
    except limits.TooOften as refusal:
        return HttpResponse(str(refusal), status=TOO_MANY, content_type="text/plain; charset=utf-8")
    report = queries.published(key)
    if report is None:
        raise Http404("Nothing is told here.")
    response = HttpResponse(_written(report))
    response["X-Robots-Tag"] = "noindex"
    return response


def _written(report: CustomerReport, *, is_preview: bool = False) -> str:
    """Written without the request, so that nothing of who reads it can stand there."""
    shell = {"organisation": settings.ORGANISATION_NAME, "theme": "auto"}
    page = queries.page(report, on=timezone.localdate())
    return render_to_string("actions/told.html", {"page": page, "shell": shell, "is_preview": is_preview})


def _survey(request: Request, campaign: int) -> Campaign:
    found = Campaign.objects.visible_to(request.viewer).published().select_related("form__version")
    return get_object_or_404(found, pk=campaign, audience=Campaign.Audience.CUSTOMERS)


def _report(request: Request, campaign: int) -> CustomerReport:
    found = CustomerReport.objects.visible_to(request.viewer).select_related("campaign__form__version")
    return get_object_or_404(found, campaign=_survey(request, campaign))


def _context(request: Request, survey: Campaign, report: CustomerReport | None) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "campaign": survey,
        "report": report,
        "form": ReportForm(campaign=survey, report=report),
        "page": queries.page(report, on=today) if report else None,
        "promise_form": ToldPromiseForm(viewer=request.viewer, report=report, on=today) if report else None,
        "may_be_told": queries.may_be_told(survey),
        "address": settings.BASE_URL.rstrip("/") + report.get_absolute_url() if report else "",
        "kept_seconds": KEPT_SECONDS,
    }
