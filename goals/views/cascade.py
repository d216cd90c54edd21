"""Cascading a goal: pick it, choose to whom and how, write the drafts, look at the roll-up, send. And aligning one."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.errors import Conflict, DomainError
from core.respond import again, done
from goals import access, recipients, services
from goals.forms.cascade import AlignForm, ChooseForm, DraftSheet, How
from goals.forms.planning import ParentField
from goals.models import Goal, GoalCycle, GoalDetail
from goals.queries import drafts as queries
from goals.queries.concealed import concealed
from goals.services import cascade as verbs
from goals.views.pages import visible_goals
from people.access import Request

KEPT = 300  # ticks that a search carries along; how many drafts may go at once the verb says
STEPS = ("Pick the goal", "To whom", "Write and check", "Sent")


def start(request: Request) -> HttpResponse:
    """The goals one can cascade from; whom `to` in the address names is ticked on the next page."""
    cycle = GoalCycle.objects.to_write_in()
    goals = recipients.goals_to_cascade(request.viewer, cycle) if cycle else []
    context: dict[str, Any] = {"goals": goals, "cycle": cycle, "leads": recipients.leads_anybody(request.viewer)}
    context["steps"] = STEPS
    context["to"] = urlencode([("to", key) for key in request.GET.getlist("to")[:KEPT]])
    return render(request, "goals/cascade_start.html", context)


def choose(request: Request, pk: int) -> HttpResponse:
    """To whom and how; goes on to the drafts by address, so that "back" works."""
    goal, kept = _goal(request, pk), request.GET.getlist("to")[:KEPT]
    offer = recipients.recipients_of(request.viewer, goal, q=request.GET.get("q", "")[:100], kept=kept)
    initial = {"to": kept, "how": request.GET.get("how")}
    form = ChooseForm(parent=goal, offer=offer, initial={k: v for k, v in initial.items() if v})
    template = "goals/_recipients.html" if request.htmx else "goals/cascade_choose.html"
    return render(request, template, {"goal": goal, "form": form, "offer": offer, "steps": STEPS})


def drafts(request: Request, pk: int) -> HttpResponse:
    """The drafts of the chosen: written, added up, previewed and sent."""
    goal = _goal(request, pk)
    chosen = _choose_form(request, goal)
    if not chosen.is_bound or not chosen.is_valid():
        refused = {"goal": goal, "form": chosen, "offer": chosen.offer, "steps": STEPS}
        return again(request, "goals/cascade_choose.html", refused)
    how = How(chosen.cleaned_data["how"])
    data = request.POST if request.method == "POST" else None
    sheet = DraftSheet(goal, chosen.chosen, how, request.viewer, data)
    context: dict[str, Any] = {"goal": goal, "sheet": sheet, "chosen": chosen, "how": how.value, "steps": STEPS}
    context |= {"message": request.POST.get("message", "")[:300], "measure": queries.measure_words(goal.detail)}
    if request.method == "GET":
        return render(request, "goals/cascade_drafts.html", context)
    if sheet.is_valid():
        if "send" not in request.POST:
            context["preview"] = queries.preview(goal, sheet.parts, request.viewer, on=timezone.localdate())
            return render(request, "goals/cascade_drafts.html", context)
        try:
            by = request.viewer.me
            sent = verbs.send_drafts(goal, sheet.drafts, message=context["message"], by=by, at=timezone.now())
            how_many = "The draft is" if len(sent) == 1 else f"{len(sent)} drafts are"
            return done(request, "goals:drafts", message=f"{how_many} on the way. You are told here how they answer.")
        except DomainError as refusal:
            context["refusal"] = str(refusal)
    return again(request, "goals/cascade_drafts.html", context)


def align(request: Request, pk: int) -> HttpResponse:
    """Say which goal an existing one supports, with what that does to the roll-up above."""
    goal = get_object_or_404(visible_goals(request).select_related("parent__detail"), pk=pk)
    if not access.may_change(request.viewer, goal) or goal.detail.level == GoalDetail.Level.ORGANISATION:
        raise PermissionDenied("The owner says which goal this one supports, or whoever leads the unit or the owner.")
    form = _align_form(request, goal)
    context: dict[str, Any] = {"goal": goal, "form": form}
    if request.method == "GET":
        return render(request, "goals/align.html", context)
    if form.is_valid():
        parent, weight = form.cleaned_data["parent"], form.cleaned_data["weight"]
        if "preview" in request.POST:
            context["parent"] = parent
            context["preview"] = _aligned(request, goal, parent, weight) if parent else None
            return render(request, "goals/align.html", context)
        try:
            plan = replace(services.plan_of(goal), parent=parent, weight=weight)
            version, on = form.cleaned_data["version"], timezone.localdate()
            services.change_goal(goal, plan, version=version, by=request.viewer.actor, on=on)
            said = f"It supports “{parent.detail.title}” now." if parent else "It supports no other goal now."
            return done(request, goal, message=said)
        except Conflict as refusal:
            return again(request, "goals/align.html", {**context, "refusal": str(refusal)}, status=409)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, "goals/align.html", context)


def _goal(request: Request, pk: int) -> Goal:
    goal: Goal = get_object_or_404(visible_goals(request), pk=pk)
    if not recipients.may_cascade(request.viewer, goal):
        raise PermissionDenied("Whoever leads a unit or people can cascade this goal to them.")
    return goal


def _choose_form(request: Request, goal: Goal) -> ChooseForm:
    """The form as sent: everybody who was ticked may be chosen, whether or not the page would list them now."""
    offer = recipients.recipients_of(request.viewer, goal, kept=request.GET.getlist("to")[:KEPT])
    return ChooseForm(request.GET if "how" in request.GET else None, parent=goal, offer=offer)


def _align_form(request: Request, goal: Goal) -> AlignForm:
    initial = {"parent": goal.parent_id, "weight": goal.weight, "version": goal.detail.version}
    form = AlignForm(request.POST or None, initial=initial)
    field = ParentField(label="Supports", queryset=_parents(request, goal), required=False, empty_label="No other goal")
    form.fields["parent"] = field
    return form


def _parents(request: Request, goal: Goal) -> Any:
    """Goals of its own level or above that the viewer may name, without the goal and what lies below it."""
    levels = [level.value for level in GoalDetail.Level if level.rank <= GoalDetail.Level(goal.detail.level).rank]
    open_to_me = access.parents_to_set(request.viewer, goal.cycle_id).filter(detail__level__in=levels)
    named = Q(pk__in=open_to_me.values("pk")) | Q(pk=goal.parent_id or 0)
    offered = Goal.objects.visible_to(request.viewer).filter(named).exclude(pk=goal.pk)
    return offered.with_words().order_by("unit__position", "depth", "pk")


def _aligned(request: Request, goal: Goal, parent: Goal, weight: int) -> queries.Preview | None:
    if parent.pk == goal.parent_id:
        return None
    on = timezone.localdate()
    is_concealed = not goal.has_metric and bool(concealed([goal.pk], request.viewer, on))
    part = queries.NewPart(
        goal.detail.title,
        goal.owner.name,
        weight,
        goal.starts_on,
        begins_at_nought=False,
        progress_ppm=None if is_concealed else goal.progress_ppm,
        is_concealed=is_concealed,
    )
    return queries.preview(parent, [part], request.viewer, on=on)
