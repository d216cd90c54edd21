"""The journey of someone who answers. Addresses carry the campaign, never the person or their invitation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.surveys.ballot_keys import KeyMissing
from assessments.surveys.forms.answering import PageForm, SaveForm
from assessments.surveys.models import Invitation
from assessments.surveys.queries import answering
from assessments.surveys.services import answering as services
from assessments.surveys.vectors import BadAnswer
from core.respond import again
from people.access import Request

GONE, REFUSED, UNAVAILABLE = 410, 422, 503
View = Callable[..., HttpResponse]


def _with_keys(view: View) -> View:
    """Answers are encrypted: without the campaign's keys nothing can be read or saved, and the page says so."""

    @wraps(view)
    def asked(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except KeyMissing as refusal:
            return render(request, "surveys/unavailable.html", {"refusal": str(refusal)}, status=UNAVAILABLE)

    return asked


def mine(request: Request) -> HttpResponse:
    cards = answering.my_invitations(request.viewer, at=timezone.now())
    context = {
        "waiting": [card for card in cards if not card.answered],
        "answered": [card for card in cards if card.answered],
    }
    return render(request, "surveys/mine.html", context)


@_with_keys
def intro(request: Request, campaign: int) -> HttpResponse:
    invitation, at = _invitation(request, campaign), timezone.now()
    if invitation.answered:
        return redirect("surveys:thanks", campaign)
    is_open = invitation.campaign.opens_at <= at
    if is_open and not invitation.campaign.accepts_answers(at):
        return _too_late(request, invitation)
    context = {"campaign": invitation.campaign, "intro": answering.intro(invitation), "is_open": is_open}
    return render(request, "surveys/intro.html", context)


@_with_keys
def page(request: Request, campaign: int, number: int) -> HttpResponse:
    """One page of the questionnaire. POST serves browsers without JavaScript; with it each answer is saved as given."""
    invitation, at = _invitation(request, campaign), timezone.now()
    if invitation.answered:
        return redirect("surveys:thanks", campaign)
    if invitation.campaign.opens_at > at:
        return redirect("surveys:intro", campaign)
    form = PageForm(answering.page_or_404(invitation, number), request.POST if request.method == "POST" else None)
    if not invitation.campaign.accepts_answers(at):
        return _too_late(request, invitation, form)
    if request.method != "POST":
        return render(request, "surveys/page.html", _page_context(campaign, form))
    if form.is_valid():
        try:
            services.save_answers(invitation, answers=form.answers, sequence=form.age, at=at)
        except BadAnswer as refusal:
            form.add_error(None, str(refusal))
        else:
            forward, back = _neighbours(campaign, form)
            return redirect(back if request.POST.get("go") == "back" else forward)
    return again(request, "surveys/page.html", _page_context(campaign, form))


def answers(request: Request, campaign: int) -> HttpResponse:
    """Save one answer: 204 kept, 422 not an answer, 410 too late or already handed in, 503 try again."""
    invitation, at = _invitation(request, campaign), timezone.now()
    form = SaveForm(request.POST)
    if not form.is_valid():
        return HttpResponse("This answer could not be read.", status=REFUSED, content_type="text/plain")
    try:
        one = {form.cleaned_data["key"]: form.cleaned_data["value"]}
        services.save_answers(invitation, answers=one, sequence=form.cleaned_data["sequence"], at=at)
    except BadAnswer as refusal:
        return HttpResponse(str(refusal), status=REFUSED, content_type="text/plain")
    except (services.SurveyClosed, services.AlreadySubmitted) as refusal:
        return HttpResponse(str(refusal), status=GONE, content_type="text/plain")
    except KeyMissing as refusal:
        return HttpResponse(str(refusal), status=UNAVAILABLE, content_type="text/plain")
    return HttpResponse(status=204)


@_with_keys
def answers_copy(request: Request, campaign: int) -> HttpResponse:
    """The person's own draft as a text file."""
    invitation = _invitation(request, campaign)
    text = "\n\n".join(f"{line.question}\n{line.answer}" for line in answering.draft_lines(invitation))
    response = HttpResponse(f"{invitation.campaign}\n\n{text}\n", content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-answers.txt"'
    return response


@_with_keys
def check(request: Request, campaign: int) -> HttpResponse:
    invitation, at = _invitation(request, campaign), timezone.now()
    if invitation.answered:
        return redirect("surveys:thanks", campaign)
    if not invitation.campaign.accepts_answers(at):
        return _too_late(request, invitation)
    return render(request, "surveys/check.html", _check_context(invitation))


@_with_keys
def submission(request: Request, campaign: int) -> HttpResponse:
    """Hand in. The receipt is printed in this answer and nowhere else, so that no session or log holds it."""
    invitation, at = _invitation(request, campaign), timezone.now()
    try:
        receipt = services.submit(invitation, at=at)
    except services.SurveyClosed:
        return _too_late(request, invitation)
    except services.NothingAnswered as refusal:
        return again(request, "surveys/check.html", {**_check_context(invitation), "error": str(refusal)})
    return render(request, "surveys/thanks.html", {"campaign": invitation.campaign, "receipt": receipt.code})


def thanks(request: Request, campaign: int) -> HttpResponse:
    invitation = _invitation(request, campaign)
    if not invitation.answered:
        return redirect("surveys:intro", campaign)
    return render(request, "surveys/thanks.html", {"campaign": invitation.campaign, "receipt": ""})


def _invitation(request: Request, campaign: int) -> Invitation:
    return get_object_or_404(
        Invitation.objects.visible_to(request.viewer).select_related("campaign__form__version", "home"),
        campaign=campaign,
    )


def _neighbours(campaign: int, form: PageForm) -> tuple[str, str]:
    """Addresses of the next and the previous step."""
    number, last = form.page.number, form.page.of
    forward = reverse("surveys:page", args=[campaign, number + 1]) if number < last else None
    back = reverse("surveys:page", args=[campaign, number - 1]) if number > 1 else None
    return (
        forward or reverse("surveys:check", args=[campaign]),
        back or reverse("surveys:intro", args=[campaign]),
    )


def _page_context(campaign: int, form: PageForm) -> dict[str, object]:
    forward, back = _neighbours(campaign, form)
    return {
        "page": form.page,
        "form": form,
        "save_url": reverse("surveys:answers", args=[campaign]),
        "next_url": forward,
        "back_url": back,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }


def _check_context(invitation: Invitation) -> dict[str, object]:
    return {
        "campaign": invitation.campaign,
        "check": answering.check(invitation),
        "lines": answering.draft_lines(invitation),
    }


def _too_late(request: Request, invitation: Invitation, form: PageForm | None = None) -> HttpResponse:
    """The survey has closed: show what is stored of the draft and what was just sent, so that nothing typed is lost."""
    stored = answering.draft_lines(invitation)
    sent = form.lines if form and form.is_bound else []
    named = {line.question for line in sent}
    lines = [*sent, *(line for line in stored if line.question not in named)]
    context = {"campaign": invitation.campaign, "lines": lines, "has_copy": bool(stored)}
    return render(request, "surveys/too_late.html", context, status=GONE)
