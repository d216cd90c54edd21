"""Conversations about comments: as their writers meet them by code, and as those who read comments do."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from assessments.surveys import inbox
from assessments.surveys.models import Campaign, CommentMessage, Item, ReleasedComment, UnitSnapshot
from assessments.surveys.queries import sharing
from assessments.surveys.queries.questions import filled
from assessments.surveys.queries.statements import may_read_comments
from people.access import Role, Viewer


@dataclass(frozen=True)
class Message:
    """`who` is "" for the writer of the comment, of whom nothing is known."""

    who: str
    text: str
    written_on: date | None
    is_end: bool


@dataclass(frozen=True)
class Conversation:
    """One released comment and what was said about it."""

    key: UUID
    campaign_pk: int
    title: str
    question: str
    text: str
    messages: tuple[Message, ...]
    can_be_answered: bool

    @property
    def is_ended(self) -> bool:
        return any(message.is_end for message in self.messages)


def conversations_of(code: str) -> tuple[Conversation, ...]:
    """The comments a code belongs to, of published campaigns. Raises BadCode.

    Which comments belong together is worked out from the code and kept nowhere.
    """
    key = inbox.reply_key(code)
    questions = ReleasedComment.objects.values_list("question", flat=True).distinct().order_by("question")
    keys = [inbox.comment_key(key, question) for question in questions]
    found = ReleasedComment.objects.filter(inbox__in=keys).order_by("question")
    return tuple(
        conversation for comment in found if (conversation := _conversation(comment, CommentMessage.objects.all()))
    )


def own_comment(code: str, key: UUID) -> ReleasedComment | None:
    """The comment, if the code is its own and its campaign is published. Raises BadCode."""
    comment = ReleasedComment.objects.filter(pk=key, campaign_number__in=Campaign.objects.published()).first()
    if comment is None or inbox.comment_key(inbox.reply_key(code), comment.question) != bytes(comment.inbox):
        return None
    return comment


def conversation_for(viewer: Viewer, campaign: int, key: UUID) -> tuple[ReleasedComment, UnitSnapshot] | None:
    """A comment that the viewer may read, with the unit it was released for; None for any other, and before its day."""
    comment = ReleasedComment.objects.filter(pk=key, campaign_number=campaign).first()
    visible = UnitSnapshot.objects.visible_to(viewer).select_related("campaign").filter(campaign=campaign)
    unit = visible.filter(place=comment.place).first() if comment else None
    if comment is None or unit is None or not sharing.reading(viewer, unit.campaign).comments:
        return None
    reads = viewer.has(Role.EXECUTIVE) or may_read_comments(unit, viewer)
    return (comment, unit) if reads else None


def conversation(comment: ReleasedComment) -> Conversation:
    """As readers see it: without what the writer has done since the last morning."""
    found = _conversation(comment, CommentMessage.objects.shown_to_readers())
    assert found is not None
    return found


def reader_words(viewer: Viewer, unit: UnitSnapshot) -> str:
    """Name and role under which the viewer answers, as the writer of the comment will read it."""
    name = viewer.employee.name if viewer.employee else str(viewer.user)
    if viewer.has(Role.HR_ADMIN):
        return f"{name}, HR"
    above = UnitSnapshot.objects.filter(campaign=unit.campaign_id, place__lte=unit.place, last_place__gte=unit.place)
    nearest = above.filter(unit__in=viewer.headed_units).order_by("-place").values_list("name", flat=True).first()
    if nearest:
        return f"{name}, head of {nearest}"
    return f"{name}, {'executive' if viewer.has(Role.EXECUTIVE) else 'HR partner'}"


def _conversation(comment: ReleasedComment, shown: QuerySet[CommentMessage]) -> Conversation | None:
    campaign = Campaign.objects.published().select_related("form").filter(pk=comment.campaign_number).first()
    if campaign is None:
        return None
    asked = campaign.form.items.filter(code=comment.question, kind=Item.Kind.COMMENT).first()
    messages = shown.filter(comment_key=comment.pk).order_by("number")
    return Conversation(
        key=comment.pk,
        campaign_pk=campaign.pk,
        title=campaign.title,
        question=filled(asked.asked_of(campaign.form.audience)) if asked else "",
        text=comment.text,
        messages=tuple(
            Message(message.by_words, message.text, message.written_on, message.sender == CommentMessage.Sender.END)
            for message in messages
        ),
        can_be_answered=bool(comment.inbox),
    )
