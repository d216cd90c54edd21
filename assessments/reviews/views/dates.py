"""Moving the days of a running cycle: a look at what it means, then the move."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assessments.reviews.forms import DaysForm
from assessments.reviews.models import ReviewCycle
from assessments.reviews.queries import dates as reads
from assessments.reviews.services import dates as services
from core.errors import Conflict, DomainError
from core.respond import again, done
from people.access import Request

TEMPLATE = "reviews/cycle_dates.html"
CONFLICT = 409


def cycle_dates(request: Request, pk: int) -> HttpResponse:
    """`go=look` says in words what the new days mean; `go=move` moves them."""
    request.stands_under = "reviews:cycles"
    cycle, at = get_object_or_404(ReviewCycle.objects.visible_to(request.viewer), pk=pk), timezone.now()
    today = timezone.localdate(at)
    form = _form(cycle, today, request)
    if request.method != "POST":
        return render(request, TEMPLATE, _context(cycle, form, today))
    if form.is_valid():
        try:
            if request.POST.get("go") == "move":
                seen = request.POST.get("seen", "")
                services.move_days(cycle, form.cleaned_data, seen=seen, by=request.viewer.actor, at=at)
                return done(request, reverse("reviews:cycle", args=[pk]), message="Moved. Everybody concerned is told.")
            services.check(cycle, form.cleaned_data, on=today)
        except services.WrongDays as refusal:
            for name, words in refusal.by_stage.items():
                form.add_error(name if name in form.fields else None, words)
        except Conflict as refusal:
            context = _context(cycle, form, today) | {
                "refusal": refusal,
                "effects": _effects(request, cycle, form, today),
            }
            return again(request, TEMPLATE, context, status=CONFLICT)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            context = _context(cycle, form, today) | {"effects": _effects(request, cycle, form, today)}
            return render(request, TEMPLATE, context)
    return again(request, TEMPLATE, _context(cycle, form, today))


def _form(cycle: ReviewCycle, today: date, request: Request | None = None) -> DaysForm:
    data = request.POST if request and request.method == "POST" else None
    return DaysForm(data, days=reads.days_of(cycle), movable=reads.movable(cycle, on=today), on=today)


def _effects(request: Request, cycle: ReviewCycle, form: DaysForm, today: date) -> reads.Effects:
    return reads.effects(cycle, form.cleaned_data, request.viewer, on=today)


def _context(cycle: ReviewCycle, form: DaysForm, today: date) -> dict[str, object]:
    ended = [(reads.STAGES[name], day) for name, day in reads.days_of(cycle).items() if name not in form.fields]
    return {"cycle": cycle, "form": form, "ended": ended, "seen": reads.seen(cycle), "today": today}
