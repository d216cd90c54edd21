"""Writing a competency: draft, preview, publication, retirement."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.competencies import services
from assessments.competencies.forms.wording import PublishForm, WordingForm
from assessments.competencies.models import Competency, CompetencyVersion, Framework, LearningKind
from assessments.competencies.queries import library as reads
from assessments.competencies.queries import resembling, texts
from assessments.competencies.resemblance import Alike
from assessments.competencies.wording import Change, changes
from core.errors import DomainError
from core.respond import again, done
from people.access import Request


@dataclass(frozen=True)
class Conflict:
    """What somebody saved while this text was being written, and how the two differ."""

    saved: CompetencyVersion
    changes: list[Change]


def new(request: Request) -> HttpResponse:
    framework = texts.chosen_framework(request.viewer, request.GET.get("framework", ""))
    if framework is None:
        raise Http404
    form = _form(request, framework, {})
    if request.method == "POST" and _command(request) in ("save", "publish") and form.is_valid():
        draft = services.add_competency(framework, form.wording(), by=request.viewer.actor, at=timezone.now())
        return _saved(request, draft)
    return _editor(request, form, None, status=422 if form.is_bound else 200)


def edit(request: Request, key: str) -> HttpResponse:
    competency = _competency(request, key)
    current = texts.editable(competency)
    initial = WordingForm.initial_of(texts.wording_of(current), current.mark)
    form = _form(request, competency.framework, initial)
    if not form.is_bound:
        return _editor(request, form, current)
    if not form.is_valid():
        return _editor(request, form, current, status=422)
    wording, started_from = form.wording(), form.cleaned_data["started_from"]
    try:
        draft = services.save_draft(
            competency, wording, started_from=started_from, by=request.viewer.actor, at=timezone.now()
        )
    except services.Stale as refusal:
        saved = texts.editable(competency)
        kept = _form_of(WordingForm.initial_of(wording, saved.mark), competency.framework)
        conflict = Conflict(saved, changes(texts.wording_of(saved), wording))
        messages.warning(request, str(refusal))
        return _editor(request, kept, saved, conflict=conflict, status=409)
    except services.NothingChanged as refusal:
        if _command(request) == "publish" and current.is_draft:
            return redirect("competencies:publish", key=key)
        messages.info(request, str(refusal))
        return redirect("competencies:edit", key=key)
    return _saved(request, draft)


def preview(request: Request, key: str) -> HttpResponse:
    """The draft as somebody sees it who assesses themselves with it."""
    competency = _competency(request, key)
    version = texts.editable(competency)
    return render(
        request,
        "competencies/preview.html",
        {"competency": competency, "version": version, "levels": texts.levels_of(version)},
    )


def publish(request: Request, key: str) -> HttpResponse:
    competency = _competency(request, key)
    draft = texts.editable(competency)
    if not draft.is_draft:
        messages.info(request, "There is no draft to publish.")
        return redirect("competencies:detail", key=key)
    form = PublishForm(request.POST or None, initial={"started_from": draft.mark})
    if form.is_valid():
        try:
            published = services.publish(competency, by=request.viewer.actor, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            message = f"Version {published.number} is in use."
            return done(request, reverse("competencies:detail", args=[key]), message=message)
    context = _publication(competency, draft) | {"form": form}
    if form.is_bound:
        return again(request, "competencies/publish.html", context)
    return render(request, "competencies/publish.html", context)


def discard(request: Request, key: str) -> HttpResponse:
    competency = _competency(request, key)
    try:
        services.discard_draft(competency, started_from=request.POST.get("started_from", ""), by=request.viewer.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("competencies:edit", key=key)
    messages.success(request, "The draft is discarded.")
    is_left = Competency.objects.filter(pk=competency.pk).exists()
    return redirect("competencies:detail", key=key) if is_left else redirect("competencies:library")


def retire(request: Request, key: str) -> HttpResponse:
    competency = _competency(request, key)
    try:
        retired = services.retire(competency, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"“{retired.name}” is out of use. Running cycles keep it.")
    return redirect("competencies:detail", key=key)


def bring_back(request: Request, key: str) -> HttpResponse:
    competency = _competency(request, key)
    try:
        version = services.bring_back(competency, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"“{version.name}” is in use again. Set in the role profiles who needs it.")
    return redirect("competencies:detail", key=key)


# --- helpers ----------------------------------------------------------------------------------------------------------


def _competency(request: Request, key: str) -> Competency:
    viewer = request.viewer
    return get_object_or_404(Competency.objects.visible_to(viewer).select_related("framework"), key=key)


def _command(request: Request) -> str:
    return request.POST.get("do", "save")


def _form(request: Request, framework: Framework, initial: dict[str, object]) -> WordingForm:
    """Bound when words are to be saved; unbound, with what was typed, when rows are moved about."""
    if request.method != "POST":
        return _form_of(initial, framework)
    if _command(request) not in ("save", "publish"):
        return _form_of(WordingForm.rearranged(request.POST, _command(request)), framework)
    return WordingForm(request.POST, framework=framework, levels=texts.scale_levels(framework))


def _form_of(initial: dict[str, object], framework: Framework) -> WordingForm:
    return WordingForm(initial=initial, framework=framework, levels=texts.scale_levels(framework))


def _saved(request: Request, draft: CompetencyVersion) -> HttpResponse:
    key = draft.competency.key
    if _command(request) == "publish":
        return redirect("competencies:publish", key=key)
    return done(request, reverse("competencies:edit", args=[key]), message="Draft saved.")


def _editor(
    request: Request,
    form: WordingForm,
    current: CompetencyVersion | None,
    *,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    usage = reads.usage_by_competency(form.framework).get(current.competency_id) if current else None
    context = {
        "form": form,
        "current": current,
        "competency": current.competency if current else None,
        "usage": usage or reads.Usage(),
        "conflict": conflict,
        "alike": _alike(form, current),
        "may_merge": current.competency.key if current and not current.is_draft else "",
        "kinds": LearningKind.choices,
        "library": reads.library(request.viewer, form.framework, is_whole=True),
        "next_number": current.number + (0 if current.is_draft else 1) if current else 1,
    }
    return render(request, "competencies/edit.html", context, status=status)


def _alike(form: WordingForm, current: CompetencyVersion | None) -> list[Alike]:
    """What resembles the words in the form."""
    return resembling.alike(
        str(form["name"].value() or ""),
        str(form["definition"].value() or ""),
        framework=form.framework.pk,
        but_not=current.competency if current else None,
    )


def _publication(competency: Competency, draft: CompetencyVersion) -> dict[str, object]:
    before = texts.published_of(competency)
    return {
        "competency": competency,
        "draft": draft,
        "before": before,
        "changes": changes(texts.wording_of(before), texts.wording_of(draft)) if before else [],
        "levels": [] if before else texts.levels_of(draft),
        "alike": resembling.alike(draft.name, draft.definition, framework=competency.framework_id, but_not=competency),
        "usage": reads.usage_by_competency(competency.framework).get(competency.pk, reads.Usage()),
    }
