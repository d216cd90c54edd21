"""The steps of a cycle's set-up, and what HR types about single people in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from assessments.reviews.models import ReviewCycle
from people.forms.fields import PersonField
from people.models import Employee, JobRole, Unit

DAYS_SELF, DAYS_MANAGER, DAYS_ALL = 14, 28, 56


class StepForm(forms.ModelForm):
    """One step. Saved through services.update_cycle(**cleaned_data), never by save()."""

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper


@dataclass(frozen=True)
class UnitBox:
    unit: Unit
    is_chosen: bool


class AudienceForm(StepForm):
    class Meta:
        model = ReviewCycle
        fields = ("name", "units", "job_roles")
        labels = {"name": "Name of the cycle"}
        help_texts = {"name": "As people will read it: “Summer 2026”."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"] = forms.ModelMultipleChoiceField(Unit.objects.active(), required=False)
        self.fields["job_roles"] = forms.ModelMultipleChoiceField(
            JobRole.objects.order_by("name"),
            required=False,
            label="Only these job roles",
            help_text="Leave all boxes empty to take in people of every role, and of none.",
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def unit_boxes(self) -> list[UnitBox]:
        """The unit tree as boxes to tick."""
        chosen = {str(getattr(value, "pk", value)) for value in self["units"].value() or ()}
        return [UnitBox(unit, str(unit.pk) in chosen) for unit in Unit.objects.active().order_by("position")]


class RatersForm(StepForm):
    class Meta:
        model = ReviewCycle
        fields = ("asks_peers", "asks_reports", "asks_externals", "is_blind", "report_goes_to")
        labels = {
            "asks_peers": "Colleagues",
            "asks_reports": "People who report to them",
            "asks_externals": "Customers and other externals, by a link in a mail",
            "is_blind": "Blind: the manager reads the self-assessment only after sharing their own review",
        }
        help_texts = {
            "asks_peers": "The person names them, the manager approves.",
            "asks_reports": "For people who lead others.",
            "asks_externals": "They need no account and are asked about five competencies at most.",
            "is_blind": "Otherwise the manager reads it as soon as it is shared. The person reads the manager's view "
            "only when both are shared, in either case.",
        }
        widgets = {"report_goes_to": forms.RadioSelect}


class StagesForm(StepForm):
    """Dates. Those of raters stand here only when the cycle asks some."""

    class Meta:
        model = ReviewCycle
        fields = (
            "self_due_on",
            "named_by",
            "manager_due_on",
            "feedback_due_on",
            "closes_on",
            "calibrates",
            "calibration_until",
        )
        labels = {
            "self_due_on": "Self-assessments shared by",
            "named_by": "Raters named and approved by",
            "manager_due_on": "Manager reviews shared by",
            "feedback_due_on": "Raters answer by",
            "closes_on": "Last day",
            "calibrates": "Calibrate: managers look at agreed levels together afterwards",
            "calibration_until": "Calibration until",
        }
        help_texts = {
            "calibrates": "A level may then still be changed, only with a reason that the person reads. No curve.",
            "calibration_until": "The last day of the cycle when left empty.",
        }
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in (
                *("self_due_on", "named_by", "manager_due_on", "feedback_due_on", "closes_on", "calibration_until"),
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("named_by", "feedback_due_on"):
            if self.instance.asks_others:
                self.fields[name].required = True
            else:
                del self.fields[name]


class LimitsForm(StepForm):
    class Meta:
        model = ReviewCycle
        fields = ("fewest_in_group", "most_per_rater")
        labels = {
            "fewest_in_group": "Smallest group of raters shown by itself",
            "most_per_rater": "People whom one colleague is asked about, at most",
        }
        help_texts = {
            "fewest_in_group": "From 3 to 10 answers. Smaller groups are folded into “others” or not shown. "
            "Fixed at launch; nobody can lower it afterwards.",
            "most_per_rater": "Managers see the load of each rater and cannot approve beyond it.",
        }


def first_dates(on: date) -> dict[str, date]:
    """Where a new cycle starts: two weeks for the own view, two for the manager's, four for the talks."""
    days = {"self_due_on": DAYS_SELF, "manager_due_on": DAYS_MANAGER, "closes_on": DAYS_ALL}
    return {name: on + timedelta(days=number) for name, number in days.items()}


class ReasonForm(forms.Form):
    """Why something is done about one person. They read it."""

    reason = forms.CharField(
        label="Why",
        max_length=200,
        help_text="The person reads it, and it stays in the audit trail: write nothing about health.",
    )


class ReassignForm(ReasonForm):
    manager = PersonField(label="Who reviews instead")
    field_order = ["manager", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["manager"]
        assert isinstance(field, PersonField)
        field.people = Employee.objects.all()
