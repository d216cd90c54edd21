"""Answering for people who are signed in. Addresses carry the campaign, never the person or their invitation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from assessments.surveys.models import Invitation
from assessments.surveys.queries import answering
from assessments.surveys.views import journey
from assessments.surveys.views.journey import Way
from people.access import Request


def mine(request: Request) -> HttpResponse:
    cards = answering.my_invitations(request.viewer, at=timezone.now())
    context = {
        "waiting": [card for card in cards if not card.answered],
        "answered": [card for card in cards if card.answered],
    }
    return render(request, "surveys/mine.html", context)


def intro(request: Request, campaign: int) -> HttpResponse:
    return journey.intro(request, _seat(request, campaign), _way(campaign))


def page(request: Request, campaign: int, number: int) -> HttpResponse:
    return journey.page(request, _seat(request, campaign), _way(campaign), number)


def answers(request: Request, campaign: int) -> HttpResponse:
    return journey.answers(request, _seat(request, campaign))


def answers_copy(request: Request, campaign: int) -> HttpResponse:
    return journey.answers_copy(request, _seat(request, campaign))


def check(request: Request, campaign: int) -> HttpResponse:
    return journey.check(request, _seat(request, campaign), _way(campaign))


def submission(request: Request, campaign: int) -> HttpResponse:
    return journey.submission(request, _seat(request, campaign), _way(campaign))


def thanks(request: Request, campaign: int) -> HttpResponse:
    return journey.thanks(request, _seat(request, campaign), _way(campaign))


def _seat(request: Request, campaign: int) -> Invitation:
    return get_object_or_404(
        Invitation.objects.visible_to(request.viewer).select_related("campaign__form__version", "home"),
        campaign=campaign,
    )


def _way(campaign: int) -> Way:
    return Way("surveys:", (campaign,), home=reverse("surveys:mine"), home_words=gettext_lazy("All my surveys"))
