"""What HR sees of learning: uptake as counts, what it offers, and what law or safety requires."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.errors import DomainError
from core.respond import again, done
from development.forms.catalogue import DutyForm, OfferForm
from development.models import Duty
from development.queries import uptake as reads
from development.services import catalogue, coaching
from development.views.learning import visible
from people.access import Request

OFFER = "development/offer.html"


def uptake(request: Request) -> HttpResponse:
    return render(request, "development/uptake.html", {"page": reads.uptake_page()})


def require(request: Request) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    form = DutyForm(request.POST or None, today=today, initial={"activity": request.GET.get("activity", "")})
    if request.method == "GET":
        return render(request, "development/duty.html", {"form": form})
    if form.is_valid():
        try:
            catalogue.require(**form.cleaned_data, by=request.viewer.actor, on=today, at=now)
            return done(request, "development:uptake", message="Everyone concerned is told, with the reason.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "development/duty.html", {"form": form})


def offer(request: Request, pk: int) -> HttpResponse:
    """Offer an activity to people of the units that HR work covers. An offer, never an obligation."""
    found, form = visible(request, pk), OfferForm(request.POST or None, viewer=request.viewer)
    page = {"form": form, "activity": found}
    if request.method == "GET":
        return render(request, OFFER, page)
    if form.is_valid():
        try:
            number = coaching.offer(found, **form.cleaned_data, by=request.viewer.actor, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            people = "1 person" if number == 1 else f"{number} people"
            new = f"Offered to {people}. Each decides alone; nobody sees a no."
            return done(request, found, message=new if number else "Everyone there has this offer already.")
    return again(request, OFFER, page)


def end_duty(request: Request, pk: int) -> HttpResponse:
    duty = get_object_or_404(Duty.objects.visible_to(request.viewer), pk=pk)
    catalogue.end_duty(duty, by=request.viewer.actor, on=timezone.localdate())
    return done(request, "development:uptake", message="It is required no longer.")
