"""One's own plan, and the item that both sides see when it is shared."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from assessments.competencies.models import HIGHEST_LEVEL
from core.errors import DomainError
from core.numbers import whole_number
from core.respond import again, done
from development.forms.plan import AnswerForm, ItemForm, StepForm, WordsForm
from development.models import Activity, Entry, PlanItem, Proposal
from development.queries import plan as reads
from development.services import coaching, plan
from people.access import Request
from people.models import Employee

ITEM = "development/item.html"


def my_plan(request: Request) -> HttpResponse:
    return render(request, "development/plan.html", _plan_context(request))


def new(request: Request) -> HttpResponse:
    form = ItemForm(request.POST or None)
    if request.method == "GET":
        return render(request, "development/item_edit.html", {"form": form, "item": None})
    if not form.is_valid():
        return again(request, "development/item_edit.html", {"form": form, "item": None})
    made = plan.add(form.facts, by=_me(request), at=timezone.now())
    return done(request, made, message="Only you see this item.")


def item(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(PlanItem.objects.visible_to(request.viewer).select_related("owner__manager"), pk=pk)
    request.stands_under = "development:plan" if found.owner == _me(request) else "development:team"
    return render(request, ITEM, _context(request, found))


def edit(request: Request, pk: int) -> HttpResponse:
    found = _own(request, pk)
    form = ItemForm(request.POST or None, instance=found)
    if request.method == "GET":
        return render(request, "development/item_edit.html", {"form": form, "item": found})
    if not form.is_valid():
        return again(request, "development/item_edit.html", {"form": form, "item": found})
    return done(request, plan.change(found, form.facts), message="Saved.")


def state(request: Request, pk: int) -> HttpResponse:
    found, to = _own(request, pk), request.POST.get("to", "")
    if to in PlanItem.State.values:
        plan.set_state(found, to, on=timezone.localdate())
    return done(request, found, message=f"“{found.title}”: {found.get_state_display().lower()}.")


def sharing(request: Request, pk: int) -> HttpResponse:
    me, found = _me(request), _own(request, pk)
    plan.share(found, request.POST.get("share") == "yes", by=me)
    reader = me.manager.name if me.manager else "your manager"
    return done(
        request, found, message=f"Now visible to {reader} and you." if found.is_shared else "Now visible to you only."
    )


def removal(request: Request, pk: int) -> HttpResponse:
    plan.remove(_own(request, pk))
    return done(request, "development:plan", message="The item is gone, with all that was written beside it.")


def steps(request: Request, pk: int) -> HttpResponse:
    found, form = _own(request, pk), StepForm(request.POST)
    if not form.is_valid():
        return again(request, ITEM, _context(request, found) | {"step_form": form})
    plan.add_step(found, form.cleaned_data["text"])
    return done(request, found)


def step(request: Request, pk: int, step: int) -> HttpResponse:
    found = _own(request, pk)
    one = get_object_or_404(found.steps, pk=step)
    plan.tick(one, request.POST.get("done") == "yes", on=timezone.localdate())
    return done(request, found)


def words(request: Request, pk: int) -> HttpResponse:
    """A reflection or evidence by the owner, a comment by either."""
    found = get_object_or_404(PlanItem.objects.visible_to(request.viewer).select_related("owner__manager__user"), pk=pk)
    me, form = _me(request), WordsForm(request.POST)
    if form.is_valid():
        kind, text = form.cleaned_data["kind"], form.cleaned_data["text"]
        try:
            if found.owner != me or kind == Entry.Kind.COMMENT:
                plan.comment(found, text, by=me, at=timezone.now())
            else:
                plan.write(text, kind=kind, item=found, by=me, at=timezone.now())
            return done(request, found)
        except DomainError as refusal:
            form.add_error("text", str(refusal))
    return again(request, ITEM, _context(request, found) | {"words_form": form})


def reflection(request: Request) -> HttpResponse:
    form = WordsForm({"kind": Entry.Kind.REFLECTION, "text": request.POST.get("text", "")})
    if not form.is_valid():
        return again(request, "development/plan.html", _plan_context(request) | {"reflection": form})
    plan.write(form.cleaned_data["text"], kind=Entry.Kind.REFLECTION, item=None, by=_me(request), at=timezone.now())
    return done(request, "development:plan", message="Kept for you alone.")


def take(request: Request, pk: int) -> HttpResponse:
    """Put an activity of the catalogue on one's plan."""
    activity = get_object_or_404(Activity.objects.visible_to(request.viewer).offered(), pk=pk)
    aims = {(aim.competency_id, aim.level) for aim in activity.aims.all()}
    asked = (whole_number(request.POST.get("competency", "")), whole_number(request.POST.get("level", "")))
    competency, level = asked if asked in aims else (None, None)
    assert level is None or level <= HIGHEST_LEVEL
    taken = plan.take(activity, by=_me(request), competency_id=competency, level=level, at=timezone.now())
    return done(request, taken, message="On your plan. Only you see it.")


def answer(request: Request, pk: int) -> HttpResponse:
    """Accept or decline what the manager proposed."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.viewer), pk=pk)
    if request.POST.get("answer") == "yes":
        return done(request, coaching.accept(proposal, at=timezone.now()), message="On your plan. Only you see it.")
    coaching.decline(proposal, at=timezone.now())
    return done(request, "development:plan", message="Gone from your plan. Nobody is told.")


def _own(request: Request, pk: int) -> PlanItem:
    request.stands_under = "development:plan"
    return get_object_or_404(PlanItem.objects.of(_me(request)).select_related("owner__manager"), pk=pk)


def _me(request: Request) -> Employee:
    assert request.viewer.employee is not None
    return request.viewer.employee


def _plan_context(request: Request) -> dict[str, Any]:
    now = timezone.now()
    tab = request.GET.get("show", "active")
    page = reads.plan_page(_me(request), request.viewer, tab=tab, at=now, on=timezone.localdate(now))
    return {"page": page, "answer_form": AnswerForm(), "reflection": WordsForm()}


def _context(request: Request, found: PlanItem) -> dict[str, Any]:
    return {"page": reads.item_page(found, request.viewer), "step_form": StepForm(), "words_form": WordsForm()}
