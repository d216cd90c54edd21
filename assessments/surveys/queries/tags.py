"""Subjects that comments are gathered under: per comment, per question of a unit, and HR's list of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from assessments.surveys.models import CommentTag, ReleasedComment, Tagging


@dataclass(frozen=True)
class TagCount:
    """One subject with the number of comments here that carry it."""

    pk: int
    name: str
    count: int
    is_current: bool


def tags_of(comments: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Names of the tags by comment. One query."""
    found = defaultdict(list)
    carried = _carried().filter(comment__in=comments).order_by("tag__name")
    for comment, name in carried.values_list("comment_id", "tag__name"):
        found[comment].append(name)
    return {comment: tuple(names) for comment, names in found.items()}


def counts(comments: QuerySet[ReleasedComment], current: str) -> tuple[TagCount, ...]:
    """The tags that these comments carry, most frequent first. One query."""
    carried = _carried().filter(comment__in=comments.order_by().values("pk"))
    rows = carried.values_list("tag", "tag__name").annotate(count=Count("pk")).order_by("-count", "tag__name")
    return tuple(TagCount(pk, name, count, str(pk) == current) for pk, name, count in rows)


def tagged(comments: QuerySet[ReleasedComment], tag: str) -> QuerySet[ReleasedComment]:
    """Those with the tag; all of them where the number means nothing."""
    if not (tag.isascii() and tag.isdigit() and len(tag) < 10):  # noqa: PLR2004 - longer numbers are no key
        return comments
    return comments.filter(pk__in=_carried().filter(tag=int(tag)).values("comment"))


def all_tags() -> QuerySet[CommentTag]:
    """Each with `count`, the comments that carry it."""
    carried = Count("taggings", filter=~Q(taggings__origin=Tagging.Origin.OFF))
    return CommentTag.objects.annotate(count=carried).order_by("-is_active", "name")


def active_tags() -> QuerySet[CommentTag]:
    return CommentTag.objects.filter(is_active=True)


def _carried() -> QuerySet[Tagging]:
    return Tagging.objects.filter(tag__is_active=True).exclude(origin=Tagging.Origin.OFF)
