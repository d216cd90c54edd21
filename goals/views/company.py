"""Comments, following, contributors, with whom a goal was chosen, and what a weight would do."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from core.numbers import whole_number
from core.respond import again, done
from goals import access
from goals.forms.company import CommentForm, ConsultationForm, ContributorForm
from goals.models import Comment, Goal
from goals.queries.around import helpers_of
from goals.queries.weights import WeightPreview, weight_preview
from goals.services import company
from goals.views.pages import goal_context, visible_goals
from people.access import Request


def comments(request: Request, pk: int) -> HttpResponse:
    """Say something about a goal that one sees."""
    goal = get_object_or_404(visible_goals(request).select_related("owner__manager"), pk=pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            company.comment(goal, by=request.viewer.me, at=timezone.now(), **form.cleaned_data)
            return done(request, f"{goal.get_absolute_url()}#comments", message="Your comment is there.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/detail.html", {**goal_context(request, goal), "comment_form": form})


def comment_removal(request: Request, pk: int) -> HttpResponse:
    said = get_object_or_404(Comment.objects.visible_to(request.viewer).select_related("by", "goal__detail"), pk=pk)
    try:
        company.take_back(said, by=request.viewer.me)
    except DomainError as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return done(request, f"{said.goal.get_absolute_url()}#comments", message="Your comment is gone.")


def following(request: Request, pk: int) -> HttpResponse:
    """Follow the goal, or stop with `stop` in the form."""
    goal = get_object_or_404(visible_goals(request), pk=pk)
    stops = "stop" in request.POST
    (company.unfollow if stops else company.follow)(goal, by=request.viewer.me)
    words = (
        "You follow this goal no more."
        if stops
        else "You follow this goal: comments and changes appear on your home page."
    )
    return done(request, goal, message=words)


def contributors(request: Request, pk: int) -> HttpResponse:
    """Who contributes; the form names one more."""
    goal = get_object_or_404(visible_goals(request), pk=pk)
    if not access.may_change(request.viewer, goal):
        raise PermissionDenied("The owner names who contributes, or whoever leads the unit or the owner.")
    form = ContributorForm(request.POST or None)
    people = helpers_of(goal)
    context: dict[str, Any] = {"goal": goal, "form": form, "people": people, "here": "Contributors"}
    if request.method == "GET":
        return render(request, "goals/contributors.html", context)
    if form.is_valid():
        person = form.cleaned_data["person"]
        try:
            company.add_contributor(goal, person, by=request.viewer.actor, at=timezone.now())
            return done(request, reverse("goals:contributors", args=[goal.pk]), message=f"{person.name} contributes.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/contributors.html", context)


def contributor_removal(request: Request, pk: int, person: int) -> HttpResponse:
    goal = get_object_or_404(visible_goals(request), pk=pk)
    if not access.may_change(request.viewer, goal):
        raise PermissionDenied("The owner names who contributes, or whoever leads the unit or the owner.")
    who = get_object_or_404(helpers_of(goal), pk=person)
    company.remove_contributor(goal, who, by=request.viewer.actor)
    return done(request, reverse("goals:contributors", args=[goal.pk]), message=f"{who.name} contributes no more.")


def consultations(request: Request, pk: int) -> HttpResponse:
    """With whom the goal was chosen; the form names one more."""
    goal = _mine_to_change(request, pk)
    form = ConsultationForm(request.POST or None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        company.add_consultation(goal, by=request.viewer.actor, **form.cleaned_data)
        return done(request, reverse("goals:consultations", args=[goal.pk]), message="It stands with the goal.")
    context = {"goal": goal, "form": form, "asked": goal.consultations.all(), "here": "Chosen with"}
    return again(request, "goals/consultations.html", context, status=200 if request.method == "GET" else 422)


def consultation_removal(request: Request, pk: int, asked: int) -> HttpResponse:
    goal = _mine_to_change(request, pk)
    company.remove_consultation(get_object_or_404(goal.consultations, pk=asked), by=request.viewer.actor)
    return done(request, reverse("goals:consultations", args=[goal.pk]), message="It is taken away.")


def _mine_to_change(request: Request, pk: int) -> Goal:
    goal: Goal = get_object_or_404(visible_goals(request), pk=pk)
    if not access.may_change(request.viewer, goal):
        raise PermissionDenied("The owner says with whom it was chosen, or whoever leads the unit or the owner.")
    return goal


def weights(request: Request) -> HttpResponse:
    """The preview of a weight, as a fragment beside the form; the form itself shows the same when it is checked."""
    found = preview_of(request, request.GET.get("parent"), request.GET.get("weight"), request.GET.get("goal"))
    return render(request, "goals/_weight.html", {"preview": found})


def preview_of(request: Request, parent: Any, weight: Any, goal: Any) -> WeightPreview | None:
    """The preview for what stands in a form; None while no goal to support or no weight is chosen."""
    numbers = [whole_number(str(text or "")) for text in (parent, weight, goal)]
    if numbers[0] is None or numbers[1] is None or numbers[1] > 1000:
        return None
    above = visible_goals(request).exclude(visibility=Goal.Visibility.PRIVATE).filter(pk=numbers[0]).first()
    own = visible_goals(request).filter(pk=numbers[2]).first() if numbers[2] else None
    if above is None:
        return None
    return weight_preview(request.viewer, above, own, numbers[1], on=timezone.localdate())
