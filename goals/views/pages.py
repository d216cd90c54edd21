"""The goal tree, one goal, my goals."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core import audit
from goals import access, recipients
from goals.forms.company import CommentForm
from goals.forms.filters import FilterForm
from goals.models import Goal, GoalCycle, GoalDetail
from goals.models.goal import GoalQuerySet
from goals.queries import page as goal_pages
from goals.queries import people
from goals.queries import tree as trees
from goals.queries.around import around
from goals.queries.explainer import explain
from people.access import Request, Role


def tree(request: Request) -> HttpResponse:
    form = FilterForm(request.GET, viewer=request.viewer)
    found = trees.tree_page(request.viewer, form.filters, on=timezone.localdate(), page=request.GET.get("page"))
    context = {"tree": found, "form": form, "filters": form.filters, "may_set": access.levels_to_set(request.viewer)}
    context["may_cascade"] = request.viewer.has(Role.EMPLOYEE) and recipients.leads_anybody(request.viewer)
    context["coming"] = None if found.cycle else GoalCycle.objects.to_write_in()
    context["sees_alignment"] = request.viewer.has(Role.MANAGER, Role.HR_ADMIN, Role.HR_PARTNER, Role.EXECUTIVE)
    return render(request, "goals/tree.html", context)


def branch(request: Request, pk: int) -> HttpResponse:
    """What supports one goal: a fragment for the tree, a page of its own without HTMX."""
    goal = get_object_or_404(visible_goals(request), pk=pk)
    on = goal.cycle.day_of_scores(timezone.localdate())
    node, page = trees.branch(request.viewer, goal, on=on, page=request.GET.get("page"))
    template = "goals/_branch.html" if request.htmx else "goals/branch.html"
    return render(request, template, {"node": node, "page": page, "goal": goal})


def detail(request: Request, pk: int) -> HttpResponse:
    goal = get_object_or_404(visible_goals(request).select_related("owner__manager", "owner__user", "final"), pk=pk)
    if request.htmx:
        found = explain(goal, request.viewer, on=goal.cycle.day_of_scores(timezone.localdate()))
        return render(request, "goals/_rollup.html", {"goal": goal, "rollup": found})
    if goal.visibility != Goal.Visibility.PUBLIC:
        audit.viewed(goal, by=request.viewer.actor, about=goal.owner.user)
    return render(request, "goals/detail.html", goal_context(request, goal))


def goal_context(request: Request, goal: Goal) -> dict[str, Any]:
    """What the page of a goal fetched through visible_goals shows."""
    on = goal.cycle.day_of_scores(timezone.localdate())
    view = goal_pages.goal_page(goal, request.viewer, on=on)
    may_check_in, may_change = access.may_check_in(request.viewer, goal), access.may_change(request.viewer, goal)
    supports = may_support(request, goal)
    is_private = goal.visibility == Goal.Visibility.PRIVATE
    return {
        "now": timezone.now(),
        "may_cascade": supports and recipients.leads_anybody(request.viewer),
        "may_align": may_change and not is_private and goal.detail.level != GoalDetail.Level.ORGANISATION,
        "view": view,
        "goal": goal,
        "rollup": view.explainer,
        "around": around(goal, request.viewer),
        "comment_form": CommentForm() if request.viewer.employee else None,
        "may_check_in": may_check_in,
        "may_change": may_change,
        "may_read_guardrails": may_check_in or (may_change and goal.cycle.takes_check_ins),
        "may_support": supports,
        "may_copy": bool(access.levels_to_set(request.viewer)) and (goal.cycle.is_open or _is_any_open()),
    }


def mine(request: Request) -> HttpResponse:
    today = timezone.localdate()
    cycles = list(GoalCycle.objects.visible_to(request.viewer).filter(goals__owner=request.viewer.me).distinct())
    text = request.GET.get("cycle", "")
    chosen = next((cycle for cycle in cycles if str(cycle.pk) == text), None)
    day = chosen.day_of_scores(today) if chosen else today
    cards = people.my_goals(request.viewer, on=day, cycle=chosen)
    context = {
        "cards": cards,
        "waiting": sum(bool(card.needs) for card in cards),
        "sight": people.line_of_sight(request.viewer.me, on=today),
        "cycles": cycles,
        "chosen": chosen,
    }
    return render(request, "goals/mine.html", context)


def visible_goals(request: Request) -> GoalQuerySet:
    goals: GoalQuerySet = Goal.objects.visible_to(request.viewer).with_words().select_related("cycle")
    return goals


def may_support(request: Request, goal: Goal) -> bool:
    """Whether the viewer could set a goal that supports this one."""
    if not goal.is_active or not goal.cycle.is_open or goal.visibility == Goal.Visibility.PRIVATE:
        return False
    rank = GoalDetail.Level(goal.detail.level).rank
    levels = [level for level in access.levels_to_set(request.viewer) if level.rank >= rank and level.rank > 0]
    return bool(levels) and access.may_be_parent(request.viewer, goal)


def _is_any_open() -> bool:
    return GoalCycle.objects.open().exists()
