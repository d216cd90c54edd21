"""The obstacle log: the list, reporting, joining in, and what whoever answers for one does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from actions import access, answering
from actions.forms.obstacles import AnswerForm, FilterForm, HandOnForm, ReportForm, WordsForm
from actions.models import Obstacle
from actions.queries import obstacles as queries
from actions.services import obstacles
from core.errors import DomainError
from core.respond import again, done
from core.tables import CSV_TYPE, to_csv
from people.access import Request
from people.models import Employee

FORBIDDEN, REFUSED = 403, 422
LIST = "list"  # what a form of a leader's list says, to come back there
UP, DOWN = "Why it needs somebody above you", "Why it may not stay"


def log(request: Request) -> HttpResponse:
    form = FilterForm(request.GET, viewer=request.viewer)
    page = queries.obstacle_list(request.viewer, form.filters, on=timezone.localdate(), page=request.GET.get("page"))
    return render(request, "actions/obstacles.html", {"page": page, "form": form})


def log_csv(request: Request) -> HttpResponse:
    """The list as it is narrowed, as a table."""
    filters = FilterForm(request.GET, viewer=request.viewer).filters
    rows = queries.table(request.viewer, filters, on=timezone.localdate())
    response = HttpResponse(to_csv(queries.HEADINGS, rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="obstacles.csv"'
    return response


def to_clear(request: Request) -> HttpResponse:
    """What waits for me; `?answer=` names the row whose form stands open."""
    page = queries.to_clear(request.viewer, on=timezone.localdate())
    context: dict[str, Any] = {"page": page, "opened": request.GET.get("answer", "")}
    if found := page.obstacle(context["opened"]):
        context |= {**_steps(found.pk), "above": queries.above(found)}
    return render(request, "actions/obstacles_to_clear.html", context)


def report(request: Request) -> HttpResponse:
    """Say what is in the way. Without a name the answer leads to the list: there is no page of one's own."""
    me = request.viewer.me
    found = answering.addressees(me)
    form = ReportForm(request.POST or None, addressees=found)
    context = {"form": form, "addressees": found, "fewest": answering.FEWEST}
    if request.method == "GET":
        return render(request, "actions/obstacle_report.html", context)
    if form.is_valid():
        try:
            made = obstacles.report(form.report, by=me, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            if made.is_anonymous:
                words = "Thank you. It appears on the next working morning, without your name and without a time."
                return done(request, "actions:obstacles", message=words)
            return done(request, made, message=f"Thank you. {made.owner.name} has been told.")
    return again(request, "actions/obstacle_report.html", context)


def obstacle(request: Request, pk: UUID) -> HttpResponse:
    return _page(request, _visible(request, pk))


def voice(request: Request, pk: UUID) -> HttpResponse:
    """Me too, or not any more."""
    found, me = _visible(request, pk), request.viewer.me
    says_so = request.POST.get("says_so") == "yes"
    try:
        obstacles.join(found, says_so=says_so, by=me)
    except DomainError as refusal:
        return _page(request, found, refusal=refusal)
    words = "Counted. The number follows tomorrow morning; nobody sees who." if says_so else "Taken back."
    return done(request, found, message=words)


def answer(request: Request, pk: UUID) -> HttpResponse:
    found, form = (
        _visible(request, pk),
        AnswerForm(request.POST, today=timezone.localdate(), auto_id=_ids("answer", pk)),
    )

    def act() -> Obstacle:
        return obstacles.answer(found, **form.cleaned_data, by=request.viewer.me, at=timezone.now())

    return _step(request, found, "answer", form, act, "Your answer stands on the list.")


def hand_on(request: Request, pk: UUID) -> HttpResponse:
    found = _visible(request, pk)
    form = HandOnForm(request.POST, people=access.owners_to_choose(request.viewer), auto_id=_ids("hand-on", pk))

    def act() -> Obstacle:
        words = form.cleaned_data["words"]
        return obstacles.hand_on(found, to=form.person, words=words, by=request.viewer.me, at=timezone.now())

    return _step(request, found, "hand_on", form, act, "Handed on. They have been told.")


def escalate(request: Request, pk: UUID) -> HttpResponse:
    found, form = _visible(request, pk), WordsForm(request.POST, label=UP, auto_id=_ids("escalate", pk))

    def act() -> Obstacle:
        return obstacles.escalate(found, words=form.cleaned_data["words"], by=request.viewer.me, at=timezone.now())

    return _step(request, found, "escalate", form, act, "Passed up the line. They have been told.")


def take_down(request: Request, pk: UUID) -> HttpResponse:
    found, form = _visible(request, pk), WordsForm(request.POST, label=DOWN, auto_id="take-down-%s")

    def act() -> Obstacle:
        return obstacles.take_down(found, words=form.cleaned_data["words"], by=request.viewer.actor, at=timezone.now())

    return _done(request, found, "take_down", form, act, "Taken down. Only HR administrators read it now.")


def _step(
    request: Request, found: Obstacle, name: str, form: Any, act: Callable[[], Obstacle], message: str
) -> HttpResponse:
    """Whoever answers for it takes the step, or who stands above them; if that has changed meanwhile, what was typed stays."""
    if not answering.answers_for(request.viewer, found):
        words = f"{found.owner.name} answers for this obstacle now, or who stands above them. Nothing was changed."
        return _page(request, found, refused={"form": form}, refusal=DomainError(words), status=FORBIDDEN)
    return _done(request, found, name, form, act, message)


def _done(
    request: Request, found: Obstacle, name: str, form: Any, act: Callable[[], Obstacle], message: str
) -> HttpResponse:
    """Take the step and go back to the obstacle or to the list, or show the page with what was typed."""
    if form.is_valid():
        try:
            made = act()
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, "actions:to_clear" if request.POST.get("back") == LIST else made, message=message)
    refused = {f"{name}_form": form, "form": form}
    return _row_again(request, found, refused) or _page(request, found, refused=refused)


