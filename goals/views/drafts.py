"""Goal drafts: the list of both directions, one draft, and its answers."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.errors import DomainError
from core.respond import again, done
from goals.forms.cascade import AcceptForm, DeclineForm
from goals.forms.draft_parts import AcceptedParts
from goals.models import Goal, GoalDraft
from goals.queries import drafts as queries
from goals.services import cascade as verbs
from people.access import Request
from people.models import Employee


def drafts(request: Request) -> HttpResponse:
    return render(request, "goals/drafts.html", {"page": queries.drafts_page(request.viewer)})


def draft(request: Request, pk: int) -> HttpResponse:
    return render(request, "goals/draft.html", _context(request, _draft(request, pk)))


def acceptance(request: Request, pk: int) -> HttpResponse:
    """Take the goal on, as proposed or changed."""
    found = _for_me(request, pk)
    plan = verbs.plan_of_draft(found)
    form, parts = AcceptForm(request.POST, draft=found, plan=plan), AcceptedParts(request.POST, plan)
    if all([form.is_valid(), parts.is_valid()]):
        try:
            accepted = replace(form.accepted, **parts.plans)
            goal = verbs.accept_draft(found, accepted, by=found.sent_to, at=timezone.now())
            return done(request, goal, message=f"The goal is yours. {found.sent_by.name} is told.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/draft.html", _context(request, _draft(request, pk), accept=form, parts=parts))


def refusal(request: Request, pk: int) -> HttpResponse:
    """Decline, with a reason for the sender."""
    found = _for_me(request, pk)
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            verbs.decline_draft(found, reason=form.cleaned_data["reason"], by=found.sent_to, at=timezone.now())
            return done(request, "goals:drafts", message=f"Declined. Only {found.sent_by.name} reads why.")
        except DomainError as said_no:
            form.add_error(None, str(said_no))
    return again(request, "goals/draft.html", _context(request, _draft(request, pk), decline=form))


def withdrawal(request: Request, pk: int) -> HttpResponse:
    """The sender takes the draft back."""
    found = _draft(request, pk)
    if request.viewer.employee != found.sent_by:
        raise PermissionDenied("Only the sender takes a draft back.")
    try:
        verbs.take_back_draft(found, by=found.sent_by, at=timezone.now())
        return done(request, "goals:drafts", message="The draft is taken back.")
    except DomainError as said_no:
        return again(request, "goals/draft.html", {**_context(request, found), "refusal": str(said_no)})


def _draft(request: Request, pk: int) -> GoalDraft:
    found = GoalDraft.objects.visible_to(request.viewer).select_related(
        "cycle", "parent__detail", "parent__unit", "parent__owner", "unit", "sent_by__user", "sent_to__user", "goal"
    )
    return get_object_or_404(found, pk=pk)


def _for_me(request: Request, pk: int) -> GoalDraft:
    found = _draft(request, pk)
    if request.viewer.employee != found.sent_to:
        raise PermissionDenied(f"Only {found.sent_to.name} answers this draft.")
    return found


def _context(request: Request, found: GoalDraft, **forms: Any) -> dict[str, Any]:
    me: Employee | None = request.viewer.employee
    is_mine = me is not None and me.pk == found.sent_to_id
    may_answer = is_mine and found.is_waiting and found.cycle.is_open
    context: dict[str, Any] = {
        "draft": found,
        "row": queries.row_of(found, request.viewer),
        "is_mine": is_mine,
        "may_answer": may_answer,
        "may_take_back": not is_mine and found.is_waiting,
        "opens_parent": Goal.objects.visible_to(request.viewer).filter(pk=found.parent_id).exists(),
        "beside": queries.asked_beside(found),
        "accept": forms.get("accept"),
        "parts": forms.get("parts"),
        "decline": forms.get("decline"),
        "refusal": "",
    }
    if not may_answer:  # answered or taken back meanwhile: there is no form beside which to say so
        refused = [form for form in (forms.get("accept"), forms.get("decline")) if form is not None]
        context["refusal"] = " ".join(error for form in refused for error in form.non_field_errors())
    if may_answer:
        plan = verbs.plan_of_draft(found)
        context["accept"] = context["accept"] or AcceptForm(draft=found, plan=plan)
        context["parts"] = context["parts"] or AcceptedParts(None, plan)
        context["decline"] = context["decline"] or DeclineForm()
    return context
