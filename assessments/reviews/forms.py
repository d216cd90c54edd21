"""What raters, managers and HR type. Forms check words and numbers; services save."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from assessments.competencies.models import Level
from assessments.reviews.models import OF_THE_CONTEXT, OF_THE_PERSON, Assessment, Obstacle, Rating, ReviewCycle
from assessments.reviews.queries.results import ResultRow
from assessments.reviews.services import Given

NOT_ASSESSED = "na"


class RatingForm(forms.Form):
    """One competency as typed: nothing is required, because a draft may be unfinished."""

    level = forms.ChoiceField(required=False)
    example = forms.CharField(required=False, max_length=2000)
    obstacles = forms.MultipleChoiceField(required=False, choices=Obstacle.choices)
    obstacle_note = forms.CharField(required=False, max_length=300)
    revision = forms.IntegerField(min_value=0)

    def __init__(self, *args: Any, highest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        level.choices = [(NOT_ASSESSED, ""), *((str(value), "") for value in range(highest + 1))]

    @staticmethod
    def initial_of(rating: Rating | None) -> dict[str, Any]:
        if rating is None:
            return {"revision": 0}
        return {
            "level": chosen(rating),
            "example": rating.example,
            "obstacles": rating.obstacles,
            "obstacle_note": rating.obstacle_note,
            "revision": rating.revision,
        }

    def given(self) -> Given:
        """What was typed, once the form is valid."""
        typed = self.cleaned_data
        level = typed["level"]
        answer = Rating.Answer.OPEN
        if level:
            answer = Rating.Answer.NOT_ASSESSED if level == NOT_ASSESSED else Rating.Answer.RATED
        return Given(
            answer=answer,
            level=int(level) if answer == Rating.Answer.RATED else None,
            example=typed["example"],
            obstacles=tuple(typed["obstacles"]),
            obstacle_note=typed["obstacle_note"],
        )

    def of_the_person(self) -> list[tuple[str, str, bool]]:
        return self._ticks(OF_THE_PERSON)

    def of_the_context(self) -> list[tuple[str, str, bool]]:
        return self._ticks(OF_THE_CONTEXT)

    def _ticks(self, obstacles: Sequence[Obstacle]) -> list[tuple[str, str, bool]]:
        """Value, words, and whether ticked."""
        ticked = self["obstacles"].value() or []
        return [(obstacle.value, str(obstacle.label), obstacle.value in ticked) for obstacle in obstacles]


def chosen(rating: Rating) -> str:
    """The radio button that stands for a stored rating; empty when there is no answer yet."""
    if rating.answer == Rating.Answer.RATED:
        return str(rating.level)
    return NOT_ASSESSED if rating.answer == Rating.Answer.NOT_ASSESSED else ""


class AgreeForm(forms.Form):
    """The levels agreed in the talk: one choice per competency."""

    talk_on = forms.DateField(
        label="Date of the talk", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: list[ResultRow], levels: list[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        words = [(str(level.value), f"{level.value} {level.name}") for level in levels]
        choices = [("", "Choose"), *words, (NOT_ASSESSED, "Not assessed")]
        for row in rows:
            self.fields[_field(row)] = forms.ChoiceField(
                label=f"Agreed level, {row.asked.version.name}",
                choices=choices,
                error_messages={"required": "Choose a level, or “not assessed”."},
            )

    @staticmethod
    def initial_of(assessment: Assessment, rows: list[ResultRow]) -> dict[str, Any]:
        """What is agreed already. Before that only a level on which both views meet is put forward; people decide."""
        chosen_levels: dict[str, str] = {}
        for row in rows:
            if row.agreed:
                chosen_levels[_field(row)] = str(row.agreed.level)
            elif assessment.agreed_at:
                chosen_levels[_field(row)] = NOT_ASSESSED
            elif row.own_level is not None and row.own_level == row.manager_level:
                chosen_levels[_field(row)] = str(row.own_level)
        return {"revision": assessment.revision, "talk_on": assessment.talk_on, **chosen_levels}

    def pairs(self) -> Iterator[tuple[ResultRow, forms.BoundField]]:
        return ((row, self[_field(row)]) for row in self.rows)

    def levels(self) -> dict[int, int | None]:
        """Agreed level by competency id, once the form is valid."""
        typed = {row.asked.version.competency_id: self.cleaned_data[_field(row)] for row in self.rows}
        return {competency: None if level == NOT_ASSESSED else int(level) for competency, level in typed.items()}


def _field(row: ResultRow) -> str:
    return f"level_{row.asked.version.competency_id}"


class StatementForm(forms.Form):
    statement = forms.CharField(
        label="Your statement",
        required=False,
        max_length=2000,
        widget=forms.Textarea(
            attrs={"rows": 4, "placeholder": "Agree, disagree, or add what is missing. It stays with the result."}
        ),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class CycleForm(forms.ModelForm):
    class Meta:
        model = ReviewCycle
        fields = ["name", "self_due_on", "manager_due_on", "closes_on"]
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("self_due_on", "manager_due_on", "closes_on")
        }
        help_texts = {"name": "As people will read it: “Summer 2026”."}
