"""A colleague is asked about somebody: the form, sending it, taking it back, declining."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from assessments.reviews.models import Rater
from assessments.reviews.views import giving
from assessments.reviews.views.giving import Way
from people.access import Request
from people.models import Employee

Step = Callable[[Request, Rater, Employee | None, Way], HttpResponse]


def _asked(step: Step) -> Callable[[Request, int], HttpResponse]:
    """A step for the colleague who is asked. Opening the form leaves no entry: it would tell who is about to answer."""

    @wraps(step)
    def taken(request: Request, pk: int) -> HttpResponse:
        asked = Rater.objects.of_rater(request.viewer).select_related("assessment__cycle", "assessment__employee")
        rater = get_object_or_404(asked, pk=pk)
        request.stands_under = "reviews:mine"
        way = Way("reviews:feedback_", "reviews/feedback.html", farewell="reviews:mine", args=(pk,))
        return step(request, rater, request.viewer.employee, way)

    return taken


form = _asked(giving.form)
part = _asked(giving.part)
submission = _asked(giving.submission)
withdrawal = _asked(giving.withdrawal)
refusal = _asked(giving.refusal)
