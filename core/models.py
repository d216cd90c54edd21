"""What every app may point at: the audit trail and notifications."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class AuditEntry(models.Model):
    """Who did what to which record, and who viewed a named person's record. Append-only; written by core.audit alone.

    Never written for survey answers: an entry per answer would link person and answer (security.md, trap 13).
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
