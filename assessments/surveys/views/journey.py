"""The steps of somebody who answers, whoever they are: each takes their seat in the campaign and their way through it.

`answering` serves people who are signed in; other doors (links, codes) hand in a seat and a way of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from assessments.surveys import promises, told
from assessments.surveys.ballot_keys import KeyMissing
from assessments.surveys.forms.answering import PageForm, SaveForm
from assessments.surveys.forms.contacts import GroupForm, MayContactForm
from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.queries import answering
from assessments.surveys.services import answering as services
from assessments.surveys.vectors import BadAnswer
from assessments.surveys.views import speech
from core.respond import again
from people.access import Request
from people.models import Employee

GONE, REFUSED, UNAVAILABLE = 410, 422, 503
PROMISES_SHOWN = 5
Step = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Way:
    """Addresses of one way through a questionnaire: the routes `{prefix}intro`, `page`, `answers`, `answers_copy`, `check`,
    `submission` and `thanks`, all with the same first arguments. `home` is where one goes afterwards, "" for nowhere.
    """

    prefix: str
    args: tuple[int | str, ...] = ()
    home: str = ""
    home_words: str | Promise = ""

    def to(self, step: str, *more: int) -> str:
        return reverse(f"{self.prefix}{step}", args=[*self.args, *more])

    @property
    def copy(self) -> str:
        return self.to("answers_copy")

    @property
    def submission(self) -> str:
        return self.to("submission")


def with_keys(step: Step) -> Step:
    """Answers are encrypted: without the campaign's keys nothing can be read or saved, and the page says so."""

    @wraps(step)
    def asked(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return step(request, *args, **kwargs)
        except KeyMissing as refusal:
            return render(request, "surveys/unavailable.html", {"refusal": str(refusal)}, status=UNAVAILABLE)

    return asked


@speech.spoken
@with_keys
def intro(request: Request, seat: Invitation, way: Way) -> HttpResponse:
    at = timezone.now()
    if seat.is_shown_as_answered:
        return HttpResponseRedirect(way.to("thanks"))
    is_open = seat.campaign.opens_at <= at
    if is_open and not seat.campaign.accepts_answers(at):
        return _too_late(request, seat, way)
    found = answering.intro(seat, speech.words(request))
    start = way.to("page", found.next_page)
    late = promises.overdue_to(seat.employee, timezone.localdate(at))
    context = {
        "campaign": seat.campaign,
        "intro": found,
        "is_open": is_open,
        "way": way,
        "start_url": start,
        "late": late,
    }
    return render(request, "surveys/intro.html", context)


@speech.spoken
@with_keys
def page(request: Request, seat: Invitation, way: Way, number: int) -> HttpResponse:
    """One page of the questionnaire. POST serves browsers without JavaScript; with it each answer is saved as given."""
    at = timezone.now()
    if seat.is_shown_as_answered:
        return HttpResponseRedirect(way.to("thanks"))
    if seat.campaign.opens_at > at:
        return HttpResponseRedirect(way.to("intro"))
    asked = answering.page_or_404(seat, number, speech.words(request))
    form = PageForm(asked, request.POST if request.method == "POST" else None)
    if not seat.campaign.accepts_answers(at):
        return _too_late(request, seat, way, form)
    if request.method != "POST":
        return render(request, "surveys/page.html", page_context(way, form))
    if form.is_valid():
        try:
            services.save_answers(seat, answers=form.answers, sequence=form.age, at=at)
        except BadAnswer as refusal:
            form.add_error(None, str(refusal))
        else:
            if speech.is_choosing(request):
                return HttpResponseRedirect(way.to("page", number))
            forward, back = _neighbours(way, form)
            return HttpResponseRedirect(back if request.POST.get("go") == "back" else forward)
    return again(request, "surveys/page.html", page_context(way, form))


@speech.spoken
def answers(request: Request, seat: Invitation) -> HttpResponse:
    """Save one answer: 204 kept, 422 not an answer, 410 too late or already handed in, 503 try again."""
    form = SaveForm(request.POST)
    if not form.is_valid():
        return _plain(gettext("This answer could not be read."), REFUSED)
    try:
        one = {form.cleaned_data["key"]: form.cleaned_data["value"]}
        services.save_answers(seat, answers=one, sequence=form.cleaned_data["sequence"], at=timezone.now())
    except BadAnswer as refusal:
        return _plain(str(refusal), REFUSED)
    except (services.SurveyClosed, services.AlreadySubmitted) as refusal:
        return _plain(str(refusal), GONE)
    except KeyMissing as refusal:
        return _plain(str(refusal), UNAVAILABLE)
    return HttpResponse(status=204)


@speech.spoken
@with_keys
def answers_copy(request: Request, seat: Invitation) -> HttpResponse:
    """The person's own draft as a text file."""
    text = "\n\n".join(f"{line.question}\n{line.answer}" for line in answering.draft_lines(seat, speech.words(request)))
    title = speech.spoken_in(request).title
    response = HttpResponse(f"{title}\n\n{text}\n", content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-answers.txt"'
    return response


@speech.spoken
@with_keys
def check(request: Request, seat: Invitation, way: Way) -> HttpResponse:
    if seat.is_shown_as_answered:
        return HttpResponseRedirect(way.to("thanks"))
    if not seat.campaign.accepts_answers(timezone.now()):
        return _too_late(request, seat, way)
    return render(request, "surveys/check.html", _check_context(request, seat, way))


@speech.spoken
@with_keys
def submission(request: Request, seat: Invitation, way: Way) -> HttpResponse:
    """Hand in. The codes are printed in this answer and nowhere else, so that no session or log holds them."""
    if speech.is_choosing(request):
        return _check_again(request, seat, way)
    form = MayContactForm(request.POST) if seat.campaign.is_for_customers else None
    group = _group_form(request, seat.campaign, request.POST)
    if not all(one.is_valid() for one in (form, group) if one):
        return again(request, "surveys/check.html", _check_context(request, seat, way, form, group))
    try:
        receipt = services.submit(
            seat,
            at=timezone.now(),
            asked=form.asked if form else None,
            group=group.cleaned_data["group"] if group else "",
        )
    except services.SurveyClosed:
        return _too_late(request, seat, way)
    except services.NothingAnswered as refusal:
        return again(
            request, "surveys/check.html", {**_check_context(request, seat, way, form, group), "error": str(refusal)}
        )
    codes = {"receipt": receipt.code, "inbox_code": receipt.inbox}
    if form and form.asked:
        codes["may_contact"] = "yes"
    return thanked(request, seat.campaign, way, seat.employee, **codes)


def _check_again(request: Request, seat: Invitation, way: Way) -> HttpResponse:
    """The last look in another language, with what was typed; nothing is handed in."""
    if not seat.campaign.is_for_customers:
        return HttpResponseRedirect(way.to("check"))
    if not seat.campaign.accepts_answers(timezone.now()):
        return _too_late(request, seat, way)
    typed = request.POST.dict()
    group = _group_form(request, seat.campaign, initial=typed)
    return render(
        request, "surveys/check.html", _check_context(request, seat, way, MayContactForm(initial=typed), group)
    )


@speech.spoken
def thanks(request: Request, seat: Invitation, way: Way) -> HttpResponse:
    if not seat.answered:
        return HttpResponseRedirect(way.to("intro"))
    return thanked(request, seat.campaign, way, seat.employee)


@speech.spoken
def thanked(
    request: Request, campaign: Campaign, way: Way, employee: Employee | None = None, **codes: str
) -> HttpResponse:
    """The thanks; with codes only in answer to the very request that handed in."""
    made = promises.made_to(employee, timezone.localdate())[:PROMISES_SHOWN]
    context = {"campaign": campaign, "way": way, "promises": made, **codes}
    if campaign.is_for_customers:
        context["told_url"] = told.after(campaign)
    if campaign.audience == Campaign.Audience.LEADERS and way.home:
        context["commit_url"] = promises.leaders_address(request.viewer)
    return render(request, "surveys/thanks.html", context)


def page_context(way: Way, form: PageForm) -> dict[str, object]:
    forward, back = _neighbours(way, form)
    return {
        "page": form.page,
        "form": form,
        "save_url": way.to("answers"),
        "next_url": forward,
        "back_url": back,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }


def _neighbours(way: Way, form: PageForm) -> tuple[str, str]:
    """Addresses of the next and the previous step."""
    number, last = form.page.number, form.page.of
    return (
        way.to("page", number + 1) if number < last else way.to("check"),
        way.to("page", number - 1) if number > 1 else way.to("intro"),
    )


def _group_form(
    request: Request, campaign: Campaign, data: Mapping[str, Any] | None = None, **kwargs: Any
) -> GroupForm | None:
    if campaign.cut_by != Campaign.Cut.ASKED:
        return None
    return GroupForm(campaign, data, language=speech.spoken_in(request).language, **kwargs)


def _check_context(
    request: Request, seat: Invitation, way: Way, form: MayContactForm | None = None, group: GroupForm | None = None
) -> dict[str, object]:
    """`contact`: what asks a customer whether they may be contacted; None for staff. `group`: which group they belong to,
    where the survey asks."""
    found = answering.check(seat)
    return {
        "contact": form or (MayContactForm() if seat.campaign.is_for_customers else None),
        "group": group or _group_form(request, seat.campaign),
        "campaign": seat.campaign,
        "check": found,
        "open_pages": [(page, way.to("page", page.number)) for page in found.pages if page.open],
        "last_page_url": way.to("page", len(found.pages)),
        "lines": answering.draft_lines(seat, speech.words(request)),
        "way": way,
    }


def _too_late(request: Request, seat: Invitation, way: Way, form: PageForm | None = None) -> HttpResponse:
    """The survey has closed: show what is stored of the draft and what was just sent, so that nothing typed is lost."""
    stored = answering.draft_lines(seat, speech.words(request))
    sent = form.lines if form and form.is_bound else []
    named = {line.question for line in sent}
    lines = [*sent, *(line for line in stored if line.question not in named)]
    context = {"campaign": seat.campaign, "lines": lines, "has_copy": bool(stored), "way": way}
    return render(request, "surveys/too_late.html", context, status=GONE)


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain")
