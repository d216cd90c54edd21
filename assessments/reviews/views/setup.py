"""Setting up a review cycle, step by step. The last step is the check on the cycle's own page."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.reviews import services
from assessments.reviews.forms import AudienceForm, LimitsForm, RatersForm, StagesForm, StepForm
from assessments.reviews.forms.cycles import first_dates
from assessments.reviews.models import ReviewCycle
from core.errors import DomainError
from core.respond import again, done
from people.access import Request

STEPS: dict[str, tuple[str, type[StepForm]]] = {
    "audience": ("Audience", AudienceForm),
    "raters": ("Raters", RatersForm),
    "stages": ("Stages", StagesForm),
    "limits": ("Limits", LimitsForm),
}
LAST = "Launch check"
TEMPLATE = "reviews/cycle_step.html"


def cycle_new(request: Request) -> HttpResponse:
    form = AudienceForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, TEMPLATE, _context("audience", form))
    if not form.is_valid():
        return again(request, TEMPLATE, _context("audience", form))
    dates = first_dates(timezone.localdate())
    cycle = services.create_cycle(by=request.viewer.actor, **dates, **form.cleaned_data)
    return redirect(_after(cycle, "audience"))


def cycle_setup(request: Request, pk: int, step: str) -> HttpResponse:
    """One step of a cycle in preparation."""
    request.stands_under = "reviews:cycles"
    cycle = get_object_or_404(ReviewCycle.objects.visible_to(request.viewer), pk=pk)
    if step not in steps_of(cycle):
        raise Http404
    if cycle.state != ReviewCycle.State.PREPARATION:
        messages.info(request, "This cycle has been launched; what people were told stays as it is.")
        return redirect("reviews:cycle", pk)
    form = STEPS[step][1](request.POST if request.method == "POST" else None, instance=cycle)
    if request.method != "POST":
        return render(request, TEMPLATE, _context(step, form))
    if form.is_valid():
        try:
            cycle = services.update_cycle(cycle, by=request.viewer.actor, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(_after(cycle, step))
    return again(request, TEMPLATE, _context(step, form))


def cycle_deletion(request: Request, pk: int) -> HttpResponse:
    cycle = get_object_or_404(ReviewCycle.objects.visible_to(request.viewer), pk=pk)
    name = cycle.name
    try:
        services.delete_cycle(cycle, by=request.viewer.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("reviews:cycle", pk=pk)
    return done(request, "reviews:cycles", message=f"{name} was given up before its launch. Nobody was told of it.")


def steps_of(cycle: ReviewCycle) -> list[str]:
    """Limits are about raters."""
    return [step for step in STEPS if step != "limits" or cycle.asks_others]


def labels(cycle: ReviewCycle) -> list[str]:
    return [*(STEPS[step][0] for step in steps_of(cycle)), LAST]


def _after(cycle: ReviewCycle, step: str) -> str:
    following = steps_of(cycle)[steps_of(cycle).index(step) + 1 :]
    if following:
        return reverse("reviews:cycle_setup", args=[cycle.pk, following[0]])
    return reverse("reviews:cycle", args=[cycle.pk])


def _context(step: str, form: StepForm) -> dict[str, object]:
    cycle = form.instance
    steps = steps_of(cycle)
    before = steps[: steps.index(step)]
    back = reverse("reviews:cycle_setup", args=[cycle.pk, before[-1]]) if before else reverse("reviews:cycles")
    return {
        "cycle": cycle if cycle.pk else None,
        "form": form,
        "step": step,
        "heading": STEPS[step][0],
        "steps": labels(cycle),
        "number": len(before) + 1,
        "is_last": step == steps[-1],
        "back_url": back,
    }
