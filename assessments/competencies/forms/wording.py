"""A competency as HR types it: words, levels and learning. Forms check; services save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from assessments.competencies.models import Cluster, Framework, LearningKind, Level
from assessments.competencies.wording import DEFINITION_WORDS, Activity, Wording, vague_words, word_count
from core.constructs import Construct
from core.numbers import whole_number

LINES_PER_LEVEL = 8
ACTIVITIES = 12
ACTIVITY_PARTS = ("kind", "title", "hours", "levels", "text")


class LinesWidget(forms.Widget):
    """Several inputs of one name; the template writes them."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        return data.getlist(name) if isinstance(data, QueryDict) else list(data.get(name, []))


class LinesField(forms.Field):
    """A list of sentences, empty ones left out."""

    widget: Any = LinesWidget

    def __init__(self, *, most: int = LINES_PER_LEVEL, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, value: list[str]) -> tuple[str, ...]:
        lines = tuple(" ".join(line.split()) for line in value if line.strip())
        if len(lines) > self.most:
            raise forms.ValidationError(f"At most {self.most} lines; keep those that tell most.")
        if any(len(line) > 250 for line in lines):
            raise forms.ValidationError("One line is longer than 250 letters. Say it in one short sentence.")
        if len(set(lines)) < len(lines):
            raise forms.ValidationError("Two lines say the same. Keep one of them.")
        return lines


class TextLinesField(LinesField):
    """The same in one box, a sentence a line."""

    widget = forms.Textarea(attrs={"rows": 2})

    def clean(self, value: Any) -> tuple[str, ...]:
        return super().clean(str(value or "").splitlines())


