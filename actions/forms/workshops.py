"""Calling a round, answering a prompt, agreeing on a text."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from actions.forms.fields import FormKeyField, day_field, may_not_lie_behind, offer, person_field
from actions.models import BlindAnswer
from actions.queries.definition import forms_for_rounds
from actions.queries.workshops import RANKING, TEXT, PromptPage
from assessments.surveys.models import Form
from people.models import Employee

ROWS, SPARE = 4, 2
CELL_LENGTH, TEXT_LENGTH = 500, 3000
CHECK = {"class": "form-check-input"}


class PeopleField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Employee) -> str:
        return f"{obj.name}, {obj.title or obj.unit.name}"


class FormField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Form) -> str:
        return f"{obj.name} ({obj.items.count()} questions)"


class CallForm(forms.Form):
    """Everything a round needs. `leaders` are offered as people; anybody else can be typed."""

    form = FormField(label="What is answered", queryset=Form.objects.none(), empty_label=None)
    title = forms.CharField(label="Name of the round", max_length=120)
    leaders = PeopleField(
        label="Who takes part", queryset=Employee.objects.none(), widget=forms.CheckboxSelectMultiple(CHECK)
    )
    facilitator = person_field(
        "Who facilitates", help_text="Puts the answers on the table and writes down what is agreed."
    )
    answers_due_on = day_field("Answers by")
    key = FormKeyField()

    def __init__(self, *args: Any, leaders: Any, people: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        offered = [form.pk for form in forms_for_rounds()]
        self.fields["form"].queryset = Form.objects.filter(pk__in=offered)  # type: ignore[attr-defined]
        self.fields["leaders"].queryset = leaders  # type: ignore[attr-defined]
        offer(self.fields["facilitator"], people)

    def clean_answers_due_on(self) -> date:
        return may_not_lie_behind(self.cleaned_data["answers_due_on"], self.today)

    @property
    def call(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return data | {"participants": data.pop("leaders")}


class AnswerForm(forms.Form):
    """The answer to one prompt: a text, a grid of cells, or an order."""

    def __init__(self, *args: Any, page: PromptPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.stored: list[list[str]] = page.mine.rows if page.mine else []
        if page.record == TEXT:
            self._text("text", "Your answer", self.stored[0][0] if self.stored else "")
        elif page.record == RANKING:
            self._ranking()
        else:
            self._grid()

    def _text(self, name: str, label: str, initial: str, *, rows: int = 6) -> None:
        self.fields[name] = forms.CharField(
            label=label,
            required=False,
            max_length=TEXT_LENGTH,
            initial=initial,
            widget=forms.Textarea({"rows": rows}),
        )

    def _ranking(self) -> None:
        order = self.stored[0] if self.stored else []
        choices = [("", "Choose"), *((option, option) for option in self.page.columns)]
        for place in range(len(self.page.columns)):
            initial = order[place] if place < len(order) else ""
            self.fields[f"rank-{place}"] = forms.ChoiceField(
                label=f"{place + 1}", choices=choices, required=False, initial=initial
            )
        given_up = self.stored[1][0] if len(self.stored) > 1 else ""
        self._text("text", "What we give up for the first choice", given_up, rows=3)

    def _grid(self) -> None:
        for row in range(max(ROWS, len(self.stored) + SPARE)):
            for column, heading in enumerate(self.page.columns):
                stored = self.stored[row] if row < len(self.stored) else []
                self.fields[f"cell-{row}-{column}"] = forms.CharField(
                    label=f"{heading}, row {row + 1}",
                    required=False,
                    max_length=CELL_LENGTH,
                    initial=stored[column] if column < len(stored) else "",
                    widget=forms.Textarea({"rows": 2}),
                )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.page.record == RANKING:
            order = self._order(data)
            if order and (len(order) < len(self.page.columns) or len(set(order)) < len(order)):
                raise forms.ValidationError("Give each of them one place: every place once, nothing twice.")
        return data

    @property
    def rows(self) -> list[list[str]]:
        data = self.cleaned_data
        if self.page.record == TEXT:
            return [[data["text"]]]
        if self.page.record == RANKING:
            order = self._order(data)
            return [order, [data["text"]]] if order else []
        count = len(self.page.columns)
        total = len(self.fields) // count
        return [[data[f"cell-{row}-{column}"] for column in range(count)] for row in range(total)]

    @property
    def grid(self) -> list[list[forms.BoundField]]:
        """Rows of bound cells for the page."""
        count = len(self.page.columns)
        total = len([name for name in self.fields if name.startswith("cell-")]) // max(1, count)
        return [[self[f"cell-{row}-{column}"] for column in range(count)] for row in range(total)]

    @property
    def ranks(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("rank-")]

    def _order(self, data: dict[str, Any]) -> list[str]:
        return [data[f"rank-{place}"] for place in range(len(self.page.columns)) if data.get(f"rank-{place}")]


class AlikeForm(forms.Form):
    said = forms.ChoiceField(
        label="Do we mean the same?",
        choices=[choice for choice in BlindAnswer.Alike.choices if choice[0]],
        widget=forms.RadioSelect,
    )


class AgreeForm(forms.Form):
    text = forms.CharField(
        label="What we agree on",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea({"rows": 5}),
        help_text="One sentence is enough if everyone could repeat it.",
    )
    owner = person_field("Who keeps it alive")
    review_on = day_field("Look at it again on")

    def __init__(self, *args: Any, people: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        offer(self.fields["owner"], people)

    def clean_review_on(self) -> date:
        return may_not_lie_behind(self.cleaned_data["review_on"], self.today)
