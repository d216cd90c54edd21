"""Goals as files: export for everyone who sees them; import, its check and its report for HR."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from core import audit, tables
from core.errors import DomainError
from core.numbers import whole_number
from core.respond import again, done
from goals import files
from goals.forms.files import GoalFileForm
from goals.models import GoalCycle, GoalImport
from goals.queries import export as exports
from goals.queries.tree import current_cycle
from goals.services import imports, waiting
from people.access import Request

RECENT = 10


def export(request: Request) -> HttpResponse:
    """The goals of a cycle that the viewer sees, as CSV or XLSX. Written down, for it carries people's goals away."""
    text, kind = request.POST.get("cycle", ""), request.POST.get("format", "xlsx")
    cycles = GoalCycle.objects.visible_to(request.viewer)
    named = cycles.filter(pk=whole_number(text) or 0).first()
    cycle = named or current_cycle()
    if cycle is None:
        raise Http404("There is no goal cycle yet.")
    rows = exports.goal_rows(request.viewer, cycle, on=timezone.localdate())
    audit.record("exported goals of", cycle, by=request.viewer.actor, changes={"rows": len(rows)})
    name = f"goals-{cycle.pk}"
    if kind == "csv":
        return _download(tables.to_csv(exports.HEADER, rows), tables.CSV_TYPE, f"{name}.csv")
    return _download(tables.to_xlsx([("Goals", exports.HEADER, rows)]), tables.XLSX_TYPE, f"{name}.xlsx")


def upload(request: Request) -> HttpResponse:
    cycles = GoalCycle.objects.visible_to(request.viewer).open()
    form = GoalFileForm(request.POST or None, request.FILES or None, cycles=cycles)
    recent = GoalImport.objects.visible_to(request.viewer).select_related("cycle", "made_by__employee")
    recent = recent.annotate(rows=Count("lines"))[:RECENT]
    context: dict[str, Any] = {"form": form, "columns": files.COLUMNS, "recent": recent, "has_cycles": cycles.exists()}
    if request.method == "GET":
        chosen = request.GET.get("cycle")
        context["form"] = GoalFileForm(cycles=cycles, initial={"cycle": chosen or current_cycle()})
        return render(request, "goals/import.html", context)
    if form.is_valid():
        sent, cycle = form.cleaned_data["file"], form.cleaned_data["cycle"]
        try:
            file = imports.upload(cycle, sent.name or "", sent.read(), by=request.viewer.actor, at=timezone.now())
            return done(request, reverse("goals:import_report", args=[file.pk]))
        except DomainError as refusal:
            form.add_error("file", str(refusal))
    return again(request, "goals/import.html", context)


def report(request: Request, pk: int) -> HttpResponse:
    found = exports.import_report(_file(request, pk), page=request.GET.get("page"))
    context = {"report": found, "refusal": found.file.refusal, **_progress(found.file, found.rows)}
    return render(request, "goals/import_report.html", context)


def progress(request: Request, pk: int) -> HttpResponse:
    """How far a large file is; once there is an outcome, the whole page comes anew."""
    file = _file(request, pk)
    if file.is_waiting and request.htmx:
        context = {"file": file, **_progress(file, file.lines.count())}
        return render(request, "goals/_import_job.html", context)
    url = reverse("goals:import_report", args=[file.pk])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _progress(file: GoalImport, rows: int) -> dict[str, Any]:
    done = waiting.rows_done(file) if file.is_waiting else 0
    return {"done": done, "rows": rows, "percent": 100 * done // rows if rows else 0}


def application(request: Request, pk: int) -> HttpResponse:
    """Write what the check showed."""
    file = _file(request, pk)
    try:
        if file.lines.count() > imports.ROWS_AT_ONCE:
            imports.agree(file, by=request.viewer.actor, at=timezone.now())
            return done(request, reverse("goals:import_report", args=[file.pk]))
        imports.apply(file, by=request.viewer.actor, at=timezone.now())
        return done(request, reverse("goals:import_report", args=[file.pk]), message="The goals are imported.")
    except DomainError as refusal:
        found = exports.import_report(_file(request, pk), page=None)
        return again(request, "goals/import_report.html", {"report": found, "refusal": str(refusal)})


def removal(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    try:
        imports.discard(file, by=request.viewer.actor)
        return done(request, "goals:import", message="The file is thrown away.")
    except DomainError as refusal:
        found = exports.import_report(file, page=None)
        return again(request, "goals/import_report.html", {"report": found, "refusal": str(refusal)})


def refused(request: Request, pk: int) -> HttpResponse:
    header, rows = exports.refused_rows(_file(request, pk))
    return _download(tables.to_csv(header, rows), tables.CSV_TYPE, "goals-to-mend.csv")


def template(request: Request) -> HttpResponse:
    sheets = exports.template_sheets()
    if request.GET.get("format") == "csv":
        _, header, rows = sheets[0]
        return _download(tables.to_csv(header, rows), tables.CSV_TYPE, "goals-template.csv")
    return _download(tables.to_xlsx(sheets), tables.XLSX_TYPE, "goals-template.xlsx")


def _file(request: Request, pk: int) -> GoalImport:
    files_here = GoalImport.objects.visible_to(request.viewer)
    return get_object_or_404(files_here.select_related("cycle", "made_by__employee", "applied_by__employee"), pk=pk)


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
