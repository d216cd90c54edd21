"""Campaigns for HR: set up step by step, look at the launch check, launch, watch, give more time."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.surveys.forms import campaigns as forms
from assessments.surveys.models import Campaign
from assessments.surveys.queries import campaigns as queries
from assessments.surveys.services import campaigns as services
from core.errors import DomainError
from core.respond import again, done
from people.access import Request, Role

STEPS: dict[str, tuple[str, type[forms.StepForm]]] = {
    "questionnaire": ("Questionnaire", forms.QuestionnaireForm),
    "people": ("People and order", forms.PeopleForm),
    "limits": ("Limits", forms.LimitsForm),
    "dates": ("Dates", forms.DatesForm),
}
LABELS = [*(label for label, _ in STEPS.values()), "Launch check"]


def campaigns(request: Request) -> HttpResponse:
    rows = queries.campaign_rows(request.viewer)
    return render(request, "surveys/campaigns.html", {"rows": rows, "may_edit": request.viewer.has(Role.HR_ADMIN)})


def campaign_new(request: Request) -> HttpResponse:
    form = forms.QuestionnaireForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            opens_at, closes_at = forms.first_dates(timezone.now())
            made = services.create_campaign(
                by=request.viewer.actor,
                audience=Campaign.Audience.STAFF,
                opens_at=opens_at,
                closes_at=closes_at,
                **form.cleaned_data,
            )
            return redirect("surveys:campaign_setup", made.pk, "people")
        return again(request, "surveys/campaign_step.html", _step_context("questionnaire", form))
    return render(request, "surveys/campaign_step.html", _step_context("questionnaire", form))


def campaign_setup(request: Request, pk: int, step: str) -> HttpResponse:
    """One step of a draft's set-up."""
    if step not in STEPS:
        raise Http404
    campaign = _campaign(request, pk)
    if not campaign.is_draft:
        messages.info(request, "This survey has been launched. Its questions, people and limits are fixed.")
        return redirect("surveys:campaign", pk)
    form = STEPS[step][1](request.POST if request.method == "POST" else None, instance=campaign)
    if request.method == "POST":
        if form.is_valid():
            try:
                services.update_campaign(campaign, by=request.viewer.actor, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect(_after(campaign, step))
        return again(request, "surveys/campaign_step.html", _step_context(step, form))
    return render(request, "surveys/campaign_step.html", _step_context(step, form))


def campaign(request: Request, pk: int) -> HttpResponse:
    """A draft's launch check; of anything launched, its set-up and who has taken part."""
    found = _campaign(request, pk)
    if found.is_draft:
        return render(request, "surveys/campaign_check.html", _check_context(request, found))
    return render(request, "surveys/campaign.html", _monitor_context(request, found))


def campaign_launch(request: Request, pk: int) -> HttpResponse:
    found = _campaign(request, pk)
    try:
        services.launch(found, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return again(
            request, "surveys/campaign_check.html", {**_check_context(request, found), "refusal": str(refusal)}
        )
    return done(request, reverse("surveys:campaign", args=[pk]), message="Launched. Everyone invited can see it now.")


def campaign_extension(request: Request, pk: int) -> HttpResponse:
    found = _campaign(request, pk)
    form = forms.ExtensionForm(request.POST, now_closes_at=found.closes_at)
    if form.is_valid():
        try:
            services.put_off_closing(found, by=request.viewer.actor, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, reverse("surveys:campaign", args=[pk]), message="The survey stays open longer.")
    return again(request, "surveys/campaign.html", {**_monitor_context(request, found), "extension": form})


def campaign_deletion(request: Request, pk: int) -> HttpResponse:
    found = _campaign(request, pk)
    try:
        services.delete_draft(found, by=request.viewer.actor)
    except DomainError as refusal:
        return again(request, "surveys/campaign.html", {**_monitor_context(request, found), "refusal": str(refusal)})
    return done(request, "surveys:campaigns", message=f"Draft “{found}” deleted.")


def _campaign(request: Request, pk: int) -> Campaign:
    return get_object_or_404(
        Campaign.objects.visible_to(request.viewer).select_related("form__version", "leaders_campaign"), pk=pk
    )


def _after(campaign: Campaign, step: str) -> str:
    steps = list(STEPS)
    following = steps[steps.index(step) + 1 :]
    if following:
        return reverse("surveys:campaign_setup", args=[campaign.pk, following[0]])
    return reverse("surveys:campaign", args=[campaign.pk])


def _step_context(step: str, form: forms.StepForm) -> dict[str, object]:
    steps = list(STEPS)
    before = steps[: steps.index(step)]
    campaign = form.instance
    return {
        "campaign": campaign if campaign.pk else None,
        "form": form,
        "step": step,
        "heading": STEPS[step][0],
        "steps": LABELS,
        "number": len(before) + 1,
        "time_zone": timezone.get_current_timezone_name(),
        "back_url": (
            reverse("surveys:campaign_setup", args=[campaign.pk, before[-1]])
            if before
            else reverse("surveys:campaigns")
        ),
    }


def _check_context(request: Request, campaign: Campaign) -> dict[str, object]:
    return {
        "campaign": campaign,
        "detail": queries.campaign_detail(campaign),
        "simulation": queries.simulate(campaign),
        "steps": LABELS,
        "may_edit": request.viewer.has(Role.HR_ADMIN),
    }


def _monitor_context(request: Request, campaign: Campaign) -> dict[str, object]:
    viewer = request.viewer
    return {
        "campaign": campaign,
        "detail": queries.campaign_detail(campaign),
        "participation": queries.participation(campaign, viewer) if viewer.is_hr else None,
        "phase": _phase(campaign, timezone.now()),
        "extension": forms.ExtensionForm(now_closes_at=campaign.closes_at),
        "may_edit": viewer.has(Role.HR_ADMIN),
        "time_zone": timezone.get_current_timezone_name(),
    }


def _phase(campaign: Campaign, at: datetime) -> str:
    """What an open campaign waits for: its opening, answers, or the seal; of any other its state."""
    if campaign.state != Campaign.State.OPEN:
        return campaign.state
    if at < campaign.opens_at:
        return "waiting"
    return "answering" if campaign.accepts_answers(at) else "sealing"
