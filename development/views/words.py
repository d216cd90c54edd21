"""What stands beside a plan item: steps, reflections, evidence, comments."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from core.errors import DomainError
from core.respond import again, done
from development.forms.plan import StepForm, WordsForm
from development.models import Entry, PlanItem
from development.services import plan
from development.views.plan import ITEM, context, own, plan_context
from people.access import Request


def steps(request: Request, pk: int) -> HttpResponse:
    found, form = own(request, pk), StepForm(request.POST)
    if not form.is_valid():
        return again(request, ITEM, context(request, found) | {"step_form": form})
    plan.add_step(found, form.cleaned_data["text"])
    return done(request, found)


def step(request: Request, pk: int, step: int) -> HttpResponse:
    found = own(request, pk)
    one = get_object_or_404(found.steps, pk=step)
    plan.tick(one, request.POST.get("done") == "yes", on=timezone.localdate())
    return done(request, found)


def step_removal(request: Request, pk: int, step: int) -> HttpResponse:
    found = own(request, pk)
    plan.drop_step(get_object_or_404(found.steps, pk=step))
    return done(request, found, message="The step is gone.")


def words(request: Request, pk: int) -> HttpResponse:
    """A reflection or evidence by the owner, a comment by either."""
    items = PlanItem.objects.visible_to(request.viewer).select_related("owner__manager__user", "shared_with")
    found = get_object_or_404(items, pk=pk)
    form = WordsForm(request.POST)
    if form.is_valid():
        kind, text = form.cleaned_data["kind"], form.cleaned_data["text"]
        try:
            if found.owner != request.viewer.me or kind == Entry.Kind.COMMENT:
                plan.comment(found, text, by=request.viewer.me, at=timezone.now())
            else:
                plan.write(text, kind=kind, item=found, by=request.viewer.me, at=timezone.now())
            return done(request, found)
        except DomainError as refusal:
            form.add_error("text", str(refusal))
    return again(request, ITEM, context(request, found) | {"words_form": form})


def word_removal(request: Request, pk: int) -> HttpResponse:
    """Take back one's own words, beside an item or alone."""
    entry = get_object_or_404(Entry.objects.of(request.viewer.me), pk=pk)
    beside = PlanItem.objects.visible_to(request.viewer).filter(pk=entry.item_id or 0).first()
    plan.drop_words(entry)
    return done(request, beside or "development:plan", message="Your words are gone.")


def reflection(request: Request) -> HttpResponse:
    form = WordsForm({"kind": Entry.Kind.REFLECTION, "text": request.POST.get("text", "")})
    if not form.is_valid():
        return again(request, "development/plan.html", plan_context(request) | {"reflection": form})
    plan.write(
        form.cleaned_data["text"], kind=Entry.Kind.REFLECTION, item=None, by=request.viewer.me, at=timezone.now()
    )
    return done(request, "development:plan", message="Kept for you alone.")
