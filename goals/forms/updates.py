"""Check-ins and guardrail readings."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from core.numbers import MOST_DECIMALS
from goals import obstacles, wording
from goals.models import CheckIn, Goal, GoalDetail, Guardrail, GuardrailReading, Milestone
from goals.services import CheckInEntry

CONFIDENCE = [(str(step), str(step)) for step in range(11)]


class NumberField(forms.DecimalField):
    """A number as people write it: 69.9 or 69,9."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_digits=16, decimal_places=MOST_DECIMALS, widget=forms.TextInput(attrs), **kwargs)
        self.error_messages["invalid"] = "Enter a number, such as 69.9."
        too_long = f"Write at most 12 digits, and {MOST_DECIMALS} after the point."
        self.error_messages |= dict.fromkeys(("max_digits", "max_decimal_places", "max_whole_digits"), too_long)

    def prepare_value(self, value: Any) -> Any:
        return wording.plain(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("\u00a0", "").replace(" ", "").rstrip("%")
            if value.count(",") == 1 and "." not in value:
                value = value.replace(",", ".")
        return super().to_python(value)


def day_field(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **kwargs)


class CheckInForm(forms.Form):
    """One update of one goal: a number or ticked milestones, how sure, what changed, what next, what is in the way."""

    value = NumberField()
    milestones = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple({"class": "form-check-input"})
    )
    seen = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)  # milestones that stood ticked
    measured_on = day_field("As of")
    confidence = forms.ChoiceField(choices=CONFIDENCE, required=False, widget=forms.RadioSelect)
    call = forms.ChoiceField(choices=CheckIn.Call.choices, required=False, widget=forms.RadioSelect)
    what_changed = forms.CharField(
        label="What has changed?", required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    next_step = forms.CharField(label="Next step", required=False, max_length=1000, widget=forms.Textarea({"rows": 1}))
    blocker = forms.CharField(
        label="Something in the way that I cannot clear myself",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 1}),
    )
    to_log = forms.BooleanField(label="Put it in the obstacle log", required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, goal: Goal, milestones: list[Milestone], today: date, **kwargs: Any) -> None:
        done = [str(step.pk) for step in milestones if step.done_on]
        kwargs["initial"] = {"measured_on": today, "key": uuid4(), **kwargs.get("initial", {})}
        kwargs["initial"] |= {"milestones": done, "seen": " ".join(done)}
        super().__init__(*args, **kwargs)
        self.goal, self.today, self.done = goal, today, set(done)
        detail: GoalDetail = goal.detail
        if detail.is_numeric:
            self.fields["value"].label = f"{detail.metric_name}, today"
            self.fields["value"].error_messages["required"] = "Enter the number as it stands today."
        else:
            del self.fields["value"]
        if detail.metric_type == GoalDetail.Metric.MILESTONE:
            self.fields["milestones"].choices = [(str(step.pk), step.title) for step in milestones]  # type: ignore[attr-defined]
            self.fields["milestones"].label = "Which milestones are done?"
        else:
            del self.fields["milestones"], self.fields["seen"]
        if not obstacles.is_offered(goal):
            del self.fields["to_log"]

    def clean_measured_on(self) -> date:
        day: date = self.cleaned_data["measured_on"]
        if day > self.today:
            raise ValidationError("The day lies ahead. Choose today or an earlier day.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("to_log") and not data.get("blocker", "").strip():
            self.add_error("blocker", "Say what is in the way, or take the tick away.")
        return data

    @property
    def entry(self) -> CheckInEntry:
        data = self.cleaned_data
        return CheckInEntry(
            measured_on=data["measured_on"],
            value=data.get("value"),
            milestones_done=self._milestones_done(data),
            confidence=int(data["confidence"]) if data["confidence"] else None,
            call=data["call"],
            what_changed=data["what_changed"],
            next_step=data["next_step"],
            blocker=data["blocker"],
            to_log=data.get("to_log", False),
            key=data["key"],
        )

    def _milestones_done(self, data: dict[str, Any]) -> frozenset[int]:
        """What is ticked now; a milestone that was done elsewhere since the form was opened stays done.

        Without `seen` (a program sends none) the list is the whole truth.
        """
        ticked, seen = set(data.get("milestones", ())), set(data.get("seen", "").split())
        if self.add_prefix("seen") in self.data:
            ticked = (self.done | (ticked - seen)) - (seen - ticked)
        return frozenset(int(pk) for pk in ticked)


class ReadingForm(forms.Form):
    """One reading of a guardrail."""

    value = NumberField()
    read_on = day_field("As of")
    note = forms.CharField(label="Note", required=False, max_length=300)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        guardrail: Guardrail,
        today: date,
        corrects: GuardrailReading | None = None,
        **kwargs: Any,
    ) -> None:
        """With `corrects` the form begins with what that reading says."""
        said = {name: getattr(corrects, name) for name in ("value", "read_on", "note")} if corrects else {}
        kwargs.setdefault("initial", {"read_on": today, "key": uuid4(), **said})
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["value"].label = guardrail.name
        self.fields["value"].help_text = f"Should stay {wording.limit(guardrail)}."

    def clean_read_on(self) -> date:
        day: date = self.cleaned_data["read_on"]
        if day > self.today:
            raise ValidationError("The day lies ahead. Choose today or an earlier day.")
        return day
