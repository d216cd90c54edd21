"""Answering without a sign-in: customers by link, staff without e-mail by code. The secret travels in a cookie.

The first visit only moves the secret from the address into the cookie, so that it stays in no history and no referrer;
opening an address uses nothing up (mail scanners do). A seat is taken when somebody presses Start.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assessments.surveys.forms.visits import CodeForm, StartForm
from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.queries import links
from assessments.surveys.seats import typed
from assessments.surveys.services import links as services
from assessments.surveys.views import journey
from assessments.surveys.views.journey import Way
from core import limits
from core.errors import DomainError
from people.access import Request

VISIT, KIOSK = (("__Host-" if settings.SESSION_COOKIE_SECURE else "wheelhouse_") + name for name in ("visit", "kiosk"))
VISIT_DAYS, KIOSK_HOURS = 30, 24
STARTS, TRIES, WINDOW = 60, 10, 600  # per address; seconds
TOO_MANY = 429
WAY = Way("surveys:visit_")
Step = Callable[..., HttpResponse]


class NoSuchCode(DomainError):
    """What was typed is no code of this survey."""


def arrival(request: Request, secret: str) -> HttpResponse:
    """From a link or a QR code: the same answer for every secret, good or not."""
    response = HttpResponseRedirect(reverse("surveys:visit_intro"))
    _remember(response, VISIT, secret, VISIT_DAYS * 86400)
    response.delete_cookie(KIOSK)
    return response


def intro(request: Request) -> HttpResponse:
    """What it is for, how long it takes, what becomes of the answers; and Start."""
    secret = request.COOKIES.get(VISIT, "")
    seat = links.seat_of(secret)
    if seat and seat.employee_id:
        _mark_kiosk(request)
        return journey.intro(request, seat, WAY)
    if seat and seat.answered:
        return HttpResponseRedirect(reverse("surveys:visit_thanks"))
    link = seat.link if seat else links.public_link(secret)
    if link is None:
        return render(request, "surveys/visit_unknown.html")
    return _landing(request, link.campaign, StartForm(asks_organisation=link.kind == link.Kind.CHANNEL), seat)


def start(request: Request) -> HttpResponse:
    secret = request.COOKIES.get(VISIT, "")
    seat = links.seat_of(secret)
    link = seat.link if seat else links.public_link(secret)
    if link is None:
        return render(request, "surveys/visit_unknown.html")
    form = StartForm(request.POST, asks_organisation=link.kind == link.Kind.CHANNEL)
    response = HttpResponseRedirect(reverse("surveys:visit_page", args=[1]))
    if not form.is_valid() or form.is_robot:
        return _landing(request, link.campaign, form, seat, status=422)
    if seat:
        services.say_source(seat, said=form.cleaned_data["organisation"])
        return response
    try:
        limits.check(request, "survey-start", times=STARTS, seconds=WINDOW)
        taken = services.take_seat(link, said=form.cleaned_data["organisation"], at=timezone.now())
    except (limits.TooOften, services.NoWayIn) as refusal:
        form.add_error(None, str(refusal))
        status = TOO_MANY if isinstance(refusal, limits.TooOften) else 422
        return _landing(request, link.campaign, form, seat, status=status)
    _remember(response, VISIT, taken, VISIT_DAYS * 86400)
    return response


def _seated(step: Step) -> Step:
    """A step of the questionnaire for whoever the cookie seats. On a shared device the page knows its way back."""

    @wraps(step)
    def taken(request: Request, **kwargs: int) -> HttpResponse:
        seat = links.seat_of(request.COOKIES.get(VISIT, ""))
        if seat is None:
            return HttpResponseRedirect(WAY.to("intro"))
        _mark_kiosk(request)
        response = step(request, seat, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return taken


@_seated
def page(request: Request, seat: Invitation, number: int) -> HttpResponse:
    return journey.page(request, seat, WAY, number)


def answers(request: Request) -> HttpResponse:
    """Save one answer. Without a seat it is refused in words: a redirect would look to the script like a success."""
    seat = links.seat_of(request.COOKIES.get(VISIT, ""))
    if seat is None:
        return HttpResponse(
            "This answer could not be saved: open your link again.", status=422, content_type="text/plain"
        )
    return journey.answers(request, seat)


@_seated
def answers_copy(request: Request, seat: Invitation) -> HttpResponse:
    return journey.answers_copy(request, seat)


@_seated
def check(request: Request, seat: Invitation) -> HttpResponse:
    return journey.check(request, seat, WAY)


@_seated
def submission(request: Request, seat: Invitation) -> HttpResponse:
    return journey.submission(request, seat, WAY)


@_seated
def thanks(request: Request, seat: Invitation) -> HttpResponse:
    return journey.thanks(request, seat, WAY)


def kiosk(request: Request, key: UUID) -> HttpResponse:
    """A shared device: type a code. Opening this page ends the visit of whoever was here before."""
    campaign = get_object_or_404(Campaign.objects.launched(), key=key)
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            limits.check(request, "survey-code", times=TRIES, seconds=WINDOW)
            return _seated_at(campaign, form.cleaned_data["code"])
        except limits.TooOften as refusal:
            form.add_error("code", str(refusal))
            status = TOO_MANY
        except NoSuchCode as refusal:
            form.add_error("code", str(refusal))
    shown = render(request, "surveys/kiosk.html", {"campaign": campaign, "form": form}, status=status)
    shown.delete_cookie(VISIT)
    shown.delete_cookie(KIOSK)
    return shown


def _seated_at(campaign: Campaign, code: str) -> HttpResponse:
    """Open the seat of a code of this survey. Raises NoSuchCode."""
    seat = links.seat_of(typed(code))
    if seat is None or seat.campaign_id != campaign.pk:
        raise NoSuchCode("This code opens nothing here. Check it letter by letter; ask HR for a new one.")
    response = HttpResponseRedirect(WAY.to("intro"))
    _remember(response, VISIT, typed(code), KIOSK_HOURS * 3600)
    _remember(response, KIOSK, str(campaign.key), KIOSK_HOURS * 3600)
    return response


def _landing(
    request: Request, campaign: Campaign, form: StartForm, seat: Invitation | None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    context = {
        "campaign": campaign,
        "form": form,
        "outline": links.outline(campaign),
        "is_open": campaign.is_open(at),
        "is_over": at >= campaign.closes_at,
        "has_seat": seat is not None,
    }
    return render(request, "surveys/visit.html", context, status=status)


def _mark_kiosk(request: Request) -> None:
    """Tell the page that it is on a shared device, and where that starts anew."""
    with contextlib.suppress(ValueError):
        request.kiosk_url = reverse("surveys:kiosk", args=[UUID(request.COOKIES.get(KIOSK, ""))])  # type: ignore[attr-defined]


def _remember(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
