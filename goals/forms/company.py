"""Comments and contributors."""

from typing import Any
from uuid import uuid4

from django import forms

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
