"""Plan items and the words beside them."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.competencies.models import Competency
from development.forms.catalogue import competency_choices, level_choices
from development.models import Activity, Entry, PlanItem
from development.queries import catalogue


class ItemForm(forms.ModelForm):
    """A wish or a development goal. An item from the catalogue keeps its activity."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=[(kind.value, kind.label) for kind in (PlanItem.Kind.OWN, PlanItem.Kind.GOAL)],
        help_text="A development goal names a competency and the level you want to reach.",
    )
    competency = forms.ChoiceField(label="Competency", required=False)
    target_level = forms.TypedChoiceField(label="Level to reach", required=False, coerce=int, empty_value=None)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    class Meta:
        model = PlanItem
        fields = ["kind", "title", "text", "competency", "target_level", "review_on"]
        labels = {"title": "What you want to learn or try", "text": "How", "review_on": "Look at it again on"}
        widgets = {
            "text": forms.Textarea({"rows": 3}),
            "review_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = competency_choices("None")
        if (kept := self.instance.competency) and str(kept.counts_for_id) not in dict(choices):
            choices.append((str(kept.counts_for_id), f"{catalogue.last_name(kept)} (out of use)"))
        self.fields["competency"].choices = choices  # type: ignore[attr-defined]
        self.fields["target_level"].choices = [("", "No level"), *level_choices()]  # type: ignore[attr-defined]
        self.fields["version"].initial = self.instance.version
        if self.instance.kind == PlanItem.Kind.ACTIVITY:
            del self.fields["kind"]
        if self.instance.competency:
            self.initial["competency"] = str(self.instance.competency.counts_for_id)

    def clean_competency(self) -> Competency | None:
        """The competency itself; the field offers those that are published."""
        chosen = self.cleaned_data["competency"]
        return Competency.objects.filter(pk=chosen).first() if chosen else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == PlanItem.Kind.GOAL:
            if not cleaned.get("competency"):
                self.add_error("competency", "A development goal names the competency it is about.")
            if not cleaned.get("target_level"):
                self.add_error("target_level", "A development goal names the level you want to reach.")
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        typed = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {"kind": self.instance.kind} | typed


class StepForm(forms.Form):
    text = forms.CharField(label="Next step", max_length=200)


class WordsForm(forms.Form):
    """A reflection, evidence or a comment."""

    kind = forms.ChoiceField(choices=Entry.Kind.choices)
    text = forms.CharField(label="Your words", max_length=2000, widget=forms.Textarea({"rows": 3}))


class ProposalForm(forms.Form):
    """Learning that a manager suggests: from the catalogue, or in one's own words."""

    activity = forms.ModelChoiceField(
        label="From the catalogue", queryset=Activity.objects.none(), required=False, empty_label="Something else"
    )
    title = forms.CharField(label="Or something else", max_length=160, required=False)
    words = forms.CharField(label="Why it may suit", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"].queryset = Activity.objects.offered().order_by("title")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if activity := cleaned.get("activity"):
            cleaned["title"] = activity.title
        elif not cleaned.get("title", "").strip():
            self.add_error("title", "Choose an activity or say what you have in mind.")
        return cleaned


class NoteForm(forms.Form):
    """A coaching note: a draft, or shared at once."""

    text = forms.CharField(label="What you saw and said", max_length=2000, widget=forms.Textarea({"rows": 4}))
    is_shared = forms.BooleanField(label="Share it now", required=False)


class AnswerForm(forms.Form):
    text = forms.CharField(label="Your answer", max_length=2000, widget=forms.Textarea({"rows": 2}))
