"""The desired profile: one index for each of the seven Cs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from core.constructs import Construct


class DesiredForm(forms.Form):
    """A field for each C; one left empty has no desired level. Written by services.desired.set_desired."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for construct in Construct:
            self.fields[construct.value] = forms.IntegerField(
                label=construct.title,
                help_text=construct.definition,
                min_value=0,
                max_value=100,
                required=False,
                widget=forms.NumberInput(attrs={"class": "short"}),
            )

    @staticmethod
    def initial_of(levels: Mapping[Construct, int]) -> dict[str, int]:
        return {construct.value: index for construct, index in levels.items()}

    @property
    def levels(self) -> dict[Construct, int]:
        return {Construct(key): value for key, value in self.cleaned_data.items() if value is not None}

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper
