"""Make a document from the model, edit its text, delete it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from assessments.competencies import generators
from assessments.competencies.generators import RoleText
from assessments.competencies.models import Document, RoleProfile
from assessments.competencies.queries import documents as reads
from assessments.competencies.queries import profiles
from assessments.competencies.services.drafts import SAME_CLICK
from assessments.competencies.services.refusals import NotReady, Stale
from core import audit
from people.models import User

Kind = Document.Kind
_MAKERS: dict[str, Callable[[RoleText], str]] = {
    Kind.JOB_DESCRIPTION: generators.job_description,
    Kind.JOB_ADVERT: generators.job_advert,
    Kind.STAR_INTERVIEW: generators.star_interview,
}


@transaction.atomic
def generate(profile: RoleProfile, kind: str, *, only_focus: bool, by: User | None, at: datetime) -> Document:
    """Write a document from a role profile and the competency versions in use now, and keep which ones they were.

    The same once more within a minute is the same click.
    """
    needs = profiles.needs_of(profile).needs
    if not needs:
        raise NotReady(f"The profile of “{profile.name}” names no competency. Set its levels first.")
    role = reads.role_text(profile, needs)
    make = _MAKERS.get(kind)
    text = make(role) if make else generators.interview_guide(role, only_focus=only_focus)
    RoleProfile.objects.select_for_update(of=("self",)).get(pk=profile.pk)
    made = {"kind": kind, "profile": profile, "text": text, "made_by": by}
    if by and (twin := Document.objects.filter(**made, made_at__gt=at - SAME_CLICK).first()):
        return twin
    document = Document.objects.create(
        **made,
        title=f"{Kind(kind).label}: {profile.name}"[:160],
        made_at=at,
        saved_at=at,
        saved_by=by,
    )
    document.versions.set([need.version for need in needs])
    audit.record("added", document, by=by, changes={"profiles": profile.profile_set.number})
    return document


@transaction.atomic
def save_text(document: Document, *, title: str, text: str, revision: int, by: User | None, at: datetime) -> Document:
    """Store the edited text. Raises Stale when somebody saved since the editor was opened."""
    kept = Document.objects.select_for_update().get(pk=document.pk)
    if kept.revision != revision:
        raise Stale("Somebody saved this document while you were writing. Your text is still in the form below.")
    kept.title, kept.text, kept.saved_at, kept.saved_by = title, text, at, by
    kept.revision += 1
    kept.save(update_fields=["title", "text", "saved_at", "saved_by", "revision"])
    audit.record("changed", kept, by=by)
    return kept


@transaction.atomic
def delete(document: Document, *, by: User | None) -> None:
    audit.record("deleted", document, by=by)
    document.delete()
