"""A survey that comes again. It checks; `services.series` writes."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from assessments.surveys.forms.campaigns import FormChoice, sendable_forms
from assessments.surveys.forms.clock import LAST_YEAR
from assessments.surveys.models import Campaign, Item
from assessments.surveys.models.series import CampaignSeries
from people.models import Unit

INSIDE = (Campaign.Audience.EVERYONE, Campaign.Audience.STAFF)
FIXED = "Fixed since the first wave. For another rhythm stop this series and plan a new one."


class SeriesForm(forms.ModelForm):
    """Saved through services.series, never by save()."""

    class Meta:
        model = CampaignSeries
        fields = (
            "title",
            "form",
            "rotates",
            "months",
            "first_on",
            "opens_at_time",
            "days_open",
            "audience",
            "leaders_form",
            "leaders_days",
            "units",
            "minimum_group",
        )
        widgets = {
            "first_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "opens_at_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if self.instance.next_wave:  # waves are counted from the first day, so another rhythm would be another series
            for name in ("first_on", "months"):
                self.fields[name].disabled = True
                self.fields[name].help_text = FIXED
        inside = sendable_forms().exclude(audience=Item.Audience.CUSTOMER)
        self.fields["form"] = FormChoice(label="Questionnaire", queryset=inside)
        labels = dict(Campaign.Audience.choices)
        self.fields["audience"] = forms.ChoiceField(
            label="Who is asked",
            choices=[(value, labels[value]) for value in map(str, INSIDE)],
            widget=forms.RadioSelect,
        )
        self.fields["leaders_form"] = FormChoice(
            label="Leaders go first, with this questionnaire",
            queryset=sendable_forms().filter(audience=Item.Audience.LEADER),
            required=False,
            blank=True,
            empty_label="No: each wave asks everyone chosen above at once",
            help_text="The leaders' survey opens on the wave's day, the staff's when it has closed.",
        )
        self.fields["leaders_days"].help_text = "Only where leaders go first."
        self.fields["leaders_days"].required = False
        self.fields["units"] = forms.ModelMultipleChoiceField(
            Unit.objects.active(),
            required=False,
            label="Only these units",
            help_text="With everything below them. None: the whole organisation.",
        )

    def clean_first_on(self) -> date:
        """A new first day, or one that is changed, lies ahead: of a past one the last missed wave would open within a minute."""
        chosen: date = self.cleaned_data["first_on"]
        if chosen.year > LAST_YEAR:
            raise forms.ValidationError(f"Choose a year up to {LAST_YEAR}.")
        if "first_on" in self.changed_data and chosen < self.today:
            raise forms.ValidationError("Choose today or a later day: a wave whose day is past would open at once.")
        return chosen

    def clean_leaders_days(self) -> int:
        return self.cleaned_data["leaders_days"] or self.instance.leaders_days

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("leaders_form") and given.get("audience") != Campaign.Audience.STAFF:
            self.add_error("audience", "Where leaders go first, the survey after theirs asks the staff.")
        return given

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper
