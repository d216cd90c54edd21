"""What HR writes to customers after their survey."""

from __future__ import annotations

from typing import Any

from django import forms

from actions.models import Action, CustomerReport
from actions.queries import told as queries
from assessments.surveys.models import Campaign
from people.access import Viewer

MOST_FIGURES = 6


class ActionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Action) -> str:
        return f"{obj.title} ({obj.unit.name}, {obj.get_state_display().lower()})"


class ReportForm(forms.Form):
    """Written by services.told.write(**cleaned_data)."""

    told = forms.CharField(
        label="What you told us",
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text="In a few sentences, what customers said: the good and the bad. Name nobody.",
    )
    changed = forms.CharField(
        label="What we changed",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text="What is different now. Single promises with their state stand below it by themselves.",
    )
    statements = forms.MultipleChoiceField(
        label="Figures to show",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=f"At most {MOST_FIGURES}. Only what the results show for all customers together is offered.",
    )

    def __init__(self, *args: Any, campaign: Campaign, report: CustomerReport | None, **kwargs: Any) -> None:
        if report:
            kwargs["initial"] = {"told": report.told, "changed": report.changed, "statements": report.statements}
        super().__init__(*args, **kwargs)
        rows = queries.figures_to_choose(campaign)
        choice: Any = self.fields["statements"]
        choice.choices = [(row.code, f"{row.favourable} of {row.n} agree: {row.text}") for row in rows]
        if not rows:
            choice.help_text = "The results of this survey are hidden as a whole, so there is no figure to show."

    def clean_statements(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["statements"]
        if len(chosen) > MOST_FIGURES:
            raise forms.ValidationError(f"Choose at most {MOST_FIGURES} figures, so that people read them.")
        return chosen


class ToldPromiseForm(forms.Form):
    """Written by services.told.add_promise(**cleaned_data)."""

    action = ActionChoice(queryset=Action.objects.none(), label="Action", empty_label="Choose one")
    words = forms.CharField(
        label="In customers' words",
        max_length=300,
        help_text="What customers will notice. Its state is added by itself and stays true: decided, at work, done, or not done.",
    )

    def __init__(self, *args: Any, viewer: Viewer, report: CustomerReport, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["action"]
        choice.queryset = queries.actions_to_choose(viewer, report, on=on)
