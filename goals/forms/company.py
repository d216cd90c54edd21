"""Comments, contributors, and with whom a goal was chosen."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from goals.forms.updates import day_field
from goals.services.company import LONGEST_COMMENT
from people.forms.fields import PersonField
from people.models import Employee


class CommentForm(forms.Form):
    text = forms.CharField(
        label="Comment",
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea({"rows": 2, "placeholder": "Ask or comment", "class": "form-control"}),
        error_messages={"required": "Write what you want to say first."},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid4()})
        super().__init__(*args, **kwargs)


class ContributorForm(forms.Form):
    person = PersonField(label="Who contributes", help_text="Type a name and choose.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].people = Employee.objects.active()  # type: ignore[attr-defined]


class ConsultationForm(forms.Form):
    """Who helped to choose a goal: customers, staff, partners."""

    who = forms.CharField(
        label="Who was asked",
        max_length=200,
        help_text="A group rather than a name, such as: customer panel of eight school managers.",
    )
    held_on = day_field("When")
    outcome = forms.CharField(
        label="What came of it",
        max_length=400,
        widget=forms.Textarea({"rows": 2}),
        help_text="What the goal, its measure or a guardrail owes to them.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if day > self.today:
            raise ValidationError("The day lies ahead. Choose the day on which you asked them.")
        return day
