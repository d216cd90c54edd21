"""A manager's pages: team home, the table of people and goals, asking for news, the file."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from core import audit, tables
from core.respond import again, done
from dashboards.forms import AskForm
from dashboards.queries import manager
from dashboards.queries.adding_up import adding_up
from dashboards.queries.scope import NotYourUnit, TeamView, team_view
from dashboards.queries.unit_goals import unit_goals
from goals.models import Goal
from goals.queries.team_table import EXPORT_HEADER, askable, export_rows, team_table
from goals.services import asking
from people.access import Request


def home(request: Request) -> HttpResponse:
    page = manager.team_home(_view(request), at=timezone.now())
    return render(request, "dashboards/team.html", {"page": page, "view": page.view})


def unit_sum(request: Request) -> HttpResponse:
    """How the progress of a unit comes about: its parts, then its own goals one by one."""
    view = _view(request)
    unit, context = view.unit or view.heads, dict[str, object](view=view)
    total = adding_up(view.scope, unit, view.viewer, on=view.on) if view.scope and unit else None
    if view.scope and unit and total:
        context |= {
            "sum": total,
            "unit": unit,
            "found": unit_goals(view.scope, unit, view.viewer, total, on=view.on),
            "computed": manager.computed(view.scope.cycle, timezone.now()),
        }
    return render(request, "dashboards/unit_sum.html", context)


def goals(request: Request) -> HttpResponse:
    view, me = _view(request), request.viewer.me
    context: dict[str, object] = {
        "view": view,
        "has_tree": manager.has_tree(me),
        "pills": manager.pills(view),
        "form": AskForm(goals=Goal.objects.none()),
    }
    if view.scope:
        page, search = request.GET.get("page"), view.search
        context["table"] = team_table(view.scope, view.viewer, show=view.show, on=view.on, page=page, search=search)
        context["computed"] = manager.computed(view.scope.cycle, timezone.now())
    return render(request, "dashboards/team_goals.html", context)


def ask(request: Request) -> HttpResponse:
    """Ask for news: a page that says who gets a mail, then the mails. The address may name goals, or a view of the table."""
    me, view = request.viewer.me, _view(request)
    below = Goal.objects.visible_to(request.viewer).current().in_line_of(me)
    below = below.with_words().select_related("cycle", "owner__user").filter(owner__is_active=True)
    if request.method == "GET":
        form, every = AskForm(goals=below, initial={"goals": request.GET.getlist("goals")}), 0
        if request.GET.get("all") and view.scope:
            ids, every = askable(view.scope, view.viewer, show=view.show, on=view.on, search=view.search)
            form = AskForm(goals=below, initial={"goals": ids})
        return render(
            request, "dashboards/ask.html", {"form": form, "chosen": form.chosen, "every": every, "view": view}
        )
    form = AskForm(request.POST, goals=below)
    if form.is_valid():
        try:
            note = form.cleaned_data["note"]
            asked = asking.ask_for_updates(form.cleaned_data["goals"], note=note, by=me, at=timezone.now())
            return done(request, _table_url(view), message=manager.asked_words(asked))
        except asking.NobodyToAsk as refusal:
            form.add_error(None, str(refusal))
    return again(request, "dashboards/ask.html", {"form": form, "chosen": form.chosen, "view": view})


def export(request: Request) -> HttpResponse:
    """The table as a file, the filters in the address. Written down, for it carries goals of named people away."""
    view = _view(request)
    if view.scope is None:
        raise Http404("There is no cycle yet.")
    rows = export_rows(view.scope, view.viewer, show=view.show, on=view.on, search=view.search)
    name = f"team-goals-{view.on.isoformat()}"
    if request.POST.get("format") == "xlsx":
        sheets = [("Goals", EXPORT_HEADER, rows), *manager.unit_sheets(view)]
        content, kind, name = tables.to_xlsx(sheets), tables.XLSX_TYPE, f"{name}.xlsx"
    else:
        content, kind, name = tables.to_csv(EXPORT_HEADER, rows), tables.CSV_TYPE, f"{name}.csv"
    audit.record("exported the team's goals of", view.scope.cycle, by=request.viewer.actor, changes={"file": name})
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _table_url(view: TeamView) -> str:
    return f"{reverse('dashboards:team_goals')}{view.here}"


def _view(request: Request) -> TeamView:
    try:
        return team_view(request.viewer, request.GET.dict(), on=timezone.localdate())
    except NotYourUnit:
        raise Http404("There is no such unit below you.") from None
