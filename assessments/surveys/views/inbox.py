"""The comment inbox: a page without sign-in for who wrote a comment, and the answer of who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from assessments.surveys.forms.inbox import CodeForm, MessageForm, WriterForm
from assessments.surveys.queries import inbox as queries
from assessments.surveys.services import inbox as services
from assessments.surveys.views import speech
from core import limits
from core.errors import DomainError
from core.respond import again, done
from people.access import Request

TRIES, PERIOD = 20, 600  # codes from one address in ten minutes
TOO_MANY = 429


@never_cache
@speech.spoken
def inbox(request: Request) -> HttpResponse:
    """Ask for the code, then show its conversations. The code comes in the body and stays out of sessions and logs."""
    if request.method != "POST":
        return render(request, "surveys/inbox.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    if not form.is_valid():
        return again(request, "surveys/inbox.html", {"form": form})
    return _opened(request, form.cleaned_data["code"], form)


@never_cache
@speech.spoken
def inbox_message(request: Request) -> HttpResponse:
    """The writer adds to their comment or ends the conversation."""
    form = WriterForm(request.POST)
    if not form.is_valid():
        return again(
            request, "surveys/inbox.html", {"form": CodeForm(), "refusal": gettext("Please enter the code again.")}
        )
    code, typed = form.cleaned_data["code"], form.cleaned_data["text"]
    refusal, about = "", form.cleaned_data["comment"]
    try:
        limits.check(request, "inbox", times=TRIES, seconds=PERIOD)
        own = queries.own_comment(code, about)
        if own is None:
            raise services.NotYours
        if request.POST.get("do") == "end":
            services.end(code, own)
        else:
            services.write_back(code, own, text=typed)
            typed = ""
    except DomainError as problem:
        refusal = str(problem)
    return _opened(request, code, CodeForm(), refusal=refusal, typed={about: typed}, is_counted=True)


def comment(request: Request, campaign: int, key: UUID) -> HttpResponse:
    """One comment for somebody who reads comments: the conversation so far, and an answer."""
    found = queries.conversation_for(request.viewer, campaign, key)
    if found is None:
        raise Http404("No such comment.")
    released, unit = found
    words = queries.reader_words(request.viewer, unit)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.answer(
                released,
                text=form.cleaned_data["text"],
                by=request.viewer.actor,
                by_words=words,
                on=timezone.localdate(),
            )
        except DomainError as refusal:
            form.add_error("text", str(refusal))
        else:
            to = reverse("surveys:comment", args=[campaign, key])
            return done(request, to, message="Sent. The writer reads it with their inbox code.")
    context = {"conversation": queries.conversation(released), "unit": unit, "reader": words, "form": form}
    if form.is_bound:
        return again(request, "surveys/comment.html", context)
    return render(request, "surveys/comment.html", context)


def _opened(
    request: Request,
    code: str,
    form: CodeForm,
    *,
    refusal: str = "",
    typed: Mapping[UUID, str] | None = None,
    is_counted: bool = False,
) -> HttpResponse:
    """The conversations of a code. `typed`: what was refused, by the comment it was meant for."""
    context: dict[str, object] = {"form": form, "refusal": refusal}
    try:
        if not is_counted:
            limits.check(request, "inbox", times=TRIES, seconds=PERIOD)
        conversations = [(one, (typed or {}).get(one.key, "")) for one in queries.conversations_of(code)]
    except limits.TooOften as problem:
        return again(request, "surveys/inbox.html", context | {"refusal": str(problem)}, status=TOO_MANY)
    except DomainError as problem:
        return again(request, "surveys/inbox.html", context | {"refusal": str(problem)})
    context |= {"conversations": conversations, "code": code, "is_opened": True}
    return render(request, "surveys/inbox.html", context, status=422 if refusal else 200)
