"""Who reads results from when, and what of them."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from assessments.surveys.forms.clock import LocalDateTimeField
from assessments.surveys.models import Section

_PARTS = "The scores of the seven Cs are always part of it."


class SharingForm(forms.Form):
    """Written by services.sharing.plan(**cleaned_data)."""

    leaders_at = LocalDateTimeField(
        label="Leaders from",
        help_text="Executives and the heads of the organisation and its departments. They go first.",
    )
    managers_at = LocalDateTimeField(label="Managers from", help_text="All heads of units and HR partners.")
    everyone_at = LocalDateTimeField(label="Everyone from", help_text="Everybody who works here.")
    manager_sections = forms.MultipleChoiceField(
        label="What managers read",
        choices=Section.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_PARTS,
    )
    everyone_sections = forms.MultipleChoiceField(
        label="What everyone reads",
        choices=Section.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=f"{_PARTS} Comments and statements stay within each person's own units.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        order = [data.get(name) for name in ("leaders_at", "managers_at", "everyone_at")]
        if all(order) and order != sorted(order):  # type: ignore[type-var]
            raise forms.ValidationError(
                "Leaders come first, then managers, then everyone. Put the dates in that order."
            )
        return data

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper
