"""Rounds of blind answers: calling one, answering, putting on the table, agreeing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from actions import access
from actions.forms.workshops import AgreeForm, AlikeForm, AnswerForm, CallForm
from actions.models import Workshop
from actions.queries import workshops as queries
from actions.services import workshops as services
from core.errors import DomainError
from core.respond import again, done
from people.access import Request
from people.forms.fields import as_typed
from people.models import Employee, RoleGrant


def workshops(request: Request) -> HttpResponse:
    rows = queries.rounds(request.viewer, on=timezone.localdate())
    context = {"rows": rows, "may_call": access.may_hold_workshops(request.viewer)}
    return render(request, "actions/workshops.html", context)


def call(request: Request) -> HttpResponse:
    if not access.may_hold_workshops(request.viewer):
        return render(request, "actions/only_leaders.html", {"words": "HR administrators and leaders call a round."})
    people = Employee.objects.visible_to(request.viewer).active()
    executives = Q(user__role_grants__role=RoleGrant.Role.EXECUTIVE)
    heads = Q(headed_units__depth__lte=access.LEADERS_DEPTH, headed_units__is_active=True)
    leaders = people.filter(pk__in=people.filter(executives | heads).values("pk")).select_related("unit")
    me = request.viewer.employee
    initial = {"facilitator": as_typed(me) if me else "", "leaders": leaders}
    form = CallForm(request.POST or None, leaders=leaders, people=people, today=timezone.localdate(), initial=initial)
    if request.method == "GET":
        return render(request, "actions/workshop_new.html", {"form": form})
    if form.is_valid():
        try:
            made = services.call(**form.call, by=request.viewer.actor, at=timezone.now())
            here = made if me and Workshop.objects.visible_to(request.viewer).filter(pk=made.pk).exists() else None
            return done(request, here or reverse("actions:workshops"), message="Everyone who takes part has been told.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "actions/workshop_new.html", {"form": form})


def workshop(request: Request, pk: int) -> HttpResponse:
    return _overview(request, _round(request, pk))


def prompt(request: Request, pk: int, code: str) -> HttpResponse:
    """Answer alone; later read the others."""
    found = _round(request, pk)
    page = _page(request, found, code)
    form = AnswerForm(request.POST or None, page=page)
    if request.method == "GET":
        return render(request, "actions/prompt.html", _context(request, page, form=form))
    if not page.me:
        raise PermissionDenied("Only those who take part answer.")
    if form.is_valid():
        try:
            services.save_answer(page.me, page.item, form.rows)
            following = reverse("actions:prompt", args=[pk, page.next]) if page.next else found
            return done(request, following, message="Saved. Only you can read it for now.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "actions/prompt.html", _context(request, page, form=form))


def hand_in(request: Request, pk: int) -> HttpResponse:
    found = _round(request, pk)
    page = queries.overview(found, request.viewer, on=timezone.localdate())
    if not page.me:
        raise PermissionDenied("Only those who take part hand in.")
    try:
        services.hand_in(page.me, at=timezone.now())
    except DomainError as refusal:
        return _overview(request, found, refusal=refusal)
    return done(request, found, message="Handed in. You will hear when all answers are on the table.")


def opening(request: Request, pk: int) -> HttpResponse:
    return _facilitated(request, pk, services.open_round, "All answers are on the table.")


def closure(request: Request, pk: int) -> HttpResponse:
    return _facilitated(
        request, pk, services.close, "The round is closed. What was agreed stands on the strategy page."
    )


def alike(request: Request, pk: int, code: str) -> HttpResponse:
    found = _round(request, pk)
    page = _page(request, found, code)
    if not page.me:
        raise PermissionDenied("Only those who take part say how alike the answers are.")
    form = AlikeForm(request.POST)
    if form.is_valid():
        try:
            services.say_alike(page.me, code, form.cleaned_data["said"])
            return done(request, reverse("actions:prompt", args=[pk, code]))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "actions/prompt.html", _context(request, page, form=form))


def agreed(request: Request, pk: int, code: str) -> HttpResponse:
    found = _round(request, pk)
    page = _page(request, found, code)
    if not page.may_facilitate:
        raise PermissionDenied("The facilitator writes down what is agreed.")
    form = _agree_form(request, page, request.POST)
    if form.is_valid():
        try:
            services.agree(
                found,
                page.item,
                **form.cleaned_data,
                agreement=page.agreement,
                by=request.viewer.actor,
                at=timezone.now(),
            )
            return done(
                request, reverse("actions:prompt", args=[pk, code]), message="Agreed, and on the strategy page."
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "actions/prompt.html", _context(request, page, agree=form))


def _round(request: Request, pk: int) -> Workshop:
    found = Workshop.objects.visible_to(request.viewer).select_related("form", "facilitator")
    return get_object_or_404(found, pk=pk)


def _page(request: Request, found: Workshop, code: str) -> queries.PromptPage:
    page = queries.prompt_page(found, code, request.viewer)
    if page is None:
        raise Http404("This round has no such question.")
    return page


def _overview(request: Request, found: Workshop, refusal: DomainError | None = None) -> HttpResponse:
    page = queries.overview(found, request.viewer, on=timezone.localdate())
    context = {"page": page, "refusal": str(refusal) if refusal else ""}
    return render(request, "actions/workshop.html", context, status=422 if refusal else 200)


def _facilitated(request: Request, pk: int, verb: Any, message: str) -> HttpResponse:
    found = _round(request, pk)
    if not access.may_facilitate(request.viewer, found):
        raise PermissionDenied("The facilitator does this.")
    try:
        verb(found, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return _overview(request, found, refusal=refusal)
    return done(request, found, message=message)


def _agree_form(request: Request, page: queries.PromptPage, data: Any = None) -> AgreeForm:
    people = Employee.objects.visible_to(request.viewer).active()
    me = request.viewer.employee
    initial = {
        "text": page.suggested,
        "owner": as_typed(me) if me else "",
        "review_on": services.next_review(timezone.now()),
    }
    return AgreeForm(data, people=people, today=timezone.localdate(), initial=initial)


def _context(request: Request, page: queries.PromptPage, **forms: Any) -> dict[str, Any]:
    may_agree = page.may_facilitate and not page.workshop.is_blind and not page.agreed
    refused = next((form for form in forms.values() if form.is_bound and form.errors), None)
    return {
        "page": page,
        "answer": forms["form"] if isinstance(forms.get("form"), AnswerForm) else AnswerForm(page=page),
        "agree": forms.get("agree") or (_agree_form(request, page) if may_agree else None),
        "alike": list(AlikeForm.base_fields["said"].choices),  # type: ignore[attr-defined]
        "form": refused,
    }
