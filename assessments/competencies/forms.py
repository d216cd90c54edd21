"""Words and levels as HR types them. Forms check; services save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from assessments.competencies.models import Cluster, Framework, Level
from assessments.competencies.queries.profiles import Cell, Grid
from assessments.competencies.services import NewProfile
from assessments.competencies.wording import DEFINITION_WORDS, Wording, vague_words, word_count
from core.constructs import Construct
from people.models import JobRole

LINES_PER_LEVEL = 8


class LinesWidget(forms.Widget):
    """Several inputs of one name; the template writes them."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        return data.getlist(name) if isinstance(data, QueryDict) else list(data.get(name, []))


class LinesField(forms.Field):
    """A list of sentences, empty ones left out."""

    widget = LinesWidget

    def clean(self, value: list[str]) -> tuple[str, ...]:
        lines = tuple(" ".join(line.split()) for line in value if line.strip())
        if len(lines) > LINES_PER_LEVEL:
            raise forms.ValidationError(f"At most {LINES_PER_LEVEL} indicators; keep those that tell levels apart.")
        if any(len(line) > 250 for line in lines):
            raise forms.ValidationError("One indicator is longer than 250 letters. Say it in one short sentence.")
        if len(set(lines)) < len(lines):
            raise forms.ValidationError("Two indicators of this level say the same.")
        return lines


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
    started_from = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, framework: Framework, levels: list[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cluster = self.fields["cluster"]
        assert isinstance(cluster, forms.ModelChoiceField)
        cluster.queryset = Cluster.objects.filter(framework=framework)
        self.levels = levels
        for level in levels:
            self.fields[_lines_name(level.value)] = LinesField(required=False)
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
            "started_from": started_from,
            **{_lines_name(level): list(lines) for level, lines in wording.indicators.items()},
        }

    @staticmethod
    def rearranged(data: QueryDict, command: str) -> dict[str, Any]:
        """What was typed, after one row was added, moved up or removed: "add-3", "up-3-1", "remove-3-0"."""
        typed: dict[str, Any] = {name: data.get(name, "") for name in data}
        typed["constructs"] = data.getlist("constructs")
        for name in list(typed):
            if name.startswith("indicator_"):
                typed[name] = data.getlist(name)
        verb, _, place = command.partition("-")
        level, _, row = place.partition("-")
        lines = typed.setdefault(f"indicator_{level}", [])
        at = int(row) if row.isdigit() else len(lines)
        if verb == "add":
            lines.append("")
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
            yield TypedLevel(level, field, [TypedLine(text, vague_words(text)) for text in lines], errors)

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
        )


def _lines_name(level: int) -> str:
    return f"indicator_{level}"


class PublishForm(forms.Form):
    change_note = forms.CharField(
        label="What changed and why",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Everyone who reads the competency sees this sentence.",
    )
    started_from = forms.CharField(max_length=40, widget=forms.HiddenInput)


# --- role profiles ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TypedCell:
    """One cell of the grid in the editor: field names, what is chosen, and whether that differs from the saved grid."""

    level_field: str
    focus_field: str
    level: int
    is_focus: bool
    is_edited: bool
    label: str


@dataclass(frozen=True)
class TypedRow:
    name: str
    cells: list[TypedCell]


@dataclass(frozen=True)
class TypedGroup:
    name: str
    rows: list[TypedRow]


@dataclass(frozen=True)
class TypedColumn:
    role: JobRole
    name: str
    purpose: str
    people: int
    is_new: bool


class GridForm(forms.Form):
    """The role grid as typed: two inputs per cell, named by job role and competency."""

    change_note = forms.CharField(
        label="What changed and why",
        max_length=300,
        help_text="The people in these roles can read it.",
    )
    follows = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, grid: Grid, people: Mapping[int, int]) -> None:
        self.grid, self.people = grid, people
        number = grid.profile_set.number if grid.profile_set else 0
        super().__init__(data, initial={"follows": number})
        self.saved = grid.cells
        known = {column.role_id for column in grid.columns}
        added = {int(pk) for pk in data.getlist("role") if pk.isdigit()} - known if data else set()
        self.roles = JobRole.objects.in_bulk([*known, *added])
        self.added = [pk for pk in self.roles if pk in added]
        self.cells = {
            (role, row.key): self._typed(role, row.key)
            for role in self.roles
            for group in grid.groups
            for row in group.rows
        }

    def _typed(self, role: int, key: str) -> Cell:
        saved = self.saved.get((role, key), Cell(0, False))
        if not self.is_bound:
            return saved
        level = self.data.get(f"level-{role}-{key}", "")
        allowed = {str(step.value) for step in self.grid.levels} | {"0"}
        if level not in allowed:
            return saved
        return Cell(int(level), level != "0" and f"focus-{role}-{key}" in self.data)

    def add_column(self) -> None:
        """Put the role chosen under "add a role" into the grid, as a copy when one was named. Nothing is saved."""
        if not self.is_valid_addition:
            return
        new = JobRole.objects.get(pk=self.data["add_role"])
        source = self.data.get("copy_of", "")
        self.roles[new.pk] = new
        self.added.append(new.pk)
        for group in self.grid.groups:
            for row in group.rows:
                empty = Cell(0, False)
                copied = self.cells.get((int(source), row.key), empty) if source.isdigit() else empty
                self.cells[new.pk, row.key] = copied

    @property
    def is_valid_addition(self) -> bool:
        chosen = str(self.data.get("add_role", ""))
        return chosen.isdigit() and int(chosen) not in self.roles and JobRole.objects.filter(pk=chosen).exists()

    def free_roles(self) -> list[JobRole]:
        """Job roles that have no column yet."""
        return list(JobRole.objects.exclude(pk__in=list(self.roles)))

    def columns(self) -> list[TypedColumn]:
        known = [
            TypedColumn(self.roles[c.role_id], c.name, c.purpose, c.people, is_new=False) for c in self.grid.columns
        ]
        return known + [
            TypedColumn(self.roles[pk], self.roles[pk].name, "", self.people.get(pk, 0), is_new=True)
            for pk in self.added
        ]

    def groups(self) -> list[TypedGroup]:
        columns = self.columns()
        return [
            TypedGroup(
                group.name,
                [
                    TypedRow(row.name, [self._cell(column, row.key, row.name) for column in columns])
                    for row in group.rows
                ],
            )
            for group in self.grid.groups
        ]

    def _cell(self, column: TypedColumn, key: str, name: str) -> TypedCell:
        role = column.role.pk
        cell = self.cells[role, key]
        return TypedCell(
            f"level-{role}-{key}",
            f"focus-{role}-{key}",
            cell.level,
            cell.is_focus,
            cell != self.saved.get((role, key), Cell(0, False)),
            f"{name}, {column.name}",
        )

    def edited(self) -> list[tuple[int, str]]:
        """Role and competency of every cell that differs from the saved grid."""
        return [place for place, cell in self.cells.items() if cell != self.saved.get(place, Cell(0, False))]

    def affected(self) -> list[TypedColumn]:
        roles = {role for role, _ in self.edited()}
        return [column for column in self.columns() if column.role.pk in roles or column.is_new]

    def profiles(self) -> list[NewProfile]:
        """Every role of the next version."""
        return [
            NewProfile(
                column.role,
                column.name,
                column.purpose,
                {key: cell for (role, key), cell in self.cells.items() if role == column.role.pk},
            )
            for column in self.columns()
        ]
