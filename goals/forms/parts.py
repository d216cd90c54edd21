"""The rows written beside a goal: milestones, guardrails, checkpoints, the pre-mortem."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from goals import progress
from goals.forms.updates import NumberField, day_field
from goals.models import Guardrail
from goals.models.keeping import PREMORTEM_ANSWERS
from goals.services import GuardrailPlan, MilestonePlan, PremortemPlan


class MilestoneForm(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label="Milestone", max_length=200, required=False)
    weight = forms.IntegerField(min_value=1, max_value=1000, initial=1, required=False)
    due_on = day_field("Due", required=False)


class GuardrailForm(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="What must not get worse", max_length=200, required=False)
    op = forms.ChoiceField(label="Bound", choices=Guardrail.Op.choices, required=False)
    limit = NumberField(required=False)
    unit = forms.CharField(max_length=40, required=False)
    why = forms.CharField(label="What it stops", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("name") and data.get("limit") is None and "limit" not in self.errors:
            self.add_error("limit", "Say how far it may go.")
        return data


class _Rows(forms.BaseFormSet):
    """Rows of which empty ones are left out."""

    filled_by = ""

    @property
    def filled(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get(self.filled_by)]


class MilestoneRows(_Rows):
    filled_by = "title"

    @property
    def plans(self) -> list[MilestonePlan]:
        return [MilestonePlan(row["title"], row["weight"] or 1, row["due_on"], row["pk"]) for row in self.filled]


class GuardrailRows(_Rows):
    filled_by = "name"

    @property
    def plans(self) -> list[GuardrailPlan]:
        return [
            GuardrailPlan(row["name"], row["op"], row["limit"], row["unit"], row["why"], row["pk"])
            for row in self.filled
        ]


class CheckpointForm(forms.Form):
    reach_on = day_field("By", required=False)
    value = NumberField(label="Expected value", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reach_on") and data.get("value") is None and "value" not in self.errors:
            self.add_error("value", "Say what the number should be by then.")
        if data.get("value") is not None and not data.get("reach_on") and "reach_on" not in self.errors:
            self.add_error("reach_on", "Say by which day.")
        return data


class CheckpointRows(_Rows):
    filled_by = "reach_on"

    def points(self, baseline: Decimal | None, target: Decimal | None) -> list[tuple[date, int]]:
        """Day and expected progress of each row; none where the measure has no way from a start to a target."""
        if baseline is None or target is None:
            return []
        whole = target - baseline
        return [(row["reach_on"], progress.to_ppm(row["value"] - baseline, whole)) for row in self.filled]


class PremortemForm(forms.Form):
    way = forms.CharField(label="Someone could", max_length=300, required=False)
    shown_by = forms.CharField(label="What would show it", max_length=200, required=False)


class PremortemRows(_Rows):
    filled_by = "way"
    at_least = PREMORTEM_ANSWERS

    @property
    def plans(self) -> list[PremortemPlan]:
        return [PremortemPlan(row["way"], row["shown_by"]) for row in self.filled]
