"""Naming raters: colleagues by ticking, externals by mail address."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.reviews.models import Assessment
from assessments.reviews.queries.raters import External
from core.numbers import whole_number
from people.access import Viewer
from people.models import Employee


class NamingForm(forms.Form):
    """One go: several colleagues and one external. `search` only looks for more colleagues."""

    colleagues = forms.ModelMultipleChoiceField(
        Employee.objects.none(),
        required=False,
        error_messages={"invalid_choice": "One of the people ticked no longer works here. Choose again."},
    )
    search = forms.CharField(required=False, max_length=80)
    external_name = forms.CharField(label="Name", required=False, max_length=160)
    external_email = forms.EmailField(label="Mail address", required=False)
    external_organisation = forms.CharField(label="Organisation", required=False, max_length=160)

    def __init__(self, *args: Any, viewer: Viewer, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["colleagues"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Employee.objects.visible_to(viewer).active()
        self.asks_externals = assessment.cycle.asks_externals

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        name, email = typed.get("external_name"), typed.get("external_email")
        if email and not name:
            self.add_error("external_name", "Say who this is; the name stands in the mail.")
        if name and not email and "external_email" not in self.errors:
            self.add_error("external_email", "A link is sent there.")
        if not self.errors and not email and not typed.get("colleagues"):
            self.add_error(None, "Tick somebody, or fill in an external’s name and address.")
        return typed

    def externals(self) -> list[External]:
        typed = self.cleaned_data
        if not typed["external_email"]:
            return []
        return [External(typed["external_name"], typed["external_email"], typed["external_organisation"])]

    def ticked(self) -> list[int]:
        """What is ticked, also before the rest is right."""
        numbers = (whole_number(value) for value in self.data.getlist("colleagues")[:100])  # type: ignore[attr-defined]
        return [number for number in numbers if number]

    def external_count(self) -> int:
        """1 when somebody from outside is typed, also before the rest is right."""
        return int(self.asks_externals and bool(self.data.get("external_email", "").strip()))


class WordsForm(forms.Form):
    words = forms.CharField(label="Why not", max_length=300)
