"""Documents from the model: make, read, print, edit, take away as DOCX."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from assessments.competencies.document_files import DOCX_TYPE, to_docx
from assessments.competencies.document_text import Part, parts
from assessments.competencies.forms.documents import DocumentForm, NewDocumentForm
from assessments.competencies.models import Document
from assessments.competencies.queries import documents as reads
from assessments.competencies.services import documents as services
from core.errors import DomainError
from core.respond import again, done
from people.access import Request


def documents(request: Request) -> HttpResponse:
    page = reads.document_list(request.viewer, page=request.GET.get("page"))
    context = {"documents": page, "may_edit": request.viewer.is_hr}
    return render(request, "competencies/documents.html", context)


def new(request: Request) -> HttpResponse:
    roles = reads.roles()
    chosen = next((role.pk for role in roles if role.job_role.key == request.GET.get("role")), None)
    kind = request.GET.get("kind")
    initial = {"profile": chosen, "kind": kind if kind in Document.Kind.values else Document.Kind.JOB_DESCRIPTION}
    form = NewDocumentForm(request.POST or None, roles=roles, initial=initial)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            document = services.generate(
                typed["profile"],
                typed["kind"],
                only_focus=typed["only_focus"],
                by=request.viewer.actor,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _url(document), message="The document is made. Edit it as you like.")
    context = {"form": form, "has_roles": bool(roles)}
    if form.is_bound:
        return again(request, "competencies/document_new.html", context)
    return render(request, "competencies/document_new.html", context)


def document(request: Request, pk: int) -> HttpResponse:
    page = reads.document_page(_found(request, pk))
    return render(request, "competencies/document.html", {"page": page, "may_edit": request.viewer.is_hr})


def edit(request: Request, pk: int) -> HttpResponse:
    found = _found(request, pk)
    initial = {"title": found.title, "text": found.text, "revision": found.revision}
    form = DocumentForm(request.POST or None, initial=initial)
    status = 422 if form.is_bound else 200
    saved: list[Part] = []
    if form.is_valid():
        try:
            services.save_text(found, **form.cleaned_data, by=request.viewer.actor, at=timezone.now())
        except services.Stale as refusal:
            messages.warning(request, str(refusal))
            form = DocumentForm(initial={**form.cleaned_data, "revision": found.revision})
            status, saved = 409, parts(found.text)
        else:
            return done(request, _url(found), message="The document is saved.")
    context = {"form": form, "document": found, "saved": saved}
    return render(request, "competencies/document_edit.html", context, status=status)


def docx(request: Request, pk: int) -> HttpResponse:
    found = _found(request, pk)
    name = f"{slugify(found.title) or 'document'}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(to_docx(found.title, found.text), content_type=DOCX_TYPE, headers=headers)


def removal(request: Request, pk: int) -> HttpResponse:
    services.delete(_found(request, pk), by=request.viewer.actor)
    return done(request, "competencies:documents", message="The document is deleted.")


def _found(request: Request, pk: int) -> Document:
    return get_object_or_404(reads.documents(request.viewer), pk=pk)


def _url(document: Document) -> str:
    return reverse("competencies:document", args=[document.pk])
