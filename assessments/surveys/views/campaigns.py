"""Campaigns for HR: set up step by step, look at the launch check, launch, watch, give more time."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import campaign_texts, told
from assessments.surveys.forms import campaigns as forms
from assessments.surveys.forms.campaign_languages import LanguagesForm
from assessments.surveys.models import Campaign, Item
from assessments.surveys.queries import campaign_list, contacts, course, languages, links, trust
from assessments.surveys.queries import campaigns as queries
from assessments.surveys.queries import mails as mail_queries
from assessments.surveys.services import campaigns as services
from assessments.surveys.services import mails
from core import days_off
from core.errors import DomainError
from core.frames import holds_frames
from core.respond import again, done
from people.access import Request, Role

STEPS: dict[str, tuple[str, type[forms.StepForm]]] = {
    "questionnaire": ("Questionnaire", forms.QuestionnaireForm),
    "people": ("People and order", forms.PeopleForm),
    "limits": ("Limits", forms.LimitsForm),
    "dates": ("Dates", forms.DatesForm),
    "texts": ("Mails", forms.TextsForm),
    "languages": ("Languages", LanguagesForm),
}
# They come by link or mail: no people inside.
FOR_CUSTOMERS = ("questionnaire", "limits", "dates", "texts", "languages")
LAST = "Launch check"


def campaigns(request: Request) -> HttpResponse:
    form = forms.CampaignFilter(request.GET)
    context = {
        "found": campaign_list.campaign_page(request.viewer, form.narrowed, form.order, page=request.GET.get("page")),
        "form": form,
        "is_narrowed": bool(form.narrowed),
        "may_edit": request.viewer.has(Role.HR_ADMIN),
    }
    return render(request, "surveys/campaigns.html", context)


def campaign_new(request: Request) -> HttpResponse:
    form = forms.QuestionnaireForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            opens_at, closes_at = forms.first_dates(timezone.now(), days_off.known())
            asks_customers = form.cleaned_data["form"].audience == Item.Audience.CUSTOMER
            made = services.create_campaign(
                by=request.viewer.actor,
                audience=Campaign.Audience.CUSTOMERS if asks_customers else Campaign.Audience.STAFF,
                opens_at=opens_at,
                closes_at=closes_at,
                **form.cleaned_data,
            )
            return redirect(_after(made, "questionnaire"))
        return again(request, "surveys/campaign_step.html", _step_context("questionnaire", form))
    return render(request, "surveys/campaign_step.html", _step_context("questionnaire", form))


@holds_frames
def campaign_setup(request: Request, pk: int, step: str) -> HttpResponse:
    """One step of a draft's set-up."""
    campaign = _campaign(request, pk)
    if step not in _steps(campaign):
        raise Http404
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


def campaign_trust(request: Request, pk: int) -> HttpResponse:
    """Every fact of a survey on one page to print; whoever is asked may read it, too."""
    found = _campaign(request, pk)
    context = {
        "campaign": found,
        "pack": trust.pack(found, on=timezone.localdate()),
        "reads_set_up": request.viewer.has(Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR),
        "time_zone": timezone.get_current_timezone_name(),
    }
    return render(request, "surveys/campaign_trust.html", context)


def campaign_reminder(request: Request, pk: int) -> HttpResponse:
    found = _campaign(request, pk)
    try:
        mails.remind_now(found, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return again(request, "surveys/campaign.html", {**_monitor_context(request, found), "refusal": str(refusal)})
    message = "The reminder is on its way to those who have not answered. Nobody sees who they are."
    return done(request, reverse("surveys:campaign", args=[pk]), message=message)


def campaign_repetition(request: Request, pk: int) -> HttpResponse:
    """A draft like this one, to be looked through step by step. It stays open for as many days."""
    found, off = _campaign(request, pk), days_off.known()
    lasts = timezone.localdate(found.closes_at) - timezone.localdate(found.opens_at)
    opens_at, closes_at = forms.first_dates(timezone.now(), off, lasts=lasts)
    made = services.prepare_again(found, by=request.viewer.actor, opens_at=opens_at, closes_at=closes_at)
    first = reverse("surveys:campaign_setup", args=[made.pk, _steps(made)[0]])
    return done(
        request, first, message="A draft like it is ready. Give it a name of its own and look through the steps."
    )


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


def _steps(campaign: Campaign) -> list[str]:
    return list(FOR_CUSTOMERS) if campaign.is_for_customers else list(STEPS)


def _labels(campaign: Campaign) -> list[str]:
    return [*(STEPS[step][0] for step in _steps(campaign)), LAST]


def _after(campaign: Campaign, step: str) -> str:
    steps = _steps(campaign)
    following = steps[steps.index(step) + 1 :]
    if following:
        return reverse("surveys:campaign_setup", args=[campaign.pk, following[0]])
    return reverse("surveys:campaign", args=[campaign.pk])


def _step_context(step: str, form: forms.StepForm) -> dict[str, object]:
    campaign = form.instance
    steps = _steps(campaign)
    before = steps[: steps.index(step)]
    return {
        "campaign": campaign if campaign.pk else None,
        "form": form,
        "step": step,
        "heading": STEPS[step][0],
        "steps": _labels(campaign),
        "number": len(before) + 1,
        "places": campaign_texts.PLACES if step == "texts" else {},
        "moments": mail_queries.moments(campaign) if step == "texts" else (),
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
        "links": links.rows(campaign),
        "contact_count": campaign.contacts.count(),
        "reminder_days": queries.reminder_days(campaign),
        "offers": languages.offers(campaign),
        "steps": _labels(campaign),
        "last_step": _steps(campaign)[-1],
        "may_edit": request.viewer.has(Role.HR_ADMIN),
    }


def _monitor_context(request: Request, campaign: Campaign) -> dict[str, object]:
    viewer, at = request.viewer, timezone.now()
    return {
        "campaign": campaign,
        "detail": queries.campaign_detail(campaign),
        "participation": queries.participation(campaign, viewer) if viewer.is_hr else None,
        "course": course.course(campaign, on=timezone.localdate(at)) if viewer.is_hr else None,
        "undelivered": mail_queries.undelivered_invitations(campaign),
        "without_mail": queries.without_mail(campaign) if viewer.has(Role.HR_ADMIN) else 0,
        "phase": _phase(campaign, at),
        "extension": forms.ExtensionForm(now_closes_at=campaign.closes_at),
        "reminder_days": queries.reminder_days(campaign),
        "links": links.rows(campaign),
        "contact_count": campaign.contacts.count(),
        "request_count": contacts.request_count(campaign, viewer),
        "offers": languages.offers(campaign),
        "tell_url": told.desk(viewer, campaign),
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
