"""Verbs of comment tags: keep the subjects and their keywords, and tag by hand. Tags never touch who wrote what."""

from __future__ import annotations

from django.db import transaction

from assessments.surveys import keywords as rules
from assessments.surveys.models import CommentTag, ReleasedComment, Tagging
from core import audit
from core.errors import DomainError
from people.models import User

BATCH = 2000


class TagRefused(DomainError):
    """The sentence says what to do."""


@transaction.atomic
def save_tag(tag: CommentTag | None, *, by: User, name: str, keywords: str, is_active: bool = True) -> CommentTag:
    """Add or change a subject and gather the comments of all surveys under it anew. Raises TagRefused."""
    others = CommentTag.objects.exclude(pk=tag.pk) if tag else CommentTag.objects.all()
    known = others.filter(name__iexact=name)
    if known.exists():
        raise TagRefused("There is a tag of that name already. Change that one.")
    is_new, tag = tag is None, tag or CommentTag()
    changes = {
        field: {"old": str(getattr(tag, field)), "new": str(value)}
        for field, value in (("name", name), ("keywords", keywords), ("is_active", is_active))
    }
    tag.name, tag.keywords, tag.is_active = name, keywords, is_active
    tag.save()
    gather(tag)
    audit.record("added" if is_new else "changed", tag, by=by, changes=changes)
    return tag


def gather(tag: CommentTag, *, campaign_pk: int | None = None) -> None:
    """Apply the keywords to released comments; what was done by hand stays. Safe to repeat."""
    comments = ReleasedComment.objects.all()
    if campaign_pk is not None:
        comments = comments.filter(campaign_number=campaign_pk)
    found = {
        comment.pk
        for comment in comments.only("pk", "text").iterator(chunk_size=BATCH)
        if tag.is_active and rules.matches(comment.text, tag.keywords)
    }
    by_rule = tag.taggings.filter(origin=Tagging.Origin.RULE, comment__in=comments.values("pk"))
    by_rule.exclude(comment__in=found).delete()
    Tagging.objects.bulk_create(
        (Tagging(comment_id=pk, tag=tag) for pk in found), batch_size=BATCH, ignore_conflicts=True
    )


def gather_campaign(campaign_pk: int) -> None:
    """All subjects on the comments of one campaign, when they are released."""
    for tag in CommentTag.objects.filter(is_active=True):
        gather(tag, campaign_pk=campaign_pk)


@transaction.atomic
def set_by_hand(comment: ReleasedComment, tag: CommentTag, *, is_on: bool, by: User) -> None:
    """Put a tag on a comment or take it off; keywords do not undo it."""
    origin = Tagging.Origin.HAND if is_on else Tagging.Origin.OFF
    Tagging.objects.update_or_create(comment=comment, tag=tag, defaults={"origin": origin})
    audit.record("tagged a comment" if is_on else "took a tag off a comment", tag, by=by)
