"""What every app may point at: the audit trail, notifications and mails."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class AuditEntry(models.Model):
    """Who did what to which record, and who viewed a named person's record. Append-only; written by core.audit alone.

    Never written for survey answers: an entry per answer would link person and answer.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", help_text="Empty: the system"
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="The person whose record is concerned, who may see this entry",
    )
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_key = models.CharField(max_length=60)
    subject_label = models.CharField(max_length=200)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["about", "-at"]),
            models.Index(fields=["actor", "-at"]),
            models.Index(fields=["subject_kind", "subject_key"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb}: {self.subject_label}"


class Notification(models.Model):
    """News for one person, shown on the home page. One row per (person, key): a repeated job tells nobody twice."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=120, help_text="Natural key, such as results-released:12")
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="one_notification_per_person_and_key")]
        indexes = [models.Index(fields=["to", "-made_at"])]

    def __str__(self) -> str:
        return self.text


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> MailQuerySet:
        return self.filter(sent_at=None, failed_at=None)

    def due(self, at: datetime) -> MailQuerySet:
        return self.waiting().filter(due_at__lte=at, is_held=False).order_by("due_at", "pk")

    def held(self) -> MailQuerySet:
        """What waits for the mail of the week (core.mail_digest)."""
        return self.waiting().filter(is_held=True)

    def failed(self) -> MailQuerySet:
        return self.filter(failed_at__isnull=False)


# After it come the made-up addresses of accounts that nobody can be written to at; no such domain exists (RFC 2606).
NOWHERE = "@nobody.invalid"


class Mail(models.Model):
    """One mail to one recipient, before and after it left. Written by core.mail and core.mail_delivery alone.

    One row per kind, recipient and key, for ever; of some kinds until it has left (mail_kinds.Kind.leaves_no_row). The
    recipient is a user, whose address is read when the mail leaves, or an address. `context` is emptied when the mail has
    left.
    """

    kind = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField(blank=True)
    key = models.CharField(max_length=120, help_text="Natural key of the event, such as campaign:12")
    context = models.JSONField(default=dict)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When it is tried next")
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True, help_text="What went wrong last")
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True, help_text="When we gave up")
    is_held = models.BooleanField(default=False, db_default=False, help_text="Waits for the mail of the week")

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "user", "address", "key"],
                nulls_distinct=False,
                name="one_mail_per_kind_recipient_and_key",
            ),
            models.CheckConstraint(
                condition=Q(user=None, address__gt="") | Q(user__isnull=False, address=""),
                name="mail_has_one_recipient",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, failed_at=None), name="mail_waiting"),
            models.Index(fields=["kind", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class MailChoice(models.Model):
    """How one person wants the mails of one topic; without a row at once. Written by core.mail_choices alone."""

    class Topic(models.TextChoices):
        CHECK_INS = "check_ins", "Check-ins on my goals that are due"
        STATUS = "status", "Goals that are doing worse"
        PROMISES = "promises", "Actions and obstacles that I answer for"
        ANSWERS = "answers", "Answers to what I reported, and what my team does after a survey"

    class How(models.TextChoices):
        NOW = "now", "At once"
        WEEKLY = "weekly", "Once a week, all in one mail"
        NEVER = "never", "Not by mail; it stands on my home page"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=12, choices=Topic.choices)
    how = models.CharField(max_length=6, choices=How.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="one_choice_per_person_and_topic")]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}: {self.get_how_display()}"


class DayOff(models.Model):
    """A day on which the organisation does not work, such as a public holiday (core.days_off)."""

    on = models.DateField(unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["on"]
        verbose_name_plural = "days off"

    def __str__(self) -> str:
        return f"{self.name}, {self.on:%Y-%m-%d}"
