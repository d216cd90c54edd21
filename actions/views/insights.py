"""Did it work? What the surveys showed after actions and goals, and what HR holds up to others."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from actions import access
from actions.forms.insights import InsightsForm, PracticeForm
from actions.models import Action, Practice
from actions.queries import insights as queries
from actions.queries import worked
from actions.services import practices
from core.errors import DomainError
from core.respond import again, done
from core.tables import CSV_TYPE, to_csv
from goals.models import Goal
from people.access import Request


def insights(request: Request) -> HttpResponse:
    form = InsightsForm(request.GET, viewer=request.viewer)
    page = queries.page(request.viewer, form.filters, on=timezone.localdate(), number=request.GET.get("page"))
    return render(request, "actions/insights.html", {"page": page, "form": form})


def insights_csv(request: Request) -> HttpResponse:
    """The list as it is narrowed, all of it."""
    filters = InsightsForm(request.GET, viewer=request.viewer).filters
    rows = queries.table(request.viewer, filters, on=timezone.localdate())
    response = HttpResponse(to_csv(queries.HEADINGS, rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="did-it-work.csv"'
    return response


def practice_of_action(request: Request, pk: int) -> HttpResponse:
    found = access.in_care(request.viewer, Action.objects.visible_to(request.viewer).with_words())
    action = get_object_or_404(found, pk=pk)
    verdicts = list(worked.of_actions([action], request.viewer).values())
    return _practice(request, action, verdicts)


def practice_of_goal(request: Request, pk: int) -> HttpResponse:
    found = access.in_care(request.viewer, Goal.objects.visible_to(request.viewer).with_words())
    goal = get_object_or_404(found.select_related("owner__user"), pk=pk)
    verdicts = list(worked.of_goals([goal], request.viewer).values())
    return _practice(request, goal, verdicts)


def practice_removal(request: Request, pk: int) -> HttpResponse:
    practice = get_object_or_404(Practice.objects.visible_to(request.viewer).with_words(), pk=pk)
    practices.unmark(practice, by=request.viewer.actor)
    return done(request, "actions:insights", message=f"“{practice.subject}” is no longer a practice to copy.")


def _practice(request: Request, subject: Action | Goal, verdicts: list[worked.Worked]) -> HttpResponse:
    """Say what to copy, with what the surveys say about it in sight."""
    marked: Practice | None = getattr(subject, "practice", None)
    form = PracticeForm(request.POST or None, initial={"words": marked.words if marked else ""})
    context = {"form": form, "subject": subject, "marked": marked, "verdicts": verdicts}
    if request.method == "GET":
        return render(request, "actions/practice.html", context)
    if form.is_valid():
        try:
            practices.mark(subject, **form.cleaned_data, by=request.viewer.actor, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, "actions:insights", message=f"“{subject}” is a practice to copy now.")
    return again(request, "actions/practice.html", context)
