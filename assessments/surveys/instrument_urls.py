"""Questionnaires: what is asked, in which words, and the files it comes from. Read by HR and the auditor, changed by HR."""

from typing import Any

from django.urls import URLPattern

from assessments.surveys.views import instrument_files, instrument_items, instrument_languages, instruments
from people.access import HR, HR_ADMIN, Role, Scope, route

READERS = HR | {Role.AUDITOR}
BOTH = ("GET", "POST")
_ALL = "surveys/instruments/"
_ONE = "surveys/instruments/<slug:key>/"
_VERSION = "surveys/instruments/<slug:key>/<int:number>/"
_LANGUAGE = f"{_VERSION}languages/<slug:language>/"


def _read(path: str, view: Any, name: str) -> URLPattern:
    return route(path, view, name, who=READERS, scope=Scope.VISIBLE)


def _write(path: str, view: Any, name: str, *methods: str) -> URLPattern:
    return route(path, view, name, who=HR_ADMIN, scope=Scope.ORGANISATION, methods=methods or ("POST",))


instrument_routes = [
    _read(_ALL, instruments.instruments, "instruments"),
    _write(f"{_ALL}new/", instruments.instrument_new, "instrument_new", *BOTH),
    _write(f"{_ALL}import/", instrument_files.instrument_import_new, "instrument_import_new", *BOTH),
    _read(_ONE, instruments.instrument, "instrument"),
    _write(f"{_ONE}draft/", instruments.instrument_draft, "instrument_draft"),
    _read(_VERSION, instruments.instrument_version, "instrument_version"),
    _write(f"{_VERSION}discard/", instruments.instrument_discard, "instrument_discard"),
    _write(f"{_VERSION}publication/", instruments.instrument_publish, "instrument_publish", *BOTH),
    _write(f"{_VERSION}retirement/", instruments.instrument_retire, "instrument_retire"),
    _read(f"{_VERSION}preview/<slug:form>/", instruments.instrument_preview, "instrument_preview"),
    _read(f"{_VERSION}preview/<slug:form>/<int:page>/", instruments.instrument_preview_page, "instrument_preview_page"),
    _write(f"{_VERSION}items/new/<slug:kind>/", instrument_items.instrument_item_new, "instrument_item_new", *BOTH),
    _write(f"{_VERSION}items/<str:code>/", instrument_items.instrument_item, "instrument_item", *BOTH),
    _write(f"{_VERSION}items/<str:code>/removal/", instrument_items.instrument_item_removal, "instrument_item_removal"),
    _write(f"{_VERSION}texts/", instrument_items.instrument_texts, "instrument_texts", *BOTH),
    _write(f"{_VERSION}forms/", instrument_items.instrument_form_new, "instrument_form_new"),
    _write(f"{_VERSION}forms/<slug:form>/name/", instrument_items.instrument_form_name, "instrument_form_name"),
    _write(f"{_VERSION}forms/<slug:form>/order/", instrument_items.instrument_arrangement, "instrument_arrangement"),
    _write(
        f"{_VERSION}forms/<slug:form>/removal/", instrument_items.instrument_form_removal, "instrument_form_removal"
    ),
    _read(f"{_VERSION}questionnaire.json", instrument_files.instrument_json, "instrument_json"),
    _read(f"{_VERSION}items.csv", instrument_files.instrument_csv, "instrument_csv"),
    _write(f"{_VERSION}import/", instrument_files.instrument_import, "instrument_import", *BOTH),
    _write(f"{_VERSION}languages/", instrument_languages.instrument_language_new, "instrument_language_new"),
    _read(_LANGUAGE, instrument_languages.instrument_language, "instrument_language"),
    _write(f"{_LANGUAGE}sheets/<slug:sheet>/", instrument_languages.instrument_translation, "instrument_translation"),
    _write(f"{_LANGUAGE}publication/", instrument_languages.instrument_language_publish, "instrument_language_publish"),
    _write(f"{_LANGUAGE}removal/", instrument_languages.instrument_language_removal, "instrument_language_removal"),
    _read(f"{_LANGUAGE}texts.csv", instrument_languages.instrument_language_csv, "instrument_language_csv"),
    _read(f"{_LANGUAGE}texts.xlsx", instrument_languages.instrument_language_xlsx, "instrument_language_xlsx"),
    _write(f"{_LANGUAGE}import/", instrument_languages.instrument_language_import, "instrument_language_import", *BOTH),
]
