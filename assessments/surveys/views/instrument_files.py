"""Questionnaires as files: out as JSON and CSV; in with a look first, then all or nothing."""

from __future__ import annotations

import base64
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify

from assessments.surveys import instrument_files as files
from assessments.surveys.forms.instruments import NewFromFileForm, UploadForm
from assessments.surveys.models import InstrumentVersion
from assessments.surveys.services import instrument_files as services
from assessments.surveys.views.instruments import address, version_of
from core import tables
from core.errors import DomainError
from core.respond import again, done
from people.access import Request


def instrument_json(request: Request, key: str, number: int) -> HttpResponse:
    version = version_of(request, key, number)
    return _download(files.to_json(version), "application/json", version, "json")


def instrument_csv(request: Request, key: str, number: int) -> HttpResponse:
    version = version_of(request, key, number)
    return _download(files.to_csv(version), tables.CSV_TYPE, version, "csv")


def instrument_import(request: Request, key: str, number: int) -> HttpResponse:
    """Into a draft: first what the file would do, then, on the second button, does it."""
    version = version_of(request, key, number)
    if version.is_frozen:
        return redirect(address(version))
    form = UploadForm(request.POST or None, request.FILES or None, initial={"revision": version.revision})
    context: dict[str, Any] = {"version": version, "version_url": address(version), "form": form}
    if not form.is_bound:
        return render(request, "surveys/instrument_import.html", context)
    if not form.is_valid():
        return again(request, "surveys/instrument_import.html", context)
    name, uploaded = form.uploaded()
    try:
        content = files.read(name, uploaded)
        if request.POST.get("do") == "apply":
            plan = services.apply(version, content, revision=form.cleaned_data["revision"], by=request.viewer.actor)
            said = f"Imported: {len(plan.added)} added, {len(plan.changed)} changed, {len(plan.removed)} removed."
            return done(request, address(version), message=said)
        context["plan"] = services.look(version, content)
    except services.RowsRefused as refusal:
        context["plan"] = services.look(version, content)
        form.add_error(None, str(refusal))
    except DomainError as refusal:
        form.add_error("file", str(refusal))
    return _looked(request, "surveys/instrument_import.html", context, name, uploaded)


def instrument_import_new(request: Request) -> HttpResponse:
    """A questionnaire of one's own from a JSON file."""
    form = NewFromFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if not form.is_bound:
        return render(request, "surveys/instrument_import.html", context)
    if not form.is_valid():
        return again(request, "surveys/instrument_import.html", context)
    name, uploaded = form.uploaded()
    try:
        content = files.read(name, uploaded)
        context["plan"] = services.look_at_new(content)
        if request.POST.get("do") == "apply":
            title = form.cleaned_data["title"].strip() or content.name or "Imported questionnaire"
            draft = services.begin(content, name=title, by=request.viewer.actor)
            return done(request, address(draft), message="A draft is ready to be worked on.")
    except DomainError as refusal:
        form.add_error(None if "plan" in context else "file", str(refusal))
    return _looked(request, "surveys/instrument_import.html", context, name, uploaded)


def _looked(request: Request, template: str, context: dict[str, Any], name: str, uploaded: bytes) -> HttpResponse:
    """The page with what the file would do, which carries the file along to be applied."""
    plan = context.get("plan")
    context |= {"file_name": name, "carried": base64.b64encode(uploaded).decode() if plan else ""}
    refused = context["form"].errors or (plan and plan.errors)
    return again(request, template, context) if refused else render(request, template, context)


def _download(content: str | bytes, kind: str, version: InstrumentVersion, suffix: str) -> HttpResponse:
    name = f"{slugify(version.instrument.key)}-{version.number}.{suffix}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
