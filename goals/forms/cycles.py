"""Preparing and changing a cycle, and choosing what is carried over to it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from goals.forms.updates import day_field
from goals.models import Goal, GoalCycle, Rhythm


class CycleForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Such as Year 2027.")
    starts_on = day_field("First day")
    ends_on = day_field("Last day")
    rhythm = forms.ChoiceField(
        label="Check-ins", choices=Rhythm.choices, initial=Rhythm.MONTHLY, help_text="A goal may have its own."
    )
    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if isinstance(first, date) and isinstance(last, date) and last <= first:
            raise ValidationError("The last day of a cycle comes after its first day.")
        return data


class CarryForm(forms.Form):
    """Goals, the cycle to set them in, and where their numbers begin."""

    into = forms.ModelChoiceField(label="Carry over to", queryset=GoalCycle.objects.none(), empty_label=None)
    start = forms.ChoiceField(
        label="Numbers and milestones begin",
        choices=[
            ("here", "where they stand now: last value as start, open milestones"),
            ("anew", "as they once did: same start, all milestones"),
        ],
        initial="here",
        widget=forms.RadioSelect({"class": "form-check-input"}),
    )
    goals = forms.ModelMultipleChoiceField(
        queryset=Goal.objects.none(),
        error_messages={
            "required": "Choose at least one goal.",
            "invalid_choice": "One of these goals is not in the cycle any more. Reload the page and choose again.",
        },
    )

    def __init__(self, *args: Any, cycles: QuerySet[GoalCycle], goals: QuerySet[Goal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = cycles  # type: ignore[attr-defined]
        self.fields["goals"].queryset = goals  # type: ignore[attr-defined]

    @property
    def chosen(self) -> set[str]:
        """Ids as they were posted, to tick them again."""
        return set(self["goals"].value() or ()) if self.is_bound else set()

    @property
    def choice(self) -> dict[str, Any]:
        """What services.carry_over takes."""
        data = self.cleaned_data
        return {
            "into": data["into"],
            "goals": {goal.pk for goal in data["goals"]},
            "from_where_it_stands": data["start"] == "here",
        }
