"""Questionnaires: the list, one version with its forms, and the way from draft to use."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin

from assessments.surveys.forms.answering import PageForm
from assessments.surveys.forms.instruments import FormForm, FormNameForm, NewInstrumentForm, PublishForm, RevisionForm
from assessments.surveys.forms.languages import AddLanguageForm
from assessments.surveys.models import Form, Instrument, InstrumentVersion, Item
from assessments.surveys.queries import answering, languages
from assessments.surveys.queries import instruments as queries
from assessments.surveys.services import instruments as services
from assessments.surveys.services import rotation
from assessments.surveys.views import speech
from core.errors import DomainError
from core.respond import again, done
from people.access import Request, Role


def instruments(request: Request) -> HttpResponse:
    context = {"rows": queries.rows(request.viewer), "may_edit": request.viewer.has(Role.HR_ADMIN)}
    return render(request, "surveys/instruments.html", context)


def instrument_new(request: Request) -> HttpResponse:
    form = NewInstrumentForm(request.POST or None)
    if form.is_valid():
        name, source = form.cleaned_data["name"], form.cleaned_data["source"]
        try:
            by = request.viewer.actor
            draft = services.copy(source, name, by=by) if source else services.create(name, by=by)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, address(draft), message="A draft is ready to be worked on.")
    if form.is_bound:
        return again(request, "surveys/instrument_new.html", {"form": form})
    return render(request, "surveys/instrument_new.html", {"form": form})


def instrument(request: Request, key: str) -> HttpResponse:
    """The newest version that is in use, else the newest."""
    found = get_object_or_404(Instrument.objects.visible_to(request.viewer), key=key)
    versions = found.versions.order_by("-number")
    chosen = versions.filter(state=InstrumentVersion.State.PUBLISHED).first() or versions.first()
    assert chosen is not None
    return redirect(address(chosen))


def instrument_version(request: Request, key: str, number: int) -> HttpResponse:
    return render(request, "surveys/instrument.html", version_context(request, version_of(request, key, number)))


def instrument_draft(request: Request, key: str) -> HttpResponse:
    """Start the next version, or go on with the draft there is."""
    found = get_object_or_404(Instrument.objects.visible_to(request.viewer), key=key)
    try:
        draft = services.start_draft(found, by=request.viewer.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("surveys:instrument", key)
    return done(request, address(draft), message=f"Draft of version {draft.number}. Nothing changes until you publish.")


def instrument_discard(request: Request, key: str, number: int) -> HttpResponse:
    version, form = version_of(request, key, number), RevisionForm(request.POST)
    try:
        services.discard(version, revision=_revision(form), by=request.viewer.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect(address(version))
    messages.success(request, "The draft is discarded.")
    is_left = Instrument.objects.visible_to(request.viewer).filter(key=key).exists()
    return redirect("surveys:instrument", key) if is_left else redirect("surveys:instruments")


def instrument_publish(request: Request, key: str, number: int) -> HttpResponse:
    version = version_of(request, key, number)
    if version.is_frozen:
        messages.info(request, "This version is in use already.")
        return redirect(address(version))
    form = PublishForm(request.POST or None, initial={"revision": version.revision})
    if form.is_valid():
        try:
            services.publish(version, by=request.viewer.actor, at=timezone.now(), **form.cleaned_data)
        except services.Stale:
            form.refuse_as_stale(version.revision)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, address(version), message=f"Version {number} is in use. New campaigns can send it.")
    context = {
        "version": version,
        "before": queries.predecessor(version),
        "changes": queries.changes(version),
        "form": form,
        "version_url": address(version),
    }
    if form.is_bound:
        return again(request, "surveys/instrument_publish.html", context)
    return render(request, "surveys/instrument_publish.html", context)


def instrument_retire(request: Request, key: str, number: int) -> HttpResponse:
    version = version_of(request, key, number)
    try:
        services.retire(version, by=request.viewer.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"Version {number} is offered to no new campaign. Running ones keep it.")
    return redirect(address(version))


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def instrument_preview(request: Request, key: str, number: int, form: str) -> HttpResponse:
    """A form as people will meet it, side by side on a phone and on a desk."""
    version = version_of(request, key, number)
    chosen = get_object_or_404(version.forms, key=form)
    page = answering.preview(chosen, _page_number(request))
    if page is None:
        raise Http404("This form has no such page.")
    said = {row.code: row.name for row in languages.rows(version)}
    context = {
        "version": version,
        "chosen": chosen,
        "page": page,
        "version_url": address(version),
        "said": said,
        "own_language": languages.own_language(version),
        "language": language if (language := request.GET.get("language", "")) in said else "",
    }
    return render(request, "surveys/instrument_preview.html", context)


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def instrument_preview_page(request: Request, key: str, number: int, form: str, page: int) -> HttpResponse:
    """The page inside the two frames of the preview. It takes answers and keeps none."""
    version = version_of(request, key, number)
    chosen = get_object_or_404(version.forms, key=form)
    asked = request.GET.get("language", "")
    language = asked if asked in languages.codes(version) else ""
    with speech.previewed(request, language):
        found = answering.preview(chosen, page, languages.words(version.pk, language))
        if found is None:
            raise Http404("This form has no such page.")
        return render(request, "surveys/page.html", {"page": found, "form": PageForm(found), "is_preview": True})


def version_of(request: Request, key: str, number: int) -> InstrumentVersion:
    found = get_object_or_404(Instrument.objects.visible_to(request.viewer), key=key)
    return get_object_or_404(found.versions.select_related("instrument", "based_on"), number=number)


def address(version: InstrumentVersion, form: Form | None = None) -> str:
    to = reverse("surveys:instrument_version", args=[version.instrument.key, version.number])
    return f"{to}?form={form.key}" if form else to


def version_context(request: Request, version: InstrumentVersion, form_key: str = "") -> dict[str, object]:
    may_edit = request.viewer.has(Role.HR_ADMIN)
    page = queries.version_page(version, form_key or request.GET.get("form", ""))
    said = languages.rows(version)
    named = {"name": page.form.name, "rule": page.form.rule} if page.form else {}
    return {
        "page": page,
        "version": version,
        "languages": said,
        "own_language": languages.own_language(version),
        "add_language": AddLanguageForm(addable=languages.addable(version, [row.code for row in said]))
        if may_edit
        else None,
        "may_edit": may_edit,
        "is_open": may_edit and not version.is_frozen,
        "may_draft": may_edit and version.is_frozen and not version.instrument.key.startswith(rotation.KEY),
        "kinds": [kind for kind in Item.Kind if kind != Item.Kind.PROMPT],
        "form_form": FormForm(initial={"revision": version.revision}, auto_id="new-form-%s"),
        "name_form": FormNameForm(initial=named | {"revision": version.revision}, auto_id="name-form-%s"),
    }


def _revision(form: RevisionForm) -> int:
    return form.cleaned_data["revision"] if form.is_valid() else -1


def _page_number(request: Request) -> int:
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
