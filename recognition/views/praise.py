"""Read and give praise, and decide about one's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from core.respond import again, done
from core.search import searched
from people.access import Request
from people.models import Employee
from recognition.forms import PraiseForm, PreferenceForm, ReportForm
from recognition.models import Praise
from recognition.queries import mine as reads
from recognition.queries import wall as wall_reads
from recognition.services import office, praise

MINE, WRITE = "recognition/mine.html", "recognition/write.html"


def mine(request: Request) -> HttpResponse:
    show, number = request.GET.get("show", ""), request.GET.get("page")
    page = reads.mine_page(request.viewer, show=show, number=number, at=timezone.now())
    return render(request, MINE, {"page": page})


def wall(request: Request) -> HttpResponse:
    construct, number = request.GET.get("construct", ""), request.GET.get("page")
    page = wall_reads.wall_page(request.viewer, construct=construct, number=number, at=timezone.now())
    return render(request, "recognition/wall.html", {"page": page})


def colleagues(request: Request) -> HttpResponse:
    """Whom to thank or to ask."""
    q = searched(request.GET.get("q", ""))
    people = reads.colleagues(request.viewer, q)
    return render(request, "recognition/colleagues.html", {"people": people, "q": q})


def write(request: Request, pk: int) -> HttpResponse:
    to = _colleague(request, pk)
    today = timezone.localdate()
    form = PraiseForm(request.POST or None, to=to, widest=praise.widest(to), today=today)
    context = {"form": form, "to": to, "preference": reads.preference_of(to)}
    if request.method == "GET":
        return render(request, WRITE, context)
    if form.is_valid():
        try:
            key = form.cleaned_data["key"]
            praise.give(to, form.words, key=key, by=request.viewer.me, at=timezone.now())
            return done(request, "recognition:mine", message=f"{to.name} can read it now.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, WRITE, context)


def taking_back(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(_seen(request).filter(by=request.viewer.me), pk=pk)
    try:
        praise.take_back(found, by=request.viewer.me, at=timezone.now())
    except DomainError as refusal:
        return done(request, _given(), message=str(refusal))
    return done(request, _given(), message="Taken back.")


def hiding(request: Request, pk: int) -> HttpResponse:
    found = _received(request, pk)
    try:
        praise.hide(found, request.POST.get("hide") == "yes", at=timezone.now())
    except DomainError as refusal:
        return done(request, "recognition:mine", message=str(refusal))
    told = "Now between the two of you." if found.hidden_at else "Shown again as before."
    return done(request, "recognition:mine", message=told)


def sharing(request: Request, pk: int) -> HttpResponse:
    found = _received(request, pk)
    try:
        praise.share(found, request.POST.get("share") == "yes", at=timezone.now())
    except DomainError as refusal:
        return done(request, "recognition:mine", message=str(refusal))
    reader = found.to.manager.name if found.to.manager else "Your manager"
    return done(request, "recognition:mine", message=f"{reader} {'can' if found.shared_at else 'cannot'} read it.")


def reporting(request: Request, pk: int) -> HttpResponse:
    """Ask HR to look at what one can read."""
    found, form = get_object_or_404(_seen(request), pk=pk), ReportForm(request.POST or None)
    if request.method == "GET":
        return render(request, "recognition/reporting.html", {"praise": found, "form": form})
    if form.is_valid():
        try:
            office.report(found, form.cleaned_data["words"], by=request.viewer.me, at=timezone.now())
            return done(request, "recognition:mine", message="HR looks at it. Nobody else learns that you asked.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "recognition/reporting.html", {"praise": found, "form": form})


def preference(request: Request) -> HttpResponse:
    me = request.viewer.me
    had = reads.preference_of(me)
    form = PreferenceForm(request.POST or None, initial={"reach": had.reach, "forms": had.forms})
    context = {"form": form, "manager": me.manager}
    if request.method == "GET":
        return render(request, "recognition/preference.html", context)
    if not form.is_valid():
        return again(request, "recognition/preference.html", context)
    praise.prefer(me, form.cleaned_data["reach"], form.cleaned_data["forms"])
    return done(request, "recognition:mine", message="Saved. It holds for earlier praise, too.")


def _colleague(request: Request, pk: int) -> Employee:
    request.stands_under = "recognition:mine"
    others = Employee.objects.visible_to(request.viewer).active().exclude(pk=request.viewer.me.pk)
    return get_object_or_404(others.select_related("manager", "user"), pk=pk)


def _seen(request: Request) -> Any:
    request.stands_under = "recognition:mine"
    return Praise.objects.visible_to(request.viewer).with_words().select_related("to__user", "by__user")


def _received(request: Request, pk: int) -> Praise:
    found: Praise = get_object_or_404(_seen(request).filter(to=request.viewer.me), pk=pk)
    return found


def _given() -> str:
    return f"{reverse('recognition:mine')}?show=given"
