"""One competency as a rater types it. Forms check words and numbers; services save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from assessments.reviews.models import OF_THE_CONTEXT, OF_THE_PERSON, Obstacle, Rating
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
