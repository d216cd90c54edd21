"""The agreed levels, and what the person says about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from assessments.competencies.models import Level
from assessments.reviews.forms.rating import NOT_ASSESSED
from assessments.reviews.models import Assessment
from assessments.reviews.queries.results import ResultRow


class RevisionForm(forms.Form):
    """Something that two may change: the page carries the revision that it was opened with."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def show_beside(self, revision: int) -> None:
        """After a conflict: what is stored stands on the page beside what was typed, and saving again is on purpose."""
        self.data = {**self.data.dict(), "revision": str(revision)}  # type: ignore[attr-defined]  # a form posted


class AgreeForm(RevisionForm):
    """The levels agreed in the talk: one choice per competency."""

    talk_on = forms.DateField(
        label="Date of the talk", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

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


class StatementForm(RevisionForm):
    statement = forms.CharField(
        label="Your statement",
        required=False,
        max_length=2000,
        widget=forms.Textarea(
            attrs={"rows": 4, "placeholder": "Agree, disagree, or add what is missing. It stays with the result."}
        ),
    )