class ActivitiesWidget(forms.Widget):
    """Inputs of one name per part, a row each; the template writes them."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        if not isinstance(data, QueryDict):
            return list(data.get(name, []))
        columns = [data.getlist(f"{name}_{part}") for part in ACTIVITY_PARTS]
        return [dict(zip(ACTIVITY_PARTS, row, strict=True)) for row in zip(*columns, strict=False)]


class ActivitiesField(forms.Field):
    """Ways to learn a competency; a row without a title is left out."""

    widget = ActivitiesWidget

    def clean(self, value: list[dict[str, str]]) -> tuple[Activity, ...]:
        rows = [row for row in value if row["title"].strip()]
        if len(rows) > ACTIVITIES:
            raise forms.ValidationError(f"At most {ACTIVITIES} activities; keep those that people find useful.")
        return tuple(self._activity(row) for row in rows)

    @staticmethod
    def _activity(row: dict[str, str]) -> Activity:
        title = " ".join(row["title"].split())
        words = row["levels"].replace(",", " ").split()
        levels = tuple(sorted({level for word in words if (level := whole_number(word)) is not None}))
        try:
            hours = float(row["hours"].replace(",", ".") or "0")
        except ValueError:
            raise forms.ValidationError(f"“{title}”: write the hours as a number, such as 2 or 1.5.") from None
        if not 0 <= hours <= 1000:
            raise forms.ValidationError(f"“{title}”: hours run from 0 to 1000.")
        if not levels:
            raise forms.ValidationError(f"“{title}”: name the levels that it helps to reach, such as 2, 3.")
        if row["kind"] not in LearningKind.values:
            raise forms.ValidationError(f"“{title}”: choose a kind of learning.")
        if len(title) > 120 or len(row["text"]) > 300:
            raise forms.ValidationError(f"“{title}”: at most 120 letters for the title and 300 for the text.")
        return Activity(row["kind"], title, " ".join(row["text"].split()), hours, levels)


def activity_row(activity: Activity) -> dict[str, str]:
    levels = ", ".join(str(level) for level in activity.for_levels)
    return {
        "kind": activity.kind,
        "title": activity.title,
        "hours": f"{activity.hours:g}",
        "levels": levels,
        "text": activity.text,
    }


@dataclass(frozen=True)
class TypedLine:
    """One indicator in the editor, with the words in it that nobody can see or hear."""

    text: str
    vague: list[str]


@dataclass(frozen=True)
class TypedLevel:
    level: Level
    field: str
    lines: list[TypedLine]
    errors: list[str]
    contrary: forms.BoundField


class WordingForm(forms.Form):
    name = forms.CharField(max_length=80)
    cluster = forms.ModelChoiceField(Cluster.objects.none(), to_field_name="key", empty_label=None)
    definition = forms.CharField(label="What it means", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    constructs = forms.MultipleChoiceField(
        label="Serves these Cs", choices=Construct.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    job_description_sentence = forms.CharField(
        label="Sentence for job descriptions",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    interview_questions = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="One question a line."
    )
    learning = ActivitiesField(required=False)
    started_from = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, framework: Framework, levels: list[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cluster = self.fields["cluster"]
        assert isinstance(cluster, forms.ModelChoiceField)
        cluster.queryset = Cluster.objects.filter(framework=framework)
        self.framework, self.levels = framework, levels
        for level in levels:
            self.fields[_lines_name(level.value)] = LinesField(required=False)
            self.fields[_contrary_name(level.value)] = TextLinesField(
                required=False,
                label=f"Level {level.value} does not look like",
                widget=forms.Textarea(attrs={"rows": 1, "class": "form-control"}),
            )
        typed = str((self.data if self.is_bound else self.initial).get("definition", ""))
        self.fields[
            "definition"
        ].help_text = f"One sentence, at most {DEFINITION_WORDS} words. {word_count(typed)} used."

    @staticmethod
    def initial_of(wording: Wording, started_from: str = "") -> dict[str, Any]:
        return {
            "name": wording.name,
            "cluster": wording.cluster,
            "definition": wording.definition,
            "constructs": list(wording.constructs),
            "job_description_sentence": wording.job_description_sentence,
            "interview_questions": "\n".join(wording.interview_questions),
            "learning": [activity_row(activity) for activity in wording.learning],
            "started_from": started_from,
            **{_lines_name(level): list(lines) for level, lines in wording.indicators.items()},
            **{_contrary_name(level): "\n".join(lines) for level, lines in wording.contrary.items()},
        }

    @staticmethod
    def rearranged(data: QueryDict, command: str) -> dict[str, Any]:
        """What was typed, after one row was added, moved up or removed: "add-3", "up-3-1", "remove-learning-0"."""
        typed: dict[str, Any] = {name: data.get(name, "") for name in data}
        typed["constructs"] = data.getlist("constructs")
        for name in list(typed):
            if name.startswith("indicator_"):
                typed[name] = data.getlist(name)
        typed["learning"] = ActivitiesWidget().value_from_datadict(data, None, "learning")
        verb, _, place = command.partition("-")
        level, _, row = place.partition("-")
        lines = typed["learning"] if level == "learning" else typed.setdefault(f"indicator_{level}", [])
        at = len(lines) if (number := whole_number(row)) is None else number
        if verb == "add":
            lines.append(dict.fromkeys(ACTIVITY_PARTS, "") if level == "learning" else "")
        elif verb == "remove" and at < len(lines):
            del lines[at]
        elif verb == "up" and 0 < at < len(lines):
            lines[at - 1], lines[at] = lines[at], lines[at - 1]
        return typed

    def typed_levels(self) -> Iterator[TypedLevel]:
        """The indicator rows as they stand in the editor; a level without any gets one empty row."""
        for level in self.levels:
            field = _lines_name(level.value)
            lines = self[field].value() or [""]
            errors = [str(error) for error in self.errors.get(field, [])] if self.is_bound else []
            typed = [TypedLine(text, vague_words(text)) for text in lines]
            yield TypedLevel(level, field, typed, errors, self[_contrary_name(level.value)])

    def typed_activities(self) -> list[dict[str, str]]:
        """The rows of learning as they stand in the editor; one empty row when there is none."""
        return list(self["learning"].value() or [dict.fromkeys(ACTIVITY_PARTS, "")])

    def clean_interview_questions(self) -> tuple[str, ...]:
        lines = tuple(line.strip() for line in self.cleaned_data["interview_questions"].splitlines() if line.strip())
        if any(len(line) > 300 for line in lines):
            raise forms.ValidationError("One question is longer than 300 letters.")
        return lines

    def wording(self) -> Wording:
        """What was typed, once the form is valid."""
        typed = self.cleaned_data
        return Wording(
            name=typed["name"],
            cluster=typed["cluster"].key,
            definition=typed["definition"],
            constructs=tuple(typed["constructs"]),
            indicators={level.value: lines for level in self.levels if (lines := typed[_lines_name(level.value)])},
            job_description_sentence=typed["job_description_sentence"],
            interview_questions=typed["interview_questions"],
            contrary={level.value: lines for level in self.levels if (lines := typed[_contrary_name(level.value)])},
            learning=typed["learning"],
        )


def _lines_name(level: int) -> str:
    return f"indicator_{level}"


def _contrary_name(level: int) -> str:
    return f"contrary_{level}"


class PublishForm(forms.Form):
    change_note = forms.CharField(
        label="What changed and why",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Everyone who reads the competency sees this sentence.",
    )
    started_from = forms.CharField(max_length=40, widget=forms.HiddenInput)
