"""A conversation about a released comment. The writer of the comment stays unknown: no person, no time, no audit entry."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from assessments.surveys import inbox, locks
from assessments.surveys.models import Campaign, CommentMessage, InboxRound, ReleasedComment
from core import audit, notify
from core.errors import DomainError
from people.models import User

LONGEST = 1000  # characters, as a comment
UNANSWERED = 3  # messages that a writer may send before a reader answers
Sender = CommentMessage.Sender


class NotYours(DomainError):
    """The code does not belong to this comment."""

    def __init__(self) -> None:
        super().__init__(gettext("This code does not open that comment. Enter the code again."))


class CannotWrite(DomainError):
    """The conversation is over, or it is the other side's turn."""


@transaction.atomic
def answer(comment: ReleasedComment, *, text: str, by: User, by_words: str, on: date) -> CommentMessage:
    """Answer a comment under one's name and role. The caller has checked that `by` reads it. Raises CannotWrite."""
    said = _said(comment)
    if any(message.sender == Sender.END and message.is_announced for message in said):
        raise CannotWrite("The writer of this comment has ended the conversation.")
    campaign = Campaign.objects.get(pk=comment.campaign_number)
    message = _add(comment, said, sender=Sender.READER, text=_checked(text), by=by, by_words=by_words, written_on=on)
    audit.record("answered a comment", campaign, by=by)
    return message


@transaction.atomic
def write_back(code: str, comment: ReleasedComment, *, text: str) -> CommentMessage:
    """Add to one's own comment. Leaves no trace of who or when. Raises BadCode, NotYours, CannotWrite."""
    said = _own(code, comment)
    last = [message.sender for message in said][-UNANSWERED:]
    if last == [Sender.WRITER] * UNANSWERED:
        raise CannotWrite(gettext("Please wait for an answer before you write more."))
    return _add(comment, said, sender=Sender.WRITER, text=_checked(text))


@transaction.atomic
def end(code: str, comment: ReleasedComment) -> CommentMessage:
    """End the conversation for good. Raises BadCode, NotYours, CannotWrite."""
    return _add(comment, _own(code, comment), sender=Sender.END)


@transaction.atomic
def tell_readers(*, at: datetime) -> int:
    """Show readers what writers of comments did since yesterday, and tell those who answered; returns how much that was.

    At most once on a day of the organisation, so that neither news nor page says when somebody wrote.
    """
    _, is_first = InboxRound.objects.get_or_create(on=timezone.localdate(at))
    if not is_first:
        return 0
    InboxRound.objects.exclude(on=timezone.localdate(at)).delete()
    waiting = list(CommentMessage.objects.select_for_update().exclude(sender=Sender.READER).filter(is_announced=False))
    for message in waiting:
        if message.sender == Sender.END:
            continue
        comment = ReleasedComment.objects.get(pk=message.comment_key)
        readers = CommentMessage.objects.filter(comment_key=comment.pk, sender=Sender.READER).exclude(by=None)
        notify.tell_all(
            readers.values_list("by", flat=True).distinct().order_by("by"),
            f"inbox:{message.pk}",
            "The writer of a comment has answered you.",
            reverse("surveys:comment", args=[comment.campaign_number, comment.pk]),
            at,
        )
    CommentMessage.objects.filter(pk__in=[message.pk for message in waiting]).update(is_announced=True)
    return len(waiting)


def _own(code: str, comment: ReleasedComment) -> list[CommentMessage]:
    """What was said so far, for the one who holds the comment's code. Raises BadCode, NotYours, CannotWrite."""
    if inbox.comment_key(inbox.reply_key(code), comment.question) != bytes(comment.inbox):
        raise NotYours
    said = _said(comment)
    if any(message.sender == Sender.END for message in said):
        raise CannotWrite(gettext("You have ended this conversation."))
    return said


def _said(comment: ReleasedComment) -> list[CommentMessage]:
    """The conversation so far, locked to the end of the transaction; the comment's row keeps no trace of that."""
    locks.hold_comment(comment.pk)
    return list(CommentMessage.objects.filter(comment_key=comment.pk).order_by("number"))


def _add(comment: ReleasedComment, said: list[CommentMessage], **fields: object) -> CommentMessage:
    return CommentMessage.objects.create(comment_key=comment.pk, number=len(said) + 1, **fields)


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise CannotWrite(gettext("Write something before you send."))
    if len(text) > LONGEST:
        words = gettext("A message can hold %(characters)s characters. Please shorten it.")
        raise CannotWrite(words % {"characters": LONGEST})
    return text
