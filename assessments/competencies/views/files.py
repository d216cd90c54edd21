"""The library as files: export, template, upload with a dry run, and the import itself."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assessments.competencies.forms.imports import UploadForm
from assessments.competencies.library_files import COLUMNS, NAMES
from assessments.competencies.models import Framework, LibraryImport
from assessments.competencies.queries import files as reads
from assessments.competencies.queries import texts
from assessments.competencies.services import imports
from core import tables
from core.errors import DomainError
from core.respond import again, done
from people.access import Request


def csv(request: Request) -> HttpResponse:
    framework = _framework(request)
    return _download(tables.to_csv(NAMES, reads.rows(framework)), tables.CSV_TYPE, f"{framework.key}.csv")


def xlsx(request: Request) -> HttpResponse:
    framework = _framework(request)
    return _download(tables.to_xlsx(reads.sheets(framework)), tables.XLSX_TYPE, f"{framework.key}.xlsx")


def json(request: Request) -> HttpResponse:
    framework = _framework(request)
    return _download(reads.as_json(framework).encode(), "application/json", f"{framework.key}.json")


def template(request: Request) -> HttpResponse:
    sheets = reads.template_sheets(_framework(request))
    return _download(tables.to_xlsx(sheets), tables.XLSX_TYPE, "competencies-template.xlsx")


def upload(request: Request) -> HttpResponse:
    framework = _framework(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    context = {"form": form, "framework": framework, "columns": COLUMNS, "recent": reads.recent(framework)}
    if request.method == "GET":
        return render(request, "competencies/import.html", context)
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            file = imports.upload(
                framework,
                given.name,
                given.read(),
                publishes=form.cleaned_data["publishes"],
                change_note=form.cleaned_data["change_note"],
                by=request.viewer.actor,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error("change_note" if isinstance(refusal, imports.NotReady) else "file", str(refusal))
        else:
            return done(request, _url(file))
    return again(request, "competencies/import.html", context)


def report(request: Request, pk: int) -> HttpResponse:
    page = request.GET.get("page")
    context = {"report": reads.report(_file(request, pk), page=page)}
    return render(request, "competencies/import_report.html", context)


def application(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    try:
        is_new = imports.apply(file, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return again(request, "competencies/import_report.html", {"report": reads.report(file), "refusal": refusal})
    said = "The file is imported." if is_new else "This file had been imported already. Nothing was done twice."
    return done(request, _url(file), message=said)


def removal(request: Request, pk: int) -> HttpResponse:
    file = _file(request, pk)
    try:
        imports.discard(file, by=request.viewer.actor)
    except DomainError as refusal:
        return again(request, "competencies/import_report.html", {"report": reads.report(file), "refusal": refusal})
    return done(request, "competencies:import", message="The file is thrown away.")


def refused(request: Request, pk: int) -> HttpResponse:
    content = tables.to_csv(*reads.refused_rows(_file(request, pk)))
    return _download(content, tables.CSV_TYPE, "rows-to-mend.csv")


def _framework(request: Request) -> Framework:
    framework = texts.chosen_framework(request.viewer, request.GET.get("framework", ""))
    if framework is None:
        raise Http404
    return framework


def _file(request: Request, pk: int) -> LibraryImport:
    return get_object_or_404(LibraryImport.objects.visible_to(request.viewer).select_related("framework"), pk=pk)


def _url(file: LibraryImport) -> str:
    return reverse("competencies:import_report", args=[file.pk])


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
