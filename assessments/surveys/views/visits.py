"""Answering without a sign-in: customers by link, staff without e-mail by code. The secret travels in a cookie.

The first visit only moves the secret from the address into the cookie, so that it stays in no history and no referrer;
opening an address uses nothing up (mail scanners do). A seat is taken when somebody presses Start. Whoever made a code or
link knows it too: it tells nobody whether its seat has answered, and shows a draft only to the browser that began it.
"""

from __future__ import annotations

import contextlib
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from assessments.surveys import told
from assessments.surveys.forms.visits import CodeForm, StartForm
from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.queries import links
from assessments.surveys.seats import is_code, new_code, new_token, typed
from assessments.surveys.services import links as services
from assessments.surveys.views import journey, speech, tries
from assessments.surveys.views.journey import Way
from core import limits, visits
from core.errors import DomainError
from people.access import Request

VISIT, KIOSK, KEY, DONE = (visits.cookie(name) for name in ("visit", "kiosk", "browser", "handed_in"))
STARTS, WINDOW = 60, 600  # per address; seconds
OK, TOO_MANY = 200, 429
WAY = Way("surveys:visit_")


class NoSuchCode(DomainError):
    """What was typed is no code of this survey."""


def _door(step: visits.Step) -> visits.Step:
    """A page behind a secret: in no browser's store, and closed while codes are not taken from where the request comes."""

    @visits.unkept
    @speech.spoken
    @wraps(step)
    def asked(request: Request, **kwargs: Any) -> HttpResponse:
        try:
            return step(request, **kwargs)
        except limits.TooOften as refusal:
            return render(request, "surveys/visit_unknown.html", {"refusal": str(refusal)}, status=TOO_MANY)

    return asked


@visits.unkept
def arrival(request: Request, secret: str) -> HttpResponse:
    """From a link or a QR code: the same answer for every secret, good or not."""
    response = HttpResponseRedirect(reverse("surveys:visit_intro"))
    visits.remember(response, VISIT, secret, _life(secret))
    _give_key(request, response, secret)
    response.delete_cookie(KIOSK)
    response.delete_cookie(DONE)
    return response


@_door
def intro(request: Request) -> HttpResponse:
    """What it is for, how long it takes, what becomes of the answers; and Start."""
    secret = request.COOKIES.get(VISIT, "")
    seat = _seat(request)
    link = seat.link if seat else links.public_link(secret)
    if seat and seat.employee_id:
        _mark_kiosk(request)
        response = journey.intro(request, seat, WAY)
    elif link:
        response = _landing(request, link.campaign, StartForm(asks_organisation=link.kind == link.Kind.CHANNEL), seat)
    elif request.COOKIES.get(DONE):
        return HttpResponseRedirect(WAY.to("thanks"))
    else:
        return _opens_nothing(request)
    _give_key(request, response, secret)
    if seat and is_code(secret):
        tries.opened(request, response, seat)
    return response


@_door
def start(request: Request) -> HttpResponse:
    seat = _seat(request)
    link = seat.link if seat else links.public_link(request.COOKIES.get(VISIT, ""))
    if link is None:
        return _opens_nothing(request)
    asks_organisation = link.kind == link.Kind.CHANNEL
    if speech.is_choosing(request):
        typed = StartForm(initial=request.POST.dict(), asks_organisation=asks_organisation)
        return _landing(request, link.campaign, typed, seat)
    form = StartForm(request.POST, asks_organisation=asks_organisation)
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
    visits.remember(response, VISIT, taken, visits.VISIT_SECONDS)
    return response


def _seated(step: visits.Step) -> visits.Step:
    """A step of the questionnaire for whoever the cookie seats. On a shared device the page knows its way back."""

    @_door
    @wraps(step)
    def taken(request: Request, **kwargs: int) -> HttpResponse:
        seat = _seat(request)
        if seat is None or KEY not in request.COOKIES:
            return HttpResponseRedirect(WAY.to("intro"))
        _mark_kiosk(request)
        return step(request, seat, **kwargs)

    return taken


@_seated
def page(request: Request, seat: Invitation, number: int) -> HttpResponse:
    return journey.page(request, seat, WAY, number)


