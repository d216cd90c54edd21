"""The one question to a team about its action."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from actions.forms.follow_up import AnswerForm
from actions.models import Seat
from actions.services import follow_ups
from core.errors import DomainError
from core.respond import again, done
from people.access import Request


def follow_up(request: Request, pk: int) -> HttpResponse:
    """Ask, and count the answer. The address names the action and never the person."""
    seats = Seat.objects.visible_to(request.viewer).select_related(
        "follow_up__action__unit", "follow_up__action__owner"
    )
    seat = get_object_or_404(seats, follow_up__action=pk)
    is_open = seat.follow_up.is_open(timezone.localdate())
    form = AnswerForm(request.POST or None)
    context = {"seat": seat, "action": seat.follow_up.action, "form": form, "is_open": is_open}
    if request.method == "GET":
        return render(request, "actions/follow_up.html", context)
    if form.is_valid():
        try:
            follow_ups.answer(seat, form.cleaned_data["answer"], at=timezone.now())
            return done(request, request.path, message="Thank you. Your answer is counted.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "actions/follow_up.html", context)
