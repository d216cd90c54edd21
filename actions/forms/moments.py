"""A critical moment."""

from typing import Any

from django import forms

from actions.models import CriticalMoment
from actions.queries.definition import competency_names
from assessments.competencies.models import Competency
from people.models import JobRole


class CompetencyField(forms.ModelChoiceField):
    names: dict[int, str] = {}

    def label_from_instance(self, obj: Competency) -> str:
        return self.names.get(obj.pk, obj.key)


class MomentForm(forms.ModelForm):
    job_role = forms.ModelChoiceField(label="Role", queryset=JobRole.objects.all())
    competency = CompetencyField(
        label="Competency it needs", queryset=Competency.objects.none(), required=False, empty_label="None yet"
    )

    class Meta:
        model = CriticalMoment
        fields = ("job_role", "task", "reach", "behaviour", "competency", "construct")
        labels = {
            "task": "The moment",
            "reach": "Where it works",
            "behaviour": "The behaviour we want to see",
            "construct": "Which C it belongs to",
        }
        widgets = {"behaviour": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["competency"]
        assert isinstance(field, CompetencyField)
        field.names = competency_names()
        field.queryset = Competency.objects.filter(pk__in=field.names).order_by("order", "pk")
