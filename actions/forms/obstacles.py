"""Reporting an obstacle, answering it, passing it on, narrowing the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from actions.answering import FEWEST, Addressee
from actions.forms.fields import FormKeyField, day_field, may_not_lie_behind, offer, person_field
from actions.models import Obstacle
from actions.queries.obstacles import Filters
from actions.services.obstacles import Report
from people.access import Viewer
from people.forms.fields import UnitField
from people.models import Employee, Unit

State = Obstacle.State
NAMED, UNNAMED = "named", "unnamed"


class ReportForm(forms.Form):
    """What is in the way, whose it is to clear, and whether a name stands with it."""

    title = forms.CharField(
        label="What stops you from serving customers well?",
        max_length=200,
        help_text="One thing, in a sentence: “Refunds above 50 wait two days for a signature.”",
    )
    details = forms.CharField(
        label="What happens then, and what would help?",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Everyone who works here reads this. Write about the thing, not about a person.",
    )
    kind = forms.ChoiceField(label="What kind of thing is it?", choices=Obstacle.Kind.choices)
    to = forms.ChoiceField(label="Whose is it to clear?", widget=forms.RadioSelect)
    name = forms.ChoiceField(
        label="Your name",
        choices=[(NAMED, "With my name: I hear of every answer"), (UNNAMED, "Without my name")],
        initial=NAMED,
        widget=forms.RadioSelect,
    )
    key = FormKeyField()

    def __init__(self, *args: Any, addressees: Sequence[Addressee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addressees = {str(one.unit.pk): one for one in addressees}
        self.fields["to"].choices = [(key, _label(one)) for key, one in self._addressees.items()]  # type: ignore[attr-defined]
        self.fields["to"].initial = next(iter(self._addressees), None)
        self.hides_names = any(one.hides_a_name for one in addressees)
        if not self.hides_names:
            del self.fields["name"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        to = self._addressees.get(data.get("to", ""))
        if to and data.get("name") == UNNAMED and not to.hides_a_name:
            self.add_error(
                "to",
                f"Fewer than {FEWEST} others could have written this in {to.unit.name}, so your name could be guessed. "
                "Choose a larger unit, or give your name.",
            )
        return data

    @property
    def report(self) -> Report:
        data = self.cleaned_data
        to = self._addressees[data["to"]]
        return Report(
            title=data["title"],
            details=data["details"],
            kind=data["kind"],
            unit=to.unit,
            owner=to.head,
            is_anonymous=data.get("name") == UNNAMED,
            key=data["key"],
        )


class AnswerForm(forms.Form):
    """What happens now, in the open."""

    state = forms.ChoiceField(
        label="What happens now?",
        choices=[
            (State.TAKEN, "I clear it, or have it cleared"),
            (State.CLEARED, "It is cleared"),
            (State.STAYS, "It stays, and I say why"),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="In a sentence or two",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Everyone who works here reads it.",
    )
    due_on = day_field("Cleared by", required=False, help_text="Needed when you clear it.")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        return may_not_lie_behind(day, self.today) if day else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("state") == State.TAKEN and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Say by which day it will be cleared.")
        return data


class HandOnForm(forms.Form):
    to = person_field("Who answers for it from now on", help_text="One person. Type a name and choose.")
    words = forms.CharField(label="Why they can clear it", max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["to"], people)

    @property
    def person(self) -> Employee:
        found: Employee = self.cleaned_data["to"]
        return found


class WordsForm(forms.Form):
    """A sentence that goes with a step."""

    words = forms.CharField(max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label


class FilterForm(forms.Form):
    """What the list is narrowed to. A value that means nothing is as good as none."""

    text = forms.CharField(
        label="Search",
        required=False,
        max_length=80,
        widget=forms.TextInput({"type": "search", "class": "form-control"}),
    )
    show = forms.ChoiceField(
        label="Show",
        choices=[("", "Open ones"), ("mine", "Reported by me"), ("closed", "Closed ones"), ("all", "All")],
        required=False,
    )
    kind = forms.ChoiceField(label="Kind", choices=[("", "Every kind"), *Obstacle.Kind.choices], required=False)
    unit = UnitField(label="Unit", queryset=Unit.objects.none(), required=False, empty_label="All units")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = Obstacle.objects.visible_to(viewer).order_by().values("unit")
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=shown).order_by("position")  # type: ignore[attr-defined]

    @property
    def filters(self) -> Filters:
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})


def _label(one: Addressee) -> str:
    label = f"{one.unit.name}: {one.head.name} answers"
    return label if one.hides_a_name else f"{label} (only with your name: fewer than {FEWEST} others work there)"
