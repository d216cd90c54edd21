"""The two steps of the guide that people report."""

from datetime import date
from typing import Any

from django import forms

from actions.forms.fields import day_field


class TalkForm(forms.Form):
    talked_on = day_field("We talked on")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["talked_on"].widget.attrs["max"] = today.isoformat()

    def clean_talked_on(self) -> date:
        day: date = self.cleaned_data["talked_on"]
        if day > self.today:
            raise forms.ValidationError("The day lies ahead. Note it once you have talked.")
        return day


class TellForm(forms.Form):
    words = forms.CharField(
        label="What you tell the team",
        max_length=1000,
        widget=forms.Textarea({"rows": 6}),
        help_text="Everyone in the unit gets this as news and by mail. It can be sent once.",
    )
