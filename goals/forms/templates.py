"""A goal template with its rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import formset_factory

from core.constructs import Construct
from goals import wording
from goals.forms.parts import GuardrailForm, GuardrailRows, MilestoneForm, MilestoneRows
from goals.forms.planning import CHECK
from goals.forms.sheet import MOST_ROWS, SPARE_ROWS
from goals.models import GoalDetail, GoalTemplate


class StepForm(MilestoneForm):
    """A milestone without a day: that is chosen when a goal is started."""

    due_on = None  # type: ignore[assignment]


class StepRows(MilestoneRows):
    @property
    def kept(self) -> list[dict[str, Any]]:
        return [{"title": row["title"], "weight": row["weight"] or 1} for row in self.filled]


class RailRows(GuardrailRows):
    @property
    def kept(self) -> list[dict[str, Any]]:
        return [
            {
                "name": row["name"],
                "op": row["op"],
                "limit": wording.plain(row["limit"]),
                "unit": row["unit"],
                "why": row["why"],
            }
            for row in self.filled
        ]


class TemplateForm(forms.ModelForm):
    constructs = forms.MultipleChoiceField(
        label="Which of the seven Cs it serves",
        choices=[(construct.value, construct.short) for construct in Construct],
        required=False,
        widget=forms.CheckboxSelectMultiple(CHECK),
    )
    metric_type = forms.ChoiceField(
        label="How it is measured", choices=GoalDetail.Metric.choices, widget=forms.RadioSelect
    )
    is_archived = forms.BooleanField(label="No longer offered", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = GoalTemplate
        fields = (
            *("level", "title", "customer_benefit", "constructs", "description", "metric_type", "metric_name"),
            *("metric_unit", "decimals", "metric_source", "is_archived"),
        )
        labels = {
            "level": "For",
            "customer_benefit": "What the customer notices",
            "description": "How to go about it",
            "metric_name": "What is measured",
            "metric_unit": "Unit",
            "decimals": "Digits after the point",
            "metric_source": "Where the number comes from",
        }
        widgets = {"description": forms.Textarea({"rows": 3})}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("metric_type") != GoalDetail.Metric.NONE and not data.get("metric_name"):
            self.add_error("metric_name", "Say what is measured.")
        return data


class TemplateSheet:
    """The form with its rows, bound together."""

    def __init__(self, data: Any, template: GoalTemplate) -> None:
        self.form = TemplateForm(data, instance=template, initial={"version": template.version})
        steps = formset_factory(StepForm, formset=StepRows, extra=SPARE_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
        rails = formset_factory(
            GuardrailForm, formset=RailRows, extra=SPARE_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS
        )
        self.milestones = steps(data, prefix="milestones", initial=template.milestones)
        self.guardrails = rails(data, prefix="guardrails", initial=template.guardrails)

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.milestones.is_valid(), self.guardrails.is_valid()])

    @property
    def has_bad_rows(self) -> bool:
        return self.form.is_bound and bool(self.milestones.total_error_count() + self.guardrails.total_error_count())

    @property
    def template(self) -> GoalTemplate:
        """What the valid sheet says, not stored."""
        found = self.form.instance
        found.milestones = self.milestones.kept if found.metric_type == GoalDetail.Metric.MILESTONE else []  # type: ignore[attr-defined]
        found.guardrails = self.guardrails.kept  # type: ignore[attr-defined]
        return found
