"""HR: who reads a campaign's results from when, what leadership wants, and what holds the questionnaire together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assessments.surveys.forms.desired import DesiredForm
from assessments.surveys.forms.sharing import SharingForm
from assessments.surveys.models import Campaign, Section, Sharing
from assessments.surveys.queries import beside, soundness
from assessments.surveys.services import desired as desired_services
from assessments.surveys.services import sharing as services
from core.errors import DomainError
from core.respond import again, done
from people.access import Request

TEMPLATE = "surveys/sharing.html"
MANAGERS_AFTER, EVERYONE_AFTER = timedelta(days=7), timedelta(days=14)


def sharing(request: Request, campaign: int) -> HttpResponse:
    """The plan of a launched campaign: dates, parts, and a look through each level's eyes."""
    found = _campaign(request, campaign)
    plan = getattr(found, "sharing", None)
    form = SharingForm(request.POST or None, initial=_initial(found, plan))
    context = {"campaign": found, "plan": plan, "form": form, "levels": Sharing.Level.choices[1:]}
    if request.method == "POST":
        if form.is_valid():
            try:
                services.plan(found, by=request.viewer.actor, at=timezone.now(), **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                return done(request, reverse("surveys:sharing", args=[found.pk]), message="The plan is saved.")
        return again(request, TEMPLATE, context)
    return render(request, TEMPLATE, context)


def reliability(request: Request, campaign: int) -> HttpResponse:
    """Alpha, omega, ICC, links with the outcome and answer quality of a published campaign."""
    found = get_object_or_404(_visible(request), pk=campaign, state=Campaign.State.PUBLISHED)
    return render(request, "surveys/soundness.html", {"page": soundness.page(found)})


def desired(request: Request) -> HttpResponse:
    """Where the leadership wants each C to stand: the fourth line of the profile."""
    form = DesiredForm(request.POST or None, initial=DesiredForm.initial_of(beside.desired_levels()))
    if request.method == "POST":
        if form.is_valid():
            desired_services.set_desired(form.levels, by=request.viewer.actor)
            return done(request, reverse("surveys:results"), message="The desired profile is saved.")
        return again(request, "surveys/desired.html", {"form": form})
    return render(request, "surveys/desired.html", {"form": form})


def _visible(request: Request) -> Any:
    return Campaign.objects.visible_to(request.viewer).select_related("form__version")


def _campaign(request: Request, pk: int) -> Campaign:
    found: Campaign = get_object_or_404(_visible(request).exclude(state=Campaign.State.DRAFT), pk=pk)
    return found


def _initial(campaign: Campaign, plan: Sharing | None) -> dict[str, object]:
    """The plan, or the usual one: leaders when the survey has closed, managers a week and everyone two weeks later."""
    if plan:
        names = ("leaders_at", "managers_at", "everyone_at", "manager_sections", "everyone_sections")
        return {name: getattr(plan, name) for name in names}
    start = campaign.closes_at
    return {
        "leaders_at": start,
        "managers_at": start + MANAGERS_AFTER,
        "everyone_at": start + EVERYONE_AFTER,
        "manager_sections": Section.values,
        "everyone_sections": Section.values,
    }
