"""What a document is made from, and the documents made so far."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from assessments.competencies.document_text import Part, parts
from assessments.competencies.generators import NeedText, RoleText, Step
from assessments.competencies.models import CompetencyVersion, Document, RoleProfile
from assessments.competencies.queries import profiles, texts
from assessments.competencies.queries.profiles import Need
from people.access import Viewer

DOCUMENTS_PER_PAGE = 50


@dataclass(frozen=True)
class DocumentPage:
    """`is_behind` when a competency or the role profile has a newer version than the document was made from."""

    document: Document
    parts: list[Part]
    versions: list[CompetencyVersion]
    is_behind: bool


def documents(viewer: Viewer) -> QuerySet[Document]:
    found = Document.objects.visible_to(viewer)
    return found.select_related("profile__job_role", "profile__profile_set", "made_by__employee", "saved_by__employee")


def document_list(viewer: Viewer, *, page: str | None = None) -> Page[Document]:
    return Paginator(documents(viewer), DOCUMENTS_PER_PAGE).get_page(page)


def document_page(document: Document) -> DocumentPage:
    versions = list(document.versions.select_related("competency").order_by("competency__order", "pk"))
    newest = profiles.newest_profile_set(document.profile.profile_set.framework)
    is_behind = any(version.state != CompetencyVersion.State.PUBLISHED for version in versions)
    return DocumentPage(document, parts(document.text), versions, is_behind or newest != document.profile.profile_set)


def roles() -> QuerySet[RoleProfile]:
    """The newest role profiles, to choose from."""
    return RoleProfile.objects.filter(profile_set=profiles.newest_profile_set()).select_related("job_role")


def role_text(profile: RoleProfile, needs: list[Need]) -> RoleText:
    """The words of a role profile and of the competency versions in use now."""
    profile_set = profile.profile_set
    framework = profile_set.framework
    source = f"From version {profile_set.number} of the role profiles, {framework.name}."
    return RoleText(
        name=profile.name,
        purpose=profile.purpose,
        needs=tuple(_need_text(need) for need in needs),
        guide=framework.interview_guide,
        rating_purpose=str(framework.rating_guide.get("purpose", "")),
        source=source,
    )


def _need_text(need: Need) -> NeedText:
    version = need.version
    return NeedText(
        name=version.name,
        definition=version.definition,
        sentence=version.job_description_sentence,
        questions=tuple(version.interview_questions),
        required=need.required_level,
        is_focus=need.is_focus,
        steps=tuple(Step(one.value, one.name, one.indicators, one.contrary) for one in texts.levels_of(version)),
    )
