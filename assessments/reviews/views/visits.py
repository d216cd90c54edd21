"""Customers and other externals are asked about somebody, by a link and without an account.

The first visit moves the secret from the address into a cookie; opening an address uses nothing up (mail scanners do).
The cookie goes when the answers are sent: whoever wants them back opens the link again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from assessments.reviews.models import Rater
from assessments.reviews.queries import feedback as reads
from assessments.reviews.views import giving
from assessments.reviews.views.giving import Way
from core import limits, visits
from people.access import Request
from people.models import Employee

VISIT = visits.cookie("feedback")
TRIES, SENDINGS, WINDOW = 10, 60, 600  # per address; seconds
TOO_MANY, SEE_OTHER = 429, 302
NO_LINK = "This answer could not be saved: open your link again."
WAY = Way("feedback:", "reviews/visit.html", thanks="feedback:thanks", farewell="feedback:declined")
Step = Callable[[Request, Rater, Employee | None, Way], HttpResponse]


@visits.unkept
def arrival(request: Request, token: str) -> HttpResponse:
    """From the mail: the same answer for every address, good or not."""
    response = HttpResponseRedirect(reverse("feedback:form"))
    visits.remember(response, VISIT, token, visits.VISIT_SECONDS)
    return response


def _asked(step: Step) -> visits.Step:
    """A step for whoever the cookie stands for."""

    @visits.unkept
    @wraps(step)
    def taken(request: Request) -> HttpResponse:
        rater = reads.rater_of_token(request.COOKIES.get(VISIT, ""))
        if rater is None:
            return _opens_nothing(request)
        if request.method == "POST" and step is not giving.part:
            try:
                limits.check(request, "feedback-sent", times=SENDINGS, seconds=WINDOW)
            except limits.TooOften as refusal:
                return render(request, "reviews/visit_unknown.html", {"refusal": str(refusal)}, status=TOO_MANY)
        return step(request, rater, None, WAY)

    return taken


form = _asked(giving.form)
part = _asked(giving.part)
withdrawal = _asked(giving.withdrawal)


@visits.unkept
def submission(request: Request) -> HttpResponse:
    return _leaving(request, giving.submission, to=WAY.after_sending)


@visits.unkept
def refusal(request: Request) -> HttpResponse:
    return _leaving(request, giving.refusal, to=WAY.after_declining)


@visits.unkept
def thanks(request: Request) -> HttpResponse:
    return render(request, "reviews/visit_thanks.html", {"has_declined": False})


@visits.unkept
def declined(request: Request) -> HttpResponse:
    return render(request, "reviews/visit_thanks.html", {"has_declined": True})


def _leaving(request: Request, step: Step, *, to: str) -> HttpResponse:
    """The step; when it succeeds the visit is over on this device."""
    response = _asked(step)(request)
    if response.status_code == SEE_OTHER and response.headers["Location"] == to:
        response.delete_cookie(VISIT)
    return response


def _opens_nothing(request: Request) -> HttpResponse:
    """The page for a secret that opens nothing (any more). Tries are counted."""
    refusal, status = "", 200
    try:
        if request.COOKIES.get(VISIT):
            limits.check(request, "feedback-link", times=TRIES, seconds=WINDOW)
    except limits.TooOften as too_often:
        refusal, status = str(too_often), TOO_MANY
    if request.method == "POST":
        return HttpResponse(NO_LINK, status=422, content_type="text/plain")
    return render(request, "reviews/visit_unknown.html", {"refusal": refusal}, status=status)
