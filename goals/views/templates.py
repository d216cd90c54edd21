"""Templates of goals, which HR keeps."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from core.errors import Conflict, DomainError
from core.numbers import whole_number
from core.respond import again, done
from goals.forms.sheet import Start, differing_rows
from goals.forms.templates import TemplateSheet
from goals.models import Goal, GoalTemplate
from goals.services import templates as services
from goals.views.pages import visible_goals
from people.access import Request


def templates(request: Request) -> HttpResponse:
    found = GoalTemplate.objects.visible_to(request.viewer).order_by("is_archived", "level", "title")
    return render(request, "goals/templates.html", {"templates": found})


def new(request: Request) -> HttpResponse:
    """A template from nothing, or from a goal that HR sees and that is not private."""
    pk, template = whole_number(request.GET.get("from", "")), GoalTemplate()
    if pk is not None:
        goals = visible_goals(request).exclude(visibility=Goal.Visibility.PRIVATE)
        template = services.template_of(get_object_or_404(goals, pk=pk))
    return _edited(request, template)


def change(request: Request, pk: int) -> HttpResponse:
    return _edited(request, get_object_or_404(GoalTemplate.objects.visible_to(request.viewer), pk=pk))


def _edited(request: Request, template: GoalTemplate) -> HttpResponse:
    sheet = TemplateSheet(request.POST if request.method == "POST" else None, template)
    context = {"sheet": sheet, "is_new": template.pk is None, "title": template.title}
    if request.method == "GET":
        return render(request, "goals/template_edit.html", context)
    if sheet.is_valid():
        try:
            version = sheet.form.cleaned_data["version"]
            kept = services.keep_template(sheet.template, by=request.viewer.actor, version=version)
            return done(request, "goals:templates", message=f"“{kept.title}” is kept.")
        except Conflict as refusal:
            stored = GoalTemplate.objects.visible_to(request.viewer).get(pk=template.pk)
            rows = differing_rows(Start.template(stored), Start.template(sheet.template))
            context |= {"conflict": refusal, "now": TemplateSheet(None, stored).form, "now_rows": rows}
            return again(request, "goals/template_edit.html", context, status=409)
        except DomainError as refusal:
            sheet.form.add_error(None, str(refusal))
    return again(request, "goals/template_edit.html", context)
