"""How often codes may be tried, wherever they are typed or come from. docs/decisions/023-tries-of-codes.md

Ten codes that open nothing, and for the rest of ten minutes none opens from that address, the right one neither. A browser
that a code has opened before carries a mark and has a count of its own: a stranger at the same address cannot hold it off.
Links of customers have 256 random bits; nobody guesses one, so they are not held.
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpResponse

from assessments.surveys.models import Invitation
from assessments.surveys.seats import new_token
from core import limits, visits
from people.access import Request

ACTION = "survey-code"
TRIES, WINDOW = 10, 600  # codes from an address; seconds
REST = 60  # seconds that a browser with a mark waits after as many
MARKS = 5  # given for one seat in WINDOW, or its holder could count anew as often as they like
MARK = visits.cookie("known")
_SIGNER = signing.Signer(salt="assessments.surveys.tries")


def refuse(request: Request) -> None:
    """Raises limits.TooOften where no code opens at the moment."""
    mark = _mark(request)
    limits.refuse(request, ACTION, times=TRIES, seconds=REST if mark else WINDOW, who=mark)


def failed(request: Request) -> None:
    """A code opened nothing."""
    mark = _mark(request)
    limits.count(request, ACTION, seconds=REST if mark else WINDOW, who=mark)


def opened(request: Request, response: HttpResponse, seat: Invitation) -> None:
    """A code opened a seat: mark the browser, unless it has a mark. The mark says nothing about whose code it was."""
    if _mark(request):
        return
    who = f"marks:{seat.secret_digest}"
    try:
        limits.refuse(request, ACTION, times=MARKS, seconds=WINDOW, who=who)
    except limits.TooOften:
        return
    limits.count(request, ACTION, seconds=WINDOW, who=who)
    visits.remember(response, MARK, _SIGNER.sign(new_token()), visits.VISIT_SECONDS)


def _mark(request: Request) -> str:
    """The browser's own mark; "" for none, or one that is not ours."""
    try:
        return _SIGNER.unsign(request.COOKIES.get(MARK, ""))
    except signing.BadSignature:
        return ""
