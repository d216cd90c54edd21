"""The mails of a campaign, for HR: how they look, and a test of them to one's own address."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from assessments.surveys.models import Campaign
from assessments.surveys.queries import mails as queries
from assessments.surveys.services import mails as services
from core.errors import DomainError
from core.frames import shown_in_frame
from core.respond import done
from people.access import Request


@shown_in_frame
def campaign_mail(request: Request, pk: int, moment: str) -> HttpResponse:
    """One mail of the campaign as a mail program shows it, for the frame on the page of texts."""
    found = _campaign(request, pk)
    if moment not in queries.moments(found):
        raise Http404
    return HttpResponse(queries.letter(found, moment).html)


def campaign_mail_test(request: Request, pk: int) -> HttpResponse:
    """The mails of a draft to the one who asks."""
    found = _campaign(request, pk)
    try:
        is_sent = services.send_test(found, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return done(request, reverse("surveys:campaign", args=[pk]), message=str(refusal))
    address = request.viewer.actor.email
    words = (
        f"A test of each mail is on its way to {address}."
        if is_sent
        else f"The test is on its way to {address} already."
    )
    return done(request, reverse("surveys:campaign_setup", args=[pk, "texts"]), message=words)


def _campaign(request: Request, pk: int) -> Campaign:
    return get_object_or_404(
        Campaign.objects.visible_to(request.viewer).select_related("form__version", "leaders_campaign"), pk=pk
    )
