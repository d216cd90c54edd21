"""The last days of a running cycle, as far as they can still be moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from assessments.reviews.queries.dates import STAGES


class DaysForm(forms.Form):
    """One field for each stage that has not ended. Saved through services.dates.move_days."""

    def __init__(self, *args: Any, days: Mapping[str, date], movable: Sequence[str], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = dict(days)
        for name in movable:
            self.fields[name] = forms.DateField(
                label=STAGES[name],
                widget=forms.DateInput(attrs={"type": "date", "min": on.isoformat()}, format="%Y-%m-%d"),
                error_messages={
                    "required": "Choose the last day of this stage.",
                    "invalid": "Write the day as 2026-12-25, or choose it from the calendar.",
                },
            )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper
