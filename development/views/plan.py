"""One's own plan, and the item that both sides see when it is shared. The words beside it are in words.py."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from assessments.competencies.models import HIGHEST_LEVEL
from core.errors import Conflict, DomainError
from core.numbers import whole_number
from core.respond import again, done
from development.forms.plan import ItemForm, StepForm, WordsForm
from development.models import Activity, PlanItem, Proposal
from development.queries import plan as reads
from development.services import coaching, plan
from people.access import Request

ITEM, EDIT = "development/item.html", "development/item_edit.html"
CONFLICT = 409


def my_plan(request: Request) -> HttpResponse:
    return render(request, "development/plan.html", plan_context(request))


def new(request: Request) -> HttpResponse:
    form = ItemForm(request.POST or None)
    if request.method == "GET":
        return render(request, EDIT, {"form": form, "item": None})
    if not form.is_valid():
        return again(request, EDIT, {"form": form, "item": None})
    made = plan.add(form.facts, by=request.viewer.me, at=timezone.now())
    return done(request, made, message="Only you see this item.")


def item(request: Request, pk: int) -> HttpResponse:
    items = PlanItem.objects.visible_to(request.viewer).select_related("owner__manager", "shared_with")
    found = get_object_or_404(items, pk=pk)
    request.stands_under = "development:plan" if found.owner == request.viewer.me else "development:team"
    return render(request, ITEM, context(request, found))


def edit(request: Request, pk: int) -> HttpResponse:
    found = own(request, pk)
    form = ItemForm(request.POST or None, instance=found)
    page: dict[str, Any] = {"form": form, "item": found}
    if request.method == "GET":
        return render(request, EDIT, page)
    if form.is_valid():
        try:
            changed = plan.change(found, form.facts, version=form.cleaned_data["version"] or 0)
            return done(request, changed, message="Saved.")
        except Conflict as refusal:
            form.add_error(None, str(refusal))
            return again(request, EDIT, page | {"saved": own(request, pk)}, status=CONFLICT)
    return again(request, EDIT, page)


def state(request: Request, pk: int) -> HttpResponse:
    found, to = own(request, pk), request.POST.get("to", "")
    if to in PlanItem.State.values:
        plan.set_state(found, to, on=timezone.localdate())
    return done(request, found, message=f"“{found.title}”: {found.get_state_display().lower()}.")


def sharing(request: Request, pk: int) -> HttpResponse:
    found = own(request, pk)
    try:
        plan.share(found, request.POST.get("share") == "yes", by=request.viewer.me)
    except DomainError as refusal:
        return again(request, ITEM, context(request, found) | {"refusal": refusal})
    if found.is_shared and found.shared_with:
        return done(request, found, message=f"Now visible to {found.shared_with.name} and you.")
    return done(request, found, message="Now visible to you only.")


def removal(request: Request, pk: int) -> HttpResponse:
    plan.remove(own(request, pk))
    return done(request, "development:plan", message="The item is gone, with all that was written beside it.")


def take(request: Request, pk: int) -> HttpResponse:
    """Put an activity of the catalogue on one's plan."""
    activity = get_object_or_404(Activity.objects.visible_to(request.viewer).offered(), pk=pk)
    aims = {(aim.competency.counts_for_id, aim.level) for aim in activity.aims.select_related("competency")}
    asked = (whole_number(request.POST.get("competency", "")), whole_number(request.POST.get("level", "")))
    competency, level = asked if asked in aims else (None, None)
    assert level is None or level <= HIGHEST_LEVEL
    taken = plan.take(activity, by=request.viewer.me, competency_id=competency, level=level, at=timezone.now())
    return done(request, taken, message="On your plan. Only you see it.")


def answer(request: Request, pk: int) -> HttpResponse:
    """Accept or decline what the manager proposed."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.viewer), pk=pk)
    if request.POST.get("answer") == "yes":
        return done(request, coaching.accept(proposal, at=timezone.now()), message="On your plan. Only you see it.")
    coaching.decline(proposal, at=timezone.now())
    return done(request, "development:plan", message="Gone from your plan. Nobody is told.")


def own(request: Request, pk: int) -> PlanItem:
    request.stands_under = "development:plan"
    return get_object_or_404(
        PlanItem.objects.of(request.viewer.me).select_related("owner__manager", "shared_with"), pk=pk
    )


def plan_context(request: Request) -> dict[str, Any]:
    now = timezone.now()
    tab, number = request.GET.get("show", "active"), request.GET.get("page")
    page = reads.plan_page(request.viewer.me, tab=tab, number=number, at=now)
    return {"page": page, "reflection": WordsForm()}


def context(request: Request, found: PlanItem) -> dict[str, Any]:
    return {"page": reads.item_page(found, request.viewer), "step_form": StepForm(), "words_form": WordsForm()}
