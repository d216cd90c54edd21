"""The steps of a rater, whoever they are: each takes the rater, the employee behind it (None for externals) and their way.

`feedback` serves colleagues who are signed in, `visits` externals who came by a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from assessments.reviews.forms.feedback import WORDS, DeclineForm, FeedbackForm, TrapForm, part_of
from assessments.reviews.models import Rater
from assessments.reviews.queries import feedback as reads
from assessments.reviews.queries.feedback import FeedbackPage
from assessments.reviews.services import feedback as services
from core.errors import DomainError
from people.access import Request
from people.models import Employee

CONFLICT, REFUSED = 409, 422


@dataclass(frozen=True)
class Way:
    """Addresses of one way through the form: the routes `{prefix}form`, `part`, `submission`, `withdrawal`, `refusal`.

    `thanks` and `farewell` name the routes one comes to after sending and after declining; "" is the form.
    """

    prefix: str
    template: str
    thanks: str = ""
    farewell: str = ""
    args: tuple[int, ...] = ()

    def to(self, step: str) -> str:
        return reverse(f"{self.prefix}{step}", args=self.args)

    @property
    def form(self) -> str:
        return self.to("form")

    @property
    def part(self) -> str:
        return self.to("part")

    @property
    def submission(self) -> str:
        return self.to("submission")

    @property
    def withdrawal(self) -> str:
        return self.to("withdrawal")

    @property
    def refusal(self) -> str:
        return self.to("refusal")

    @property
    def after_sending(self) -> str:
        return reverse(self.thanks) if self.thanks else self.form

    @property
    def after_declining(self) -> str:
        return reverse(self.farewell)


def form(request: Request, rater: Rater, by: Employee | None, way: Way) -> HttpResponse:
    """The form, or what was sent. POST keeps everything as a draft, for browsers without the script."""
    page = reads.page(rater, on=timezone.localdate())
    if request.method != "POST":
        return _show(request, way, page, FeedbackForm.of(page))
    refused = _keep(request, way, page, by)
    if refused:
        return refused
    messages.success(request, "Kept as a draft. It counts once you send it.")
    return HttpResponseRedirect(way.form)


def part(request: Request, rater: Rater, by: Employee | None, way: Way) -> HttpResponse:
    """The save of one part for the page's script: 200 with the new revision, 409 with both answers, 422 with what is wrong.

    `is_over` in the last says that it was sent or ended meanwhile; the script then asks for the page anew.
    """
    page = reads.page(rater, on=timezone.localdate())
    typed = FeedbackForm.of(page, request.POST)
    name = request.POST.get("part", "")
    try:
        if name == WORDS and typed.words.is_valid():
            return JsonResponse({"revision": services.write(rater, by=by, at=timezone.now(), **_words(typed)).revision})
        for one in typed.parts:
            if one.name == name and one.form.is_valid() and not one.form.is_open:
                return JsonResponse({"revision": _judge(rater, one, by).revision})
    except (services.JudgementStale, services.WordsStale) as stale:
        found = FeedbackForm.of(page, conflicts={name: stale.stored})
        shown = next((one for one in found.parts if one.name == name), None)
        context = {"part": shown, "words": found.stored_words, "way": way}
        return render(request, "reviews/_feedback_conflict.html", context, status=CONFLICT)
    except DomainError:
        return JsonResponse({"is_over": True}, status=REFUSED)
    return JsonResponse({"is_over": False}, status=REFUSED)


def submission(request: Request, rater: Rater, by: Employee | None, way: Way) -> HttpResponse:
    """Keep what stands on the page and send it."""
    page = reads.page(rater, on=timezone.localdate())
    trap = TrapForm(request.POST)
    if trap.is_robot:
        return _show(request, way, page, FeedbackForm.of(page, request.POST), status=REFUSED)
    refused = _keep(request, way, page, by)
    if refused:
        return refused
    try:
        services.submit(rater, by=by, at=timezone.now())
    except DomainError as refusal:
        page = reads.page(rater, on=timezone.localdate())
        return _show(request, way, page, FeedbackForm.of(page, refusal=str(refusal)), status=REFUSED)
    messages.success(request, f"Sent. Thank you for taking time for {page.about.name}.")
    return HttpResponseRedirect(way.after_sending)


def withdrawal(request: Request, rater: Rater, by: Employee | None, way: Way) -> HttpResponse:
    try:
        services.take_back(rater, by=by, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "Taken back. It counts again once you send it.")
    return HttpResponseRedirect(way.form)


def refusal(request: Request, rater: Rater, by: Employee | None, way: Way) -> HttpResponse:
    """Decline to answer, with a reason if one likes."""
    typed = DeclineForm(request.POST)
    if not typed.is_valid():
        page = reads.page(rater, on=timezone.localdate())
        return _show(request, way, page, FeedbackForm.of(page), decline=typed, status=REFUSED)
    try:
        services.decline(rater, reason=typed.cleaned_data["reason"], by=by, at=timezone.now())
    except DomainError as why:
        messages.warning(request, str(why))
        return HttpResponseRedirect(way.form)
    messages.success(request, "Thank you for saying so. You are not asked about this person any more.")
    return HttpResponseRedirect(way.after_declining)


# --- helpers ----------------------------------------------------------------------------------------------------------


def _keep(request: Request, way: Way, page: FeedbackPage, by: Employee | None) -> HttpResponse | None:
    """Save every part of the page that says something new; the page again when some could not be saved."""
    typed = FeedbackForm.of(page, request.POST)
    if not typed.is_valid:
        return _show(request, way, page, typed, status=REFUSED)
    conflicts: dict[str, Any] = {}
    try:
        for one in typed.parts:
            if not one.form.is_open:
                try:
                    _judge(page.rater, one, by)
                except services.JudgementStale as stale:
                    conflicts[part_of(one.question)] = stale.stored
        try:
            services.write(page.rater, by=by, at=timezone.now(), **_words(typed))
        except services.WordsStale as stale_words:
            conflicts[WORDS] = stale_words.stored
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(way.form)
    if conflicts:
        again = FeedbackForm.of(page, request.POST, conflicts=conflicts)
        return _show(request, way, page, again, status=CONFLICT)
    return None


def _judge(rater: Rater, one: Any, by: Employee | None) -> Any:
    return services.judge(
        rater,
        one.question.version,
        one.form.chosen,
        revision=one.form.cleaned_data["revision"],
        by=by,
        at=timezone.now(),
    )


def _words(typed: FeedbackForm) -> dict[str, Any]:
    return typed.words.cleaned_data


def _show(
    request: Request,
    way: Way,
    page: FeedbackPage,
    typed: FeedbackForm,
    *,
    decline: DeclineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"page": page, "form": typed, "way": way, "decline": decline or DeclineForm(), "trap": TrapForm()}
    return render(request, way.template, context, status=status)
