"""Import of people: template, upload, the report of the check, and the import itself."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from core import tables
from core.errors import DomainError
from core.respond import again, done
from people.access import Request
from people.forms.imports import UploadForm
from people.models import PeopleImport
from people.queries import imports as queries
from people.services import imports
from people.services import undo as services_undo

Holds = PeopleImport.Holds


def upload(request: Request) -> HttpResponse:
    return _upload(request, Holds.PEOPLE, "people/import.html")


def partners(request: Request) -> HttpResponse:
    return _upload(request, Holds.PARTNERS, "people/import_partners.html")


def _upload(request: Request, holds: Holds, template: str) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    context = {"form": form, "columns": queries.COLUMNS[holds], "recent": queries.recent(holds)}
    if request.method == "GET":
        return render(request, template, context)
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            file = imports.upload(given.name, given.read(), by=request.viewer.actor, at=timezone.now(), holds=holds)
            return done(request, reverse("people:import_report", args=[file.pk]))
        except DomainError as refusal:
            form.add_error("file", str(refusal))
    return again(request, template, context)


def report(request: Request, pk: int) -> HttpResponse:
    file = get_object_or_404(PeopleImport.objects.visible_to(request.viewer), pk=pk)
    only, page = request.GET.get("only", ""), request.GET.get("page")
    return render(
        request, "people/import_report.html", {"report": queries.report(file, at=timezone.now(), only=only, page=page)}
    )


def application(request: Request, pk: int) -> HttpResponse:
    file = get_object_or_404(PeopleImport.objects.visible_to(request.viewer), pk=pk)
    url = reverse("people:import_report", args=[file.pk])
    try:
        if file.lines.count() > imports.ROWS_AT_ONCE:
            imports.agree(file, by=request.viewer.actor, at=timezone.now())
            return done(request, url)
        is_new = imports.apply(file, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return _refused(request, file, refusal)
    said = "The file is imported." if is_new else "This file had been imported already. Nothing was done twice."
    return done(request, url, message=said)


def _refused(request: Request, file: PeopleImport, refusal: DomainError) -> HttpResponse:
    context = {"report": queries.report(file, at=timezone.now()), "refusal": refusal}
    return again(request, "people/import_report.html", context)


def progress(request: Request, pk: int) -> HttpResponse:
    """The waiting line of a large import; once there is an outcome, the whole page comes anew."""
    file = get_object_or_404(PeopleImport.objects.visible_to(request.viewer), pk=pk)
    if file.is_waiting and request.htmx:
        return render(request, "people/_import_job.html", {"file": file})
    url = reverse("people:import_report", args=[file.pk])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def removal(request: Request, pk: int) -> HttpResponse:
    file = get_object_or_404(PeopleImport.objects.visible_to(request.viewer), pk=pk)
    try:
        imports.discard(file, by=request.viewer.actor)
    except DomainError as refusal:
        return _refused(request, file, refusal)
    return done(request, reverse("people:import"), message="The file is thrown away.")


def undo(request: Request, pk: int) -> HttpResponse:
    """The look at what goes back and what stays, and the one press that does it."""
    file = get_object_or_404(PeopleImport.objects.visible_to(request.viewer), pk=pk)
    who, now = request.viewer.actor, timezone.now()
    refusal = None
    if request.method == "POST":
        try:
            is_new = services_undo.undo_import(file, shown=request.POST.get("shown", ""), by=who, at=now)
            said = "The import is taken back." if is_new else "This import had been taken back already."
            return done(request, reverse("people:import_report", args=[file.pk]), message=said)
        except DomainError as problem:
            refusal = problem
    view = queries.undo_page(file, by=who, at=now, page=request.GET.get("page"))
    context = {"view": view, "refusal": refusal}
    return render(request, "people/import_undo.html", context, status=422 if refusal else 200)


def refused_rows(request: Request, pk: int) -> HttpResponse:
    file = get_object_or_404(PeopleImport.objects.visible_to(request.viewer), pk=pk)
    return _download(tables.to_csv(*queries.refused_rows(file)), tables.CSV_TYPE, "rows-to-mend.csv")


def template_csv(request: Request) -> HttpResponse:
    _, header, rows = queries.template_sheets()[0]
    return _download(tables.to_csv(header, rows), tables.CSV_TYPE, "people-template.csv")


def template_xlsx(request: Request) -> HttpResponse:
    return _download(tables.to_xlsx(queries.template_sheets()), tables.XLSX_TYPE, "people-template.xlsx")


def partners_xlsx(request: Request) -> HttpResponse:
    """Today's HR partners as a file to change and upload."""
    return _download(tables.to_xlsx(queries.partner_sheets()), tables.XLSX_TYPE, "hr-partners.xlsx")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
