"""A manager's page on the development of direct reports, and coaching notes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from core import audit
from core.errors import DomainError
from core.respond import again, done
from development.forms.plan import AnswerForm, NoteForm, ProposalForm
from development.models import CoachingNote
from development.queries import team as reads
from development.services import coaching
from development.views.plan import plan_context
from people.access import Request
from people.models import Employee

PERSON = "development/person.html"


def team(request: Request) -> HttpResponse:
    return render(request, "development/team.html", {"rows": reads.team_page(request.viewer)})


def person(request: Request, pk: int) -> HttpResponse:
    found = _report(request, pk)
    audit.viewed(found, by=request.viewer.actor, about=found.user)
    return render(request, PERSON, _context(request, found))


def propose(request: Request, pk: int) -> HttpResponse:
    found, form = _report(request, pk), ProposalForm(request.POST)
    if form.is_valid():
        try:
            coaching.propose(found, **form.cleaned_data, by=request.viewer.me, at=timezone.now())
            return done(request, "development:team", message=f"{found.name} decides, and you are not told how.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return again(request, PERSON, _context(request, found) | {"proposal_form": form, "form": form})


def note(request: Request, pk: int) -> HttpResponse:
    found, form = _report(request, pk), NoteForm(request.POST)
    if not form.is_valid():
        return again(request, PERSON, _context(request, found) | {"note_form": form, "form": form})
    made = coaching.note(found, **form.cleaned_data, by=request.viewer.me, at=timezone.now())
    told = f"{found.name} can read and answer it." if made.is_shared else "A draft, for 30 days."
    return done(request, _page_of(found), message=told)


def share_note(request: Request, pk: int) -> HttpResponse:
    found = _note(request, pk)
    try:
        coaching.share_note(found, by=request.viewer.me, at=timezone.now())
    except DomainError as refusal:
        return done(request, _home_of(request, found), message=str(refusal))
    return done(request, _home_of(request, found), message=f"{found.about.name} can read and answer it.")


def drop_note(request: Request, pk: int) -> HttpResponse:
    found = _note(request, pk)
    try:
        coaching.drop_note(found, by=request.viewer.me)
    except DomainError as refusal:
        return done(request, _home_of(request, found), message=str(refusal))
    return done(request, _home_of(request, found), message="The draft is thrown away.")


def change_note(request: Request, pk: int) -> HttpResponse:
    """Reword a draft of one's own."""
    found, form = _note(request, pk), AnswerForm(request.POST)
    if not form.is_valid():
        return _note_again(request, found, form)
    try:
        coaching.change_note(found, form.cleaned_data["text"], by=request.viewer.me)
    except DomainError as refusal:
        return done(request, _home_of(request, found), message=str(refusal))
    return done(request, _home_of(request, found), message="The draft is saved.")


def answer_note(request: Request, pk: int) -> HttpResponse:
    found, form = _note(request, pk), AnswerForm(request.POST)
    if not form.is_valid():
        return _note_again(request, found, form)
    try:
        coaching.answer_note(found, form.cleaned_data["text"], by=request.viewer.me, at=timezone.now())
    except DomainError as refusal:
        return done(request, _home_of(request, found), message=str(refusal))
    return done(request, _home_of(request, found), message="Your answer stands beside the note.")


def _note_again(request: Request, found: CoachingNote, form: AnswerForm) -> HttpResponse:
    """The page the note stands on, with what was typed and what to mend."""
    refused = {"refused_note": found.pk, "refused": form}
    if found.about == request.viewer.me:
        return again(request, "development/plan.html", plan_context(request) | refused)
    person = _report(request, found.about_id)
    return again(request, PERSON, _context(request, person) | refused)


def _report(request: Request, pk: int) -> Employee:
    request.stands_under = "development:team"
    return get_object_or_404(reads.reports_of(request.viewer).select_related("user", "job_role"), pk=pk)


def _note(request: Request, pk: int) -> CoachingNote:
    notes = CoachingNote.objects.visible_to(request.viewer).select_related("about__user", "author__user")
    return get_object_or_404(notes, pk=pk)


def _page_of(found: Employee) -> str:
    return reverse("development:person", args=[found.pk])


def _home_of(request: Request, found: CoachingNote) -> str:
    """Where the viewer reads this note: on their own plan, or on the page of their report."""
    return "development:plan" if found.about == request.viewer.me else _page_of(found.about)


def _context(request: Request, found: Employee) -> dict[str, Any]:
    page = reads.person_page(found, request.viewer, at=timezone.now())
    return {"page": page, "proposal_form": ProposalForm(), "note_form": NoteForm()}
