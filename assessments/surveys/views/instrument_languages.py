"""Languages of a questionnaire: how far each is, sheets with the original beside, files for a translator, publication."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from assessments.surveys import language_files as files
from assessments.surveys.forms.languages import AddLanguageForm, SheetForm, TranslationsForm
from assessments.surveys.models import VersionLanguage
from assessments.surveys.queries import languages as queries
from assessments.surveys.services import languages as services
from assessments.surveys.views.instruments import address, version_of
from core import tables
from core.errors import DomainError
from core.respond import again, done
from people.access import Request, Role

PAGE, IMPORT = "surveys/instrument_language.html", "surveys/instrument_language_import.html"


def instrument_language_new(request: Request, key: str, number: int) -> HttpResponse:
    version = version_of(request, key, number)
    form = AddLanguageForm(request.POST, addable=queries.addable(version, queries.codes(version)))
    if not form.is_valid():
        messages.warning(request, "Choose a language from the list.")
        return redirect(f"{address(version)}#languages")
    try:
        added = services.add(version, form.cleaned_data["language"], by=request.viewer.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect(f"{address(version)}#languages")
    return done(request, _to(added), message=f"{queries.name_of(added.language)} is begun. Nobody sees it so far.")


def instrument_language(request: Request, key: str, number: int, language: str) -> HttpResponse:
    """One sheet: the original on the left, the translation on the right."""
    found = _language(request, key, number, language)
    return render(request, PAGE, _context(request, found, request.GET.get("sheet", "")))


def instrument_translation(request: Request, key: str, number: int, language: str, sheet: str) -> HttpResponse:
    """Save one sheet, all of it or nothing."""
    found = _language(request, key, number, language)
    context = _context(request, found, sheet, request.POST)
    form: SheetForm = context["form"]
    if form.is_valid():
        try:
            changed = services.translate(found, form.given, still_right=form.still_right, by=request.viewer.actor)
        except services.RowsRefused as refusal:
            form.refuse(refusal.errors)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            onward = context["page"].following if request.POST.get("go") == "on" else ""
            said = f"Saved: {changed} {'text' if changed == 1 else 'texts'} changed."
            return done(request, _to(found, onward or sheet), message=said)
    return again(request, PAGE, context)


def instrument_language_publish(request: Request, key: str, number: int, language: str) -> HttpResponse:
    found = _language(request, key, number, language)
    try:
        services.publish(found, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect(_to(found))
    return done(request, _to(found), message="Published. Campaigns with this version can offer it.")


def instrument_language_removal(request: Request, key: str, number: int, language: str) -> HttpResponse:
    found = _language(request, key, number, language)
    try:
        services.remove(found, by=request.viewer.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect(_to(found))
    return done(request, address(found.version), message=f"{queries.name_of(language)} is removed.")


def instrument_language_csv(request: Request, key: str, number: int, language: str) -> HttpResponse:
    found = _language(request, key, number, language)
    return _download(files.to_csv(queries.lines(found)), tables.CSV_TYPE, found, "csv")


def instrument_language_xlsx(request: Request, key: str, number: int, language: str) -> HttpResponse:
    found = _language(request, key, number, language)
    return _download(files.to_xlsx(queries.lines(found)), tables.XLSX_TYPE, found, "xlsx")


def instrument_language_import(request: Request, key: str, number: int, language: str) -> HttpResponse:
    """A translator's file: first what it would do, then, on the second button, does it."""
    found = _language(request, key, number, language)
    if found.is_frozen:
        return redirect(_to(found))
    form = TranslationsForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = _names(found) | {"form": form}
    if not form.is_bound:
        return render(request, IMPORT, context)
    if not form.is_valid():
        return again(request, IMPORT, context)
    name, uploaded = form.uploaded()
    try:
        plan = files.read(name, uploaded, queries.lines(found))
        context |= {"plan": plan, "file_name": name, "carried": base64.b64encode(uploaded).decode()}
        if request.POST.get("do") == "apply" and not plan.errors:
            changed = services.translate(found, plan.given, by=request.viewer.actor)
            return done(
                request, _to(found), message=f"Imported: {changed} {'text' if changed == 1 else 'texts'} changed."
            )
    except DomainError as refusal:
        form.add_error("file", str(refusal))
    refused = form.errors or context["plan"].errors
    return again(request, IMPORT, context) if refused else render(request, IMPORT, context)


def _language(request: Request, key: str, number: int, language: str) -> VersionLanguage:
    version = version_of(request, key, number)
    return get_object_or_404(version.languages.select_related("version__instrument"), language=language)


def _to(language: VersionLanguage, sheet: str = "") -> str:
    version = language.version
    to = reverse("surveys:instrument_language", args=[version.instrument.key, version.number, language.language])
    return f"{to}?sheet={sheet}" if sheet else to


def _names(language: VersionLanguage) -> dict[str, Any]:
    return {
        "language": language,
        "version": language.version,
        "name": queries.name_of(language.language),
        "version_url": address(language.version),
        "language_url": _to(language),
    }


def _context(request: Request, language: VersionLanguage, sheet: str, data: Any = None) -> dict[str, Any]:
    page = queries.page(language, sheet)
    may_edit = request.viewer.has(Role.HR_ADMIN)
    return _names(language) | {
        "page": page,
        "form": SheetForm(data, lines=page.lines, language=language.language, auto_id="t-%s"),
        "may_edit": may_edit,
        "is_open": may_edit and not language.is_frozen,
        "may_publish": may_edit and not language.is_frozen and language.version.is_frozen and page.row.is_complete,
        "has_interface": queries.has_interface(language.language),
    }


def _download(content: bytes, kind: str, language: VersionLanguage, suffix: str) -> HttpResponse:
    version = language.version
    name = f"{slugify(version.instrument.key)}-{version.number}-{language.language}.{suffix}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