def _row_again(request: Request, found: Obstacle, refused: dict[str, Any]) -> HttpResponse | None:
    """The list with the row whose form was refused; None when it came from elsewhere or the row is not there any more."""
    if request.POST.get("back") != LIST:
        return None
    page = queries.to_clear(request.viewer, on=timezone.localdate())
    if page.obstacle(str(found.pk)) is None:
        return None
    context = {"page": page, "opened": str(found.pk), **_steps(found.pk), "above": queries.above(found), **refused}
    return again(request, "actions/obstacles_to_clear.html", context)


def _page(
    request: Request,
    found: Obstacle,
    *,
    refused: dict[str, Any] | None = None,
    refusal: DomainError | None = None,
    status: int = REFUSED,
) -> HttpResponse:
    context: dict[str, Any] = {
        "page": queries.obstacle_page(found, request.viewer, on=timezone.localdate()),
        "fewest": answering.FEWEST,
        "take_down_form": WordsForm(label=DOWN, auto_id="take-down-%s"),
        "refusal": refusal,
        **_steps(found.pk),
    }
    if refused or refusal:
        return again(request, "actions/obstacle.html", context | (refused or {}), status=status)
    return render(request, "actions/obstacle.html", context)


def _steps(pk: UUID) -> dict[str, Any]:
    """The empty forms of whoever answers."""
    return {
        "answer_form": AnswerForm(today=timezone.localdate(), auto_id=_ids("answer", pk)),
        "hand_on_form": HandOnForm(people=Employee.objects.none(), auto_id=_ids("hand-on", pk)),
        "escalate_form": WordsForm(label=UP, auto_id=_ids("escalate", pk)),
    }


def _ids(step: str, pk: UUID) -> str:
    """Several obstacles of a list may stand open beside each other."""
    return f"{step}-{pk}-%s"


def _visible(request: Request, pk: UUID) -> Obstacle:
    return get_object_or_404(Obstacle.objects.visible_to(request.viewer).with_words(), pk=pk)
