"""What an HR administrator says when opening a support case."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.reviews.models import LONGEST_CASE
from people.access import Viewer
from people.forms.fields import PersonField
from people.models import Employee


class CaseForm(forms.Form):
    subject = PersonField(label="Person", help_text="Type a name and choose.")
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="The person reads these words at once, in the news and by mail.",
    )
    days = forms.IntegerField(
        label="For how many days",
        min_value=1,
        max_value=LONGEST_CASE.days,
        initial=7,
        help_text=f"{LONGEST_CASE.days} at most. Then the case ends by itself.",
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].people = Employee.objects.visible_to(viewer)  # type: ignore[attr-defined]
