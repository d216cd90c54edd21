"""All comments to one question of one unit, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from assessments.surveys.models import Campaign, CommentTag, Item, ReleasedComment, UnitSnapshot
from assessments.surveys.queries import sharing, statements, tags
from assessments.surveys.queries.questions import filled
from assessments.surveys.queries.tags import TagCount
from people.access import Role, Viewer

COMMENTS_A_PAGE = 50


@dataclass(frozen=True)
class CommentPage:
    """Comments to one question in one unit, mixed."""

    campaign: Campaign
    unit: UnitSnapshot
    code: str
    question: str
    comments: Page[ReleasedComment]
    entries: tuple[statements.CommentEntry, ...]
    tags: tuple[TagCount, ...]
    choices: tuple[CommentTag, ...]  # what HR may put on a comment; empty for everyone else

    @property
    def has_choice(self) -> bool:
        return any(tag.is_current for tag in self.tags)


def comment_page(
    viewer: Viewer, unit: UnitSnapshot, code: str, *, page: str | None, tag: str = ""
) -> CommentPage | None:
    """Comments to one question, page by page, all or those with one tag; None where the viewer reads none here."""
    asked = Item.objects.filter(forms__campaigns=unit.campaign, kind=Item.Kind.COMMENT, code=code).first()
    if asked is None or not statements.may_read_comments(unit, viewer):
        return None
    released = statements.released_comments(unit, code)
    if not sharing.reading(viewer, unit.campaign).comments or not released.exists():
        return None
    found = Paginator(tags.tagged(released, tag), COMMENTS_A_PAGE).get_page(page)
    entries = statements.comment_entries(found)
    choices = tuple(tags.active_tags()) if viewer.has(Role.HR_ADMIN) else ()
    return CommentPage(
        unit.campaign, unit, code, filled(asked.text), found, entries, tags.counts(released, tag), choices
    )
