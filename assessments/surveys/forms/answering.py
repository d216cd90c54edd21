"""What a questionnaire page sends: all its answers from a browser without JavaScript, one at a time from one with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from assessments.surveys.queries.answering import DraftLine, Page, Question
from assessments.surveys.queries.questions import pair_words

NA = "na"
CELL_LETTERS = 17  # "Strongly disagree" still fits; "Neither agree nor disagree" becomes "Neither"
MARKERS = {"today": gettext_noop("Where we are today"), "desired": gettext_noop("Where we should be")}


class PlainTextField(forms.CharField):
    """A text whose line ends count as one character, as they do in the browser."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        too_long = gettext_lazy("Please shorten this to %(limit_value)d characters; now it has %(show_value)d.")
        self.validators.append(MaxLengthValidator(max_length, too_long))

    def to_python(self, value: object) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


@dataclass(frozen=True)
class Marker:
    """One of the two markers of a pair; `value` is "" until somebody sets it."""

    field: str
    label: str
    value: str


@dataclass(frozen=True)
class Asked:
    """A question with what stands in it now: the saved answer, or what was typed and refused."""

    question: Question
    value: str
    error: str
    markers: tuple[Marker, ...] = ()

    @property
    def words_of_question(self) -> str:
        question = self.question
        if question.kind != "slider":
            return question.text
        return pair_words(question.left_short, question.right_short)

    @property
    def words(self) -> str:
        """The answer as a person would read it; "" where open."""
        if self.question.kind == "slider":
            if self.value:
                return self.question.not_applicable
            return " · ".join(marker.value for marker in self.markers if marker.value)
        return next((option.label for option in self.question.options if option.value == self.value), self.value)

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """Value, full words and the words that fit a cell, of the answers on the scale."""
        offered = [option for option in self.question.options if option.value != NA]
        labels = [option.label for option in offered]
        return [(option.value, option.label, _fitting(option.label, labels)) for option in offered]


def _fitting(label: str, labels: Iterable[str]) -> str:
    """A long label's first word, where no other label begins with it."""
    first = label.split()[0]
    is_own = sum(other.split()[0] == first for other in labels) == 1
    return first if is_own and len(label) > CELL_LETTERS else label


class PageForm(forms.Form):
    """The answers of one page. `sequence` is the page's age: an answer given later in another window stays."""

    sequence = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, page: Page, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"sequence": page.sequence})
        self.page = page
        for question in page.questions:
            self.fields.update(_fields_of(question))

    @property
    def age(self) -> int:
        """The latest save that this page knew of."""
        return int(self.cleaned_data["sequence"] or self.page.sequence)

    @property
    def answers(self) -> dict[str, str]:
        """Field of the answer -> value, as services.answering.save_answers takes them; "" is an open answer.

        A statement without a choice is left out: radio buttons cannot be cleared, so it was answered elsewhere or never.
        """
        found: dict[str, str] = {}
        for question in self.page.questions:
            if question.kind == "slider":
                found |= self._markers_of(question)
            elif question.kind == "comment" or self.cleaned_data[question.field]:
                found[question.field] = self.cleaned_data[question.field]
        return found

    @property
    def lines(self) -> list[DraftLine]:
        """What was sent, in words, for somebody who came too late."""
        return [DraftLine(asked.words_of_question, asked.words) for asked in self.asked if asked.words]

    def _markers_of(self, question: Question) -> dict[str, str]:
        if self.cleaned_data[f"{question.field}.na"]:
            return {f"{question.field}.{marker}": NA for marker in MARKERS}
        return {
            field: str(self.cleaned_data[field]) if self.cleaned_data[f"{field}-set"] else ""
            for field in (f"{question.field}.{marker}" for marker in MARKERS)
        }

    @property
    def asked(self) -> list[Asked]:
        return [self._asked(question) for question in self.page.questions]

    def _asked(self, question: Question) -> Asked:
        if question.kind != "slider":
            return Asked(question, self._value(question.field), self._wrong([question.field]))
        fields = {f"{question.field}.{marker}": gettext(label) for marker, label in MARKERS.items()}
        markers = tuple(
            Marker(field, label, self._value(field) if self[f"{field}-set"].value() else "")
            for field, label in fields.items()
        )
        return Asked(question, NA if self[f"{question.field}.na"].value() else "", self._wrong(fields), markers)

    def _wrong(self, fields: Iterable[str]) -> str:
        return " ".join(str(message) for field in fields for message in self.errors.get(field, []))

    def _value(self, name: str) -> str:
        value = self[name].value()
        return "" if value is None else str(value)


def _fields_of(question: Question) -> dict[str, forms.Field]:
    if question.kind in ("comment", "prompt"):
        return {question.field: PlainTextField(max_length=question.max_length, initial=question.value)}
    if question.kind == "slider":
        return _marker_fields(question)
    return {
        question.field: forms.ChoiceField(
            choices=[(option.value, option.label) for option in question.options],
            initial=question.value,
            required=False,
            error_messages={"invalid_choice": gettext_lazy("Choose one of the answers shown.")},
        )
    }


def _marker_fields(question: Question) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for marker in MARKERS:
        saved = getattr(question, marker)
        is_set = saved not in ("", NA)
        name = f"{question.field}.{marker}"
        fields[name] = forms.IntegerField(
            min_value=0, max_value=100, step_size=5, required=False, initial=saved if is_set else None
        )
        fields[f"{name}-set"] = forms.BooleanField(required=False, initial=is_set)
    declined = all(getattr(question, marker) == NA for marker in MARKERS)
    fields[f"{question.field}.na"] = forms.BooleanField(required=False, initial=declined)
    return fields


class SaveForm(forms.Form):
    """One answer, saved as it is given."""

    key = forms.CharField(max_length=40)
    value = forms.CharField(required=False, strip=False, max_length=20_000)
    sequence = forms.IntegerField(min_value=0)
