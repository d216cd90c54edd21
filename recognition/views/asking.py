"""Ask for feedback, answer, or leave it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from core.respond import again, done
from people.access import Request
from people.models import Employee
from recognition.forms import AnswerForm, AskForm
from recognition.models import Feedback
from recognition.services import feedback

ASK, ANSWER = "recognition/ask.html", "recognition/answer.html"


def ask(request: Request, pk: int) -> HttpResponse:
    request.stands_under = "recognition:mine"
    others = Employee.objects.visible_to(request.viewer).active().exclude(pk=request.viewer.me.pk)
    to = get_object_or_404(others.select_related("user"), pk=pk)
    form = AskForm(request.POST or None)
    if request.method == "GET":
        return render(request, ASK, {"form": form, "to": to})
    if form.is_valid():
        try:
            feedback.ask(to, **form.cleaned_data, by=request.viewer.me, at=timezone.now())
            return done(request, _asked(), message=f"{to.name} decides whether to answer.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, ASK, {"form": form, "to": to})


def answer(request: Request, pk: int) -> HttpResponse:
    found = _to_me(request, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "GET":
        return render(request, ANSWER, {"form": form, "feedback": found})
    if form.is_valid():
        try:
            feedback.answer(found, **form.cleaned_data, by=request.viewer.me, at=timezone.now())
            return done(request, "recognition:mine", message=f"{found.by.name} can read it now.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, ANSWER, {"form": form, "feedback": found})


def declining(request: Request, pk: int) -> HttpResponse:
    try:
        feedback.decline(_to_me(request, pk), by=request.viewer.me, at=timezone.now())
    except DomainError as refusal:
        return done(request, "recognition:mine", message=str(refusal))
    return done(request, "recognition:mine", message="Gone. Nobody is told.")


def withdrawal(request: Request, pk: int) -> HttpResponse:
    try:
        feedback.withdraw(_of_me(request, pk), by=request.viewer.me, at=timezone.now())
    except DomainError as refusal:
        return done(request, _asked(), message=str(refusal))
    return done(request, _asked(), message="Your question is gone.")


def sharing(request: Request, pk: int) -> HttpResponse:
    me, found = request.viewer.me, _of_me(request, pk)
    if not found.is_answered:
        return done(request, _asked(), message="There is no answer to share yet.")
    feedback.share(found, request.POST.get("share") == "yes", at=timezone.now())
    reader = me.manager.name if me.manager else "Your manager"
    return done(request, _asked(), message=f"{reader} {'can' if found.shared_at else 'cannot'} read it.")


def _to_me(request: Request, pk: int) -> Feedback:
    request.stands_under = "recognition:mine"
    asked = Feedback.objects.visible_to(request.viewer).filter(to=request.viewer.me)
    return get_object_or_404(asked.select_related("by", "competency"), pk=pk)


def _of_me(request: Request, pk: int) -> Feedback:
    return get_object_or_404(Feedback.objects.visible_to(request.viewer).filter(by=request.viewer.me), pk=pk)


def _asked() -> str:
    return f"{reverse('recognition:mine')}?show=asked"
