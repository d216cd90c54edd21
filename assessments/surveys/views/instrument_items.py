"""Changing a draft: items, their order, forms and texts. Each view fetches the draft, checks the form and calls one verb."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from assessments.surveys import instrument_pages
from assessments.surveys.forms.instruments import ArrangeForm, FormForm, FormNameForm, ItemForm, RevisionForm, TextsForm
from assessments.surveys.models import Form, InstrumentVersion, Item
from assessments.surveys.queries import instruments as queries
from assessments.surveys.services import instrument_items as services
from assessments.surveys.services.instruments import Stale
from assessments.surveys.views.instruments import address, version_context, version_of
from core.errors import DomainError
from core.respond import again, done
from people.access import Request

CONFLICT = 409


def instrument_item_new(request: Request, key: str, number: int, kind: str) -> HttpResponse:
    version = version_of(request, key, number)
    if kind not in {one.value for one in Item.Kind if one != Item.Kind.PROMPT}:
        raise Http404("No such kind of item.")
    form = ItemForm(
        request.POST or None,
        kind=kind,
        is_own=version.instrument.is_own,
        places=version.forms.order_by("pk"),
        initial={"revision": version.revision, "forms": version.forms.filter(key=request.GET.get("form", ""))},
    )
    context = {"version": version, "form": form, "kind": Item.Kind(kind).label, "version_url": address(version)}
    if form.is_valid():
        try:
            chosen = list(form.cleaned_data["forms"])
            item = services.add_item(
                version,
                revision=form.cleaned_data["revision"],
                by=request.viewer.actor,
                forms=chosen,
                kind=kind,
                **form.words,
            )
        except Stale:
            form.refuse_as_stale(version.revision)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            to = address(version, chosen[0] if chosen else None)
            return done(request, to, message=f"{item.code} is added to the draft.")
    return _answered(request, "surveys/instrument_item.html", context, form)


def instrument_item(request: Request, key: str, number: int, code: str) -> HttpResponse:
    """Read an item; in a draft change it, saying what new words do to its trend."""
    version = version_of(request, key, number)
    item = get_object_or_404(version.items, code=code)
    pinned = queries.pinned_items(version).get(code)
    form = ItemForm(
        request.POST or None,
        kind=item.kind,
        item=item,
        audience=item.audience,
        is_own=version.instrument.is_own,
        has_trend=pinned is not None,
        initial={"revision": version.revision},
    )
    context = _item_context(version, item, pinned) | {"form": form}
    if form.is_valid():
        try:
            made = services.change_item(
                item,
                revision=form.cleaned_data["revision"],
                by=request.viewer.actor,
                change=form.cleaned_data.get("change", ""),
                **form.words,
            )
        except services.SayWhich as refusal:
            form.add_error("change", str(refusal))
        except Stale:
            form.refuse_as_stale(version.revision)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = f"{made.item.code} takes the place of {code}." if made.is_new_item else f"{code} is saved."
            return done(request, address(version, made.item.forms.first()), message=said)
    return _answered(request, "surveys/instrument_item.html", context, form)


def _item_context(version: InstrumentVersion, item: Item, pinned: Item | None) -> dict[str, Any]:
    """What the page says about an item: how it was asked before, and what a change does to trends."""
    return {
        "version": version,
        "item": item,
        "pinned": pinned,
        "trends": queries.trend_of(item) if pinned else (),
        "next_code": instrument_pages.next_code(item.code, queries.codes_ever(version.instrument)),
        "advice": instrument_pages.advice(item.text) if item.kind == Item.Kind.LIKERT else (),
        "kind": item.get_kind_display(),
        "version_url": address(version),
    }


def instrument_item_removal(request: Request, key: str, number: int, code: str) -> HttpResponse:
    version = version_of(request, key, number)
    item, form = get_object_or_404(version.items, code=code), RevisionForm(request.POST)
    try:
        services.remove_item(item, revision=_revision(form), by=request.viewer.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"{code} is removed from the draft and its forms.")
    return redirect(address(version))


def instrument_arrangement(request: Request, key: str, number: int, form: str) -> HttpResponse:
    """One press of a button: up, down, new page, join pages, out of the form, into the form."""
    version = version_of(request, key, number)
    chosen = get_object_or_404(version.forms, key=form)
    asked = ArrangeForm(request.POST)
    if not asked.is_valid() or not version.items.filter(code=asked.cleaned_data["code"]).exists():
        raise Http404("No such item.")
    code, do = asked.cleaned_data["code"], asked.cleaned_data["do"]
    try:
        pages = _arranged(version, chosen, code, do)
        services.arrange(chosen, pages, revision=asked.cleaned_data["revision"], by=request.viewer.actor)
    except Stale as refusal:
        context = version_context(request, version, form) | {"refusal": str(refusal)}
        return again(request, "surveys/instrument.html", context, status=CONFLICT)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    return redirect(f"{address(version, chosen)}#item-{code}")


def instrument_form_new(request: Request, key: str, number: int) -> HttpResponse:
    version, form = version_of(request, key, number), FormForm(request.POST, auto_id="new-form-%s")
    context = version_context(request, version) | {"form_form": form}
    if form.is_valid():
        try:
            made = services.add_form(version, by=request.viewer.actor, **form.cleaned_data)
        except Stale:
            form.refuse_as_stale(version.revision)
        except DomainError as refusal:
            context["refusal"] = str(refusal)
        else:
            return done(request, address(version, made), message=f"“{made.name}” is ready to be filled.")
    return again(request, "surveys/instrument.html", context)


def instrument_form_name(request: Request, key: str, number: int, form: str) -> HttpResponse:
    version = version_of(request, key, number)
    chosen, asked = get_object_or_404(version.forms, key=form), FormNameForm(request.POST, auto_id="name-form-%s")
    context = version_context(request, version, form) | {"name_form": asked}
    if asked.is_valid():
        try:
            made = services.rename_form(chosen, by=request.viewer.actor, **asked.cleaned_data)
        except Stale:
            asked.refuse_as_stale(version.revision)
        except DomainError as refusal:
            context["refusal"] = str(refusal)
        else:
            return done(request, address(version, made), message=f"The form is called “{made.name}”.")
    return again(request, "surveys/instrument.html", context)


def instrument_form_removal(request: Request, key: str, number: int, form: str) -> HttpResponse:
    version = version_of(request, key, number)
    chosen, asked = get_object_or_404(version.forms, key=form), RevisionForm(request.POST)
    try:
        services.remove_form(chosen, revision=_revision(asked), by=request.viewer.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"“{chosen.name}” is removed. Its items stay in the questionnaire.")
    return redirect(address(version))


def instrument_texts(request: Request, key: str, number: int) -> HttpResponse:
    version = version_of(request, key, number)
    form = TextsForm(request.POST or None, version=version, initial={"revision": version.revision})
    if form.is_valid():
        try:
            services.save_texts(
                version,
                form.texts,
                meanings=form.meanings,
                revision=form.cleaned_data["revision"],
                by=request.viewer.actor,
            )
        except Stale:
            form.refuse_as_stale(version.revision)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, address(version), message="The texts are saved.")
    context = {"version": version, "form": form, "version_url": address(version)}
    return _answered(request, "surveys/instrument_texts.html", context, form)


def _arranged(version: InstrumentVersion, form: Form, code: str, do: str) -> instrument_pages.Pages:
    pages = queries.pages_of(form)
    item = version.items.get(code=code)
    if do == "in":
        kinds = dict(version.items.values_list("code", "kind"))
        return instrument_pages.added(pages, code, kinds, is_custom=item.is_custom)
    if code not in {one for page in pages for one in page}:
        return pages
    if do in ("up", "down"):
        return instrument_pages.moved(pages, code, -1 if do == "up" else 1)
    return {"split": instrument_pages.split, "join": instrument_pages.joined, "out": instrument_pages.without}[do](
        pages, code
    )


def _revision(form: RevisionForm) -> int:
    return form.cleaned_data["revision"] if form.is_valid() else -1


def _answered(request: Request, template: str, context: dict[str, Any], form: RevisionForm) -> HttpResponse:
    return again(request, template, context) if form.is_bound else render(request, template, context)