@_door
def answers(request: Request) -> HttpResponse:
    """Save one answer. Without a seat it is refused in words: a redirect would look to the script like a success."""
    seat = _seat(request)
    if seat is None or KEY not in request.COOKIES:
        return HttpResponse(
            gettext("This answer could not be saved: open your link again."), status=422, content_type="text/plain"
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
    """Hand in. The visit ends with it; that something was handed in from here may be seen until the browser closes."""
    response = journey.submission(request, seat, WAY)
    if response.status_code == OK:
        response.delete_cookie(VISIT)
        if KIOSK in request.COOKIES:
            response.delete_cookie(KEY)
        visits.remember(response, DONE, str(seat.campaign.key))
    return response


@_door
def thanks(request: Request) -> HttpResponse:
    """The thanks again, without codes, for a browser whose visit ended with handing in."""
    with contextlib.suppress(ValueError):
        launched = Campaign.objects.launched().select_related("form__version")
        campaign = launched.filter(key=UUID(request.COOKIES.get(DONE, ""))).first()
        if campaign and not _seat(request):
            _mark_kiosk(request)
            return journey.thanked(request, campaign, WAY)
    return HttpResponseRedirect(WAY.to("intro"))


@visits.unkept
def kiosk(request: Request, key: UUID) -> HttpResponse:
    """A shared device: type a code. Opening this page ends the visit of whoever was here before, and takes their key away."""
    if request.method != "POST":
        speech.forget(request)
    return _kiosk(request, get_object_or_404(Campaign.objects.launched().select_related("form__version"), key=key))


@speech.spoken
def _kiosk(request: Request, campaign: Campaign) -> HttpResponse:
    is_sent = request.method == "POST" and not speech.is_choosing(request)
    form = CodeForm(request.POST if is_sent else None, initial=request.POST.dict())
    status = 422 if is_sent else 200
    if is_sent and form.is_valid():
        try:
            return _seated_at(request, campaign, **form.cleaned_data)
        except limits.TooOften as refusal:
            form.add_error("code", str(refusal))
            status = TOO_MANY
        except NoSuchCode as refusal:
            form.add_error("code", str(refusal))
    shown = render(request, "surveys/kiosk.html", {"campaign": campaign, "form": form}, status=status)
    for name in (VISIT, KIOSK, KEY, DONE):
        shown.delete_cookie(name)
    if request.method != "POST":
        shown.delete_cookie(speech.COOKIE)
    return shown


def _seated_at(request: Request, campaign: Campaign, code: str, go_on: str) -> HttpResponse:
    """Open the seat of a code of this survey, with a new key or with that of who stopped. Raises NoSuchCode, TooOften.

    A second code that does not fit is refused in the same words whether there is a draft or not.
    """
    tries.refuse(request)
    key = typed(go_on) if go_on else new_code()
    seat = links.seat_of(typed(code), key)
    if seat is None or seat.campaign_id != campaign.pk:
        tries.failed(request)
        raise NoSuchCode(gettext("This code opens nothing here. Check it letter by letter; ask HR for a new one."))
    if go_on and not links.has_draft(seat):
        tries.failed(request)
        words = gettext("These two codes open no answers that were begun. Leave the second one out to start anew.")
        raise NoSuchCode(words)
    response = HttpResponseRedirect(WAY.to("intro"))
    for name, value in ((VISIT, typed(code)), (KIOSK, str(campaign.key)), (KEY, key)):
        visits.remember(response, name, value)
    tries.opened(request, response, seat)
    response.delete_cookie(DONE)
    return response


def _seat(request: Request) -> Invitation | None:
    """The seat that the cookie opens, for this browser. Raises TooOften where codes are not taken at the moment."""
    secret = request.COOKIES.get(VISIT, "")
    if secret and is_code(secret):
        tries.refuse(request)
    seat = links.seat_of(secret, request.COOKIES.get(KEY, ""))
    if seat is None and secret and is_code(secret):
        tries.failed(request)
    return seat


def _opens_nothing(request: Request) -> HttpResponse:
    return render(request, "surveys/visit_unknown.html")


@speech.spoken
def _landing(
    request: Request, campaign: Campaign, form: StartForm, seat: Invitation | None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    context = {
        "campaign": campaign,
        "form": form,
        "outline": links.outline(campaign, speech.words(request)),
        "is_open": campaign.is_open(at),
        "is_over": at >= campaign.closes_at,
        "has_seat": seat is not None,
        "told_url": told.after(campaign) or told.before(campaign),
    }
    return render(request, "surveys/visit.html", context, status=status)


def _mark_kiosk(request: Request) -> None:
    """Tell the page that it is on a shared device, where that starts anew, and the code to go on with later."""
    with contextlib.suppress(ValueError):
        request.kiosk_url = reverse("surveys:kiosk", args=[UUID(request.COOKIES.get(KIOSK, ""))])  # type: ignore[attr-defined]
        if VISIT in request.COOKIES:
            request.go_on_code = request.COOKIES.get(KEY, "")  # type: ignore[attr-defined]


def _give_key(request: Request, response: HttpResponse, secret: str) -> None:
    """A key of its own for a browser that has none. It opens nothing alone; a draft is shown to the one that began it."""
    if KEY not in request.COOKIES:
        visits.remember(response, KEY, new_code() if is_code(secret) else new_token(), _life(secret))


def _life(secret: str) -> int | None:
    """How long the browser remembers a customer; what belongs to a code ends with the browser's session (None)."""
    return None if is_code(secret) else visits.VISIT_SECONDS
