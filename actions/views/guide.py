"""From result to promise: the four steps, the printed kit, and what the team reads afterwards."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from actions import access
from actions.forms.guide import TalkForm, TellForm
from actions.queries import guide as queries
from actions.services import guide as services
from assessments.surveys.models import UnitSnapshot
from core.errors import DomainError
from core.respond import again, done
from people.access import Request


def my_guide(request: Request) -> HttpResponse:
    """The newest survey of the unit one leads."""
    place = queries.mine(request.viewer)
    if place is None:
        return render(request, "actions/no_guide.html")
    return render(request, "actions/guide.html", _context(request, place))


def guide(request: Request, campaign: int, place: int) -> HttpResponse:
    found = _place(request, campaign, place)
    return render(request, "actions/guide.html", _context(request, found))


def kit(request: Request, campaign: int, place: int) -> HttpResponse:
    """Two pages to print for the talk with the team."""
    found = _place(request, campaign, place)
    page = queries.kit(request.viewer, found, on=timezone.localdate())
    return render(request, "actions/kit.html", {"page": page})


def talk(request: Request, campaign: int, place: int) -> HttpResponse:
    found = _mine(request, campaign, place)
    form = TalkForm(request.POST, today=timezone.localdate())
    if form.is_valid():
        try:
            services.note_talk(found, **form.cleaned_data, by=request.viewer.actor, at=timezone.now())
            return done(request, _address(found), message="Noted. Now choose one thing.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "actions/guide.html", _context(request, found, talk=form))


def telling(request: Request, campaign: int, place: int) -> HttpResponse:
    found = _mine(request, campaign, place)
    form = TellForm(request.POST)
    if form.is_valid():
        try:
            services.tell_team(found, **form.cleaned_data, by=request.viewer.actor, at=timezone.now())
            return done(request, _address(found), message="Your team can read it now.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "actions/guide.html", _context(request, found, tell=form))


def report(request: Request, campaign: int, place: int) -> HttpResponse:
    """What a team was told after its survey, and what became of it."""
    found = queries.report_place(request.viewer, campaign, place)
    page = queries.report(found, request.viewer, on=timezone.localdate()) if found else None
    if page is None:
        raise Http404("No report.")
    return render(request, "actions/report.html", {"page": page})


def _place(request: Request, campaign: int, place: int) -> UnitSnapshot:
    seen = access.guides_of(request.viewer).select_related("campaign", "unit__head__user")
    return get_object_or_404(seen, campaign=campaign, place=place)


def _mine(request: Request, campaign: int, place: int) -> UnitSnapshot:
    found = _place(request, campaign, place)
    if not access.may_follow_guide(request.viewer, found):
        raise PermissionDenied("The head of the unit takes these steps.")
    return found


def _address(place: UnitSnapshot) -> str:
    return reverse("actions:guide", args=[place.campaign_id, place.place])


def _context(request: Request, place: UnitSnapshot, **forms: Any) -> dict[str, Any]:
    today = timezone.localdate()
    page = queries.guide(request.viewer, place, on=today)
    talk_form = forms.get("talk") or TalkForm(today=today, initial={"talked_on": today})
    tell_form = forms.get("tell") or TellForm(initial={"words": page.draft})
    bound = next((form for form in forms.values() if form.errors), None)
    return {"page": page, "talk": talk_form, "tell": tell_form, "form": bound}
