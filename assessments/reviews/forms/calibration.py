"""A change of one agreed level in the calibration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from assessments.competencies.models import Level
from assessments.reviews.forms.talk import RevisionForm
from assessments.reviews.models import AgreedLevel


class LevelChangeForm(RevisionForm):
    competency = forms.TypedChoiceField(coerce=int, empty_value=None)
    level = forms.TypedChoiceField(label="New level", coerce=int, empty_value=None)
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="What you saw and compared. The person reads these words.",
    )

    def __init__(self, *args: Any, agreed: Sequence[AgreedLevel], levels: Sequence[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["competency"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a competency"),
            *((one.competency_id, f"{one.version.name}, agreed level {one.level}") for one in agreed),
        ]
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a level"),
            *((level.value, str(level)) for level in levels),
        ]
