"""Further languages of a version: what is said instead of each of its texts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessments.surveys.models.instruments import InstrumentVersion


class VersionLanguage(models.Model):
    """One more language of a version. Worked on as a draft; once published a database trigger refuses any change.

    It changes no meaning, so a published version may get one later.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="languages")
    language = models.CharField(max_length=10, help_text="Such as de")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    is_validated = models.BooleanField(default=False, help_text="Tested on a real sample (method.md, section 0)")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["version", "language"]
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="a_language_once_in_a_version"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="published_language_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.language}"

    @property
    def is_frozen(self) -> bool:
        return self.state == self.State.PUBLISHED


class Translation(models.Model):
    """One text in another language, and the words it was made from: where those changed since, it needs a new look."""

    language = models.ForeignKey(VersionLanguage, on_delete=models.CASCADE, related_name="translations")
    key = models.CharField(max_length=80, help_text="As in assessments.surveys.languages, such as item:STR1:text")
    original = models.TextField()
    text = models.TextField()

    class Meta:
        ordering = ["language", "key"]
        constraints = [models.UniqueConstraint(fields=["language", "key"], name="one_translation_per_text")]

    def __str__(self) -> str:
        return f"{self.key}: {self.text}"
