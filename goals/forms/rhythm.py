"""Checking in on all one's goals at once, correcting a check-in, choosing a rhythm."""

from datetime import date
from typing import Any

from django import forms

from goals.forms.updates import CONFIDENCE, CheckInForm
from goals.models import CheckIn, Goal, Milestone, Rhythm


class RowForm(CheckInForm):
    """One goal of the page for all: the same questions, none of them required until one is answered."""

    def __init__(self, *args: Any, goal: Goal, milestones: list[Milestone], today: date, **kwargs: Any) -> None:
        super().__init__(*args, goal=goal, milestones=milestones, today=today, prefix=f"g{goal.pk}", **kwargs)
        self.fields["measured_on"].required = False
        self.fields["confidence"] = forms.ChoiceField(choices=[("", "–"), *CONFIDENCE], required=False)
        self.fields["call"] = forms.ChoiceField(choices=[("", "–"), *CheckIn.Call.choices], required=False)
        if "value" in self.fields:
            self.fields["value"].required = False

    @property
    def is_stated(self) -> bool:
        """Whether anything was entered in this row; a row that is not on the page any more states nothing."""
        if not self.data.get(self.add_prefix("key")):
            return False
        names = ("value", "confidence", "call", "what_changed", "next_step", "blocker", "to_log")
        if any(str(self.data.get(self.add_prefix(name), "")).strip() for name in names):
            return True
        return "milestones" in self.fields and set(self._ticked()) != self._seen()

    def _seen(self) -> set[str]:
        """What stood ticked when the page was opened."""
        seen = self.data.get(self.add_prefix("seen"))
        return self.done if seen is None else set(seen.split())

    def _ticked(self) -> list[str]:
        name = self.add_prefix("milestones")
        return list(self.data.getlist(name)) if hasattr(self.data, "getlist") else []

    def clean_measured_on(self) -> date:
        return self.today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "value" in self.fields and data.get("value") is None and "value" not in self.errors:
            self.add_error("value", "Enter the number as it stands today.")
        return data


class CorrectionForm(CheckInForm):
    """A check-in as its author corrects it: everything that was said stands in it."""

    def __init__(self, *args: Any, check_in: CheckIn, milestones: list[Milestone], today: date, **kwargs: Any) -> None:
        names = ("value", "measured_on", "confidence", "call", "what_changed", "next_step", "blocker")
        kwargs["initial"] = {name: getattr(check_in, name) for name in names}
        super().__init__(*args, goal=check_in.goal, milestones=milestones, today=today, **kwargs)
        self.fields["confidence"] = forms.ChoiceField(choices=[("", "–"), *CONFIDENCE], required=False)
        self.fields["call"] = forms.ChoiceField(
            label="Your own call", choices=[("", "–"), *CheckIn.Call.choices], required=False
        )
        if "value" in self.fields:
            self.fields["value"].widget.attrs["class"] = "form-control num"
        self.fields.pop("to_log", None)


class RhythmForm(forms.Form):
    """How often a check-in is due on one goal."""

    rhythm = forms.ChoiceField(label="How often", required=False)

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        kwargs["initial"] = {"rhythm": goal.detail.rhythm}
        super().__init__(*args, **kwargs)
        standard = f"As {goal.cycle.name} says: {Rhythm(goal.cycle.rhythm).label.lower()}"
        self.fields["rhythm"].choices = [("", standard), *Rhythm.choices]  # type: ignore[attr-defined]


class CycleRhythmForm(forms.Form):
    """How often check-ins are due where a goal says nothing else."""

    rhythm = forms.ChoiceField(label="How often", choices=Rhythm.choices)
