"""Activities, their sessions, what is required, and how the catalogue is narrowed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from assessments.competencies.models import LearningKind
from core.search import LONGEST_SEARCH, searched
from development.models import BEST, Activity, Duty
from development.queries import catalogue
from development.queries.catalogue import ANY_STATE, Filters
from people.access import Viewer
from people.forms.fields import PersonField, UnitField
from people.models import Employee, Unit

HOURS = [("", "Any length"), ("2", "Up to 2 hours"), ("4", "Up to half a day"), ("8", "Up to a day")]
USEFUL = [("", "No answer"), *((str(one), word) for one, word in zip(
    range(BEST, 0, -1), ("5, very useful", "4", "3", "2", "1, not useful"), strict=True
))]  # fmt: skip
STATES = [("", "Offered"), *Activity.State.choices[:1], *Activity.State.choices[2:], (ANY_STATE, "All")]
AIMS = 3  # competencies that one form names


def level_choices() -> list[tuple[str, str]]:
    return [(str(value), f"Level {value}, {name}") for value, name in catalogue.levels()]


def competency_choices(empty: str) -> list[tuple[str, str]]:
    return [("", empty), *((str(pk), name) for pk, name in catalogue.competency_names().items())]


class FilterForm(forms.Form):
    """A value that means nothing is as good as none. HR may also ask for what is not offered."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput({"type": "search", "class": "form-control"}),
    )
    competency = forms.ChoiceField(label="Competency", required=False)
    level = forms.ChoiceField(label="For level", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("", "All kinds"), *LearningKind.choices], required=False)
    hours = forms.TypedChoiceField(label="Time", choices=HOURS, required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label="State", choices=STATES, required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["competency"].choices = competency_choices("All competencies")  # type: ignore[attr-defined]
        self.fields["level"].choices = [("", "Any level"), *level_choices()]  # type: ignore[attr-defined]
        if not viewer.is_hr:
            del self.fields["state"]

    @property
    def filters(self) -> Filters:
        self.is_valid()
        given = self.cleaned_data
        return Filters(
            q=searched(given.get("q", "")),
            competency=int(given["competency"]) if given.get("competency") else None,
            level=int(given["level"]) if given.get("level") else None,
            kind=given.get("kind", ""),
            hours=given.get("hours"),
            state=given.get("state", ""),
        )


class ActivityForm(forms.ModelForm):
    """An activity with up to three competencies and the levels it helps to reach."""

    link = forms.URLField(label="Where to read more", required=False, assume_scheme="https")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    class Meta:
        model = Activity
        fields = ["title", "kind", "text", "hours", "provider", "link"]
        widgets = {"text": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self.fields["kind"].choices = [("", "Choose a kind"), *LearningKind.choices]  # type: ignore[attr-defined]
        choices, levels = competency_choices("None"), level_choices()
        known = catalogue.aims_of([self.instance])[self.instance.pk] if self.instance.pk else []
        for number in range(AIMS):
            label = "For the competency" if number == 0 else f"For the competency ({number + 1})"
            self.fields[f"competency_{number}"] = forms.ChoiceField(label=label, choices=choices, required=False)
            self.fields[f"levels_{number}"] = forms.MultipleChoiceField(
                label="To reach", choices=levels, required=False, widget=forms.CheckboxSelectMultiple
            )
            if number < len(known):
                self.initial[f"competency_{number}"] = str(known[number].competency)
                self.initial[f"levels_{number}"] = [str(level) for level in known[number].levels]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(AIMS):
            competency, levels = cleaned.get(f"competency_{number}"), cleaned.get(f"levels_{number}")
            if competency and not levels:
                self.add_error(f"levels_{number}", "Choose at least one level that it helps to reach.")
            if levels and not competency:
                self.add_error(f"competency_{number}", "Choose the competency, or take the levels away.")
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    @property
    def aims(self) -> list[tuple[int, int]]:
        return [
            (int(self.cleaned_data[f"competency_{number}"]), int(level))
            for number in range(AIMS)
            if self.cleaned_data[f"competency_{number}"]
            for level in self.cleaned_data[f"levels_{number}"]
        ]


class SessionForm(forms.Form):
    """A date with places."""

    starts_at = forms.DateTimeField(
        label="Begins", widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    place = forms.CharField(label="Where", max_length=120)
    seats = forms.IntegerField(label="Places", min_value=1, max_value=500)

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if starts_at <= timezone.now():
            raise forms.ValidationError("This time has passed. Choose a later one.")
        return starts_at


class CompletionForm(forms.Form):
    """When it was done, and how useful it was."""

    on = forms.DateField(label="Done on", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    usefulness = forms.TypedChoiceField(
        label="How useful was it for your work?", choices=USEFUL, required=False, coerce=int, empty_value=None
    )


class OfferForm(forms.Form):
    """To whom HR offers an activity: one person, or everyone in a unit."""

    unit = UnitField(label="Everyone in", queryset=Unit.objects.none(), required=False, empty_label="No unit")
    person = PersonField(label="One person", required=False, help_text="Type a name and choose.")
    words = forms.CharField(
        label="A word to them",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Optional.",
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [unit.pk for unit in Unit.objects.visible_to(viewer).active() if viewer.looks_after(unit)]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units)  # type: ignore[attr-defined]
        people = Employee.objects.records_open_to(viewer).exclude(user=viewer.actor)
        self.fields["person"].people = people  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        chosen = [name for name in ("unit", "person") if self.cleaned_data.get(name)]
        if not chosen and not self.errors:
            raise forms.ValidationError("Choose a unit, a person, or both.")


class DutyForm(forms.Form):
    """What is required, of whom, and why."""

    activity = forms.ModelChoiceField(
        label="Activity", queryset=Activity.objects.none(), empty_label="Choose an activity"
    )
    unit = UnitField(label="Of everyone in", queryset=Unit.objects.none(), empty_label="Choose a unit")
    ground = forms.ChoiceField(label="Ground", choices=Duty.Ground.choices)
    reason = forms.CharField(
        label="Reason", max_length=300, help_text="Which law or which danger. Everyone concerned reads it."
    )
    due_on = forms.DateField(label="Done by", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["activity"].queryset = Activity.objects.offered().order_by("title")  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.order_by("position")  # type: ignore[attr-defined]

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self.today:
            raise forms.ValidationError("This day has passed. Choose today or a later day.")
        return due_on
