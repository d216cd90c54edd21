"""Conversations about a released comment with somebody whom nobody knows (docs/decisions/020-comment-inbox.md)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class CommentMessageQuerySet(models.QuerySet["CommentMessage"]):
    def shown_to_readers(self) -> "CommentMessageQuerySet":
        """A reader's own at once; what a writer does from the next morning on, so that the page is no clock."""
        return self.filter(Q(sender=CommentMessage.Sender.READER) | Q(is_announced=True))


class CommentMessage(models.Model):
    """One message under a released comment, by a reader of comments or by whoever wrote the comment.

    A number, not a foreign key, names the comment. What the writer of the comment sends carries no person and no time.
    """

    class Sender(models.TextChoices):
        READER = "reader", "Reader"
        WRITER = "writer", "Writer of the comment"
        END = "end", "The writer ended the conversation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    comment_key = models.UUIDField(help_text="Key of the released comment")
    number = models.PositiveSmallIntegerField(help_text="Order within the conversation")
    sender = models.CharField(max_length=6, choices=Sender.choices)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_words = models.CharField(
        max_length=240, blank=True, help_text="The reader's name and role, as the writer reads it"
    )
    written_on = models.DateField(null=True)
    is_announced = models.BooleanField(default=False, help_text="Readers see the writer's message")

    objects = CommentMessageQuerySet.as_manager()

    class Meta:
        ordering = ["comment_key", "number"]
        constraints = [
            models.UniqueConstraint(fields=["comment_key", "number"], name="one_message_per_number"),
            models.CheckConstraint(
                condition=Q(sender="reader") | Q(by=None, by_words="", written_on=None),
                name="writer_of_a_comment_stays_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.number} of a conversation"


class InboxRound(models.Model):
    """A day on which readers were told what writers of comments did: one round a day, however often the clock asks."""

    on = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return f"Inbox round of {self.on}"
