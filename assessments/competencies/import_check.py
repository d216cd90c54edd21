"""The check of a file of competencies: row by row what an import would do, and why not. Reads, never writes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug

from assessments.competencies.cluster_files import ClusterRow
from assessments.competencies.library_files import CELL_CHARACTERS, COLUMNS, TOP, Cells, lines, parts_of
from assessments.competencies.models import (
    Cluster,
    Competency,
    CompetencyVersion,
    Framework,
    LearningKind,
    LibraryImportLine,
)
from assessments.competencies.queries import resembling, texts
from assessments.competencies.resemblance import Entry, Index
from assessments.competencies.wording import Activity, Wording, plain_changes
from core.constructs import Construct
from core.numbers import whole_number

Kind = LibraryImportLine.Kind
LINES_PER_LEVEL, LINE, QUESTION = 8, 250, 300
_LENGTHS = {"name": 80, "definition": 300, "job_description_sentence": 300, "key": 50}
_EMPTY = Wording("", "", "", (), {})


@dataclass
class Draft:
    """One row on its way through the check. `wording` is what the competency would say."""

    row: int
    cells: Cells
    current: CompetencyVersion | None = None
    wording: Wording = _EMPTY
    problems: list[dict[str, str]] = field(default_factory=list)
    changes: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.current.competency.key if self.current else self.cells.get("key", "")

    @property
    def label(self) -> str:
        return self.wording.name or self.cells.get("name", "") or self.key

    @property
    def kind(self) -> Kind:
        if self.problems:
            return Kind.REFUSED
        if self.current is None:
            return Kind.ADDED
        return Kind.CHANGED if self.changes else Kind.UNCHANGED

    def refuse(self, column: str, problem: str) -> None:
        self.problems.append({"column": column, "said": self.cells.get(column, "")[:200], "problem": problem})


def check(
    rows: Sequence[tuple[int, Cells]], framework: Framework, *, publishes: bool, clusters: Iterable[ClusterRow] = ()
) -> list[Draft]:
    """What each row would do, in a fixed number of queries whatever the number of rows. `clusters`: those of the file."""
    return Check(rows, framework, publishes=publishes, clusters=clusters).run()


class Check:
    """The framework as it is, the file on top of it, and the rules between them."""

    def __init__(
        self,
        rows: Sequence[tuple[int, Cells]],
        framework: Framework,
        *,
        publishes: bool,
        clusters: Iterable[ClusterRow],
    ) -> None:
        self.publishes = publishes
        self.versions = texts.editable_by_key(framework)
        self.by_name = {version.name.lower(): version for version in self.versions.values()}
        published = CompetencyVersion.objects.issued_now().filter(competency__framework=framework)
        self.published = {name.lower(): key for name, key in published.values_list("name", "competency__key")}
        self.taken = set(Competency.objects.values_list("key", flat=True))
        known: list[Cluster | ClusterRow] = [*framework.clusters.all(), *clusters]
        self.clusters = {cluster.key: cluster.key for cluster in known}
        self.cluster_names = {cluster.name.lower(): cluster.key for cluster in known}
        self.top = len(texts.scale_levels(framework))
        self.framework = framework
        self.drafts = [Draft(row, dict(cells)) for row, cells in rows]

    def run(self) -> list[Draft]:
        for draft in self.drafts:
            self._find(draft)
            self._read(draft)
        self._refuse_doubles()
        for draft in self.drafts:
            if self.publishes and not draft.problems:
                self._check_ready(draft)
            if not draft.problems:
                self._compare(draft)
        self._note_alike()
        return self.drafts

    # --- one row ------------------------------------------------------------------------------------------------------

    def _find(self, draft: Draft) -> None:
        key, name = draft.cells.get("key", ""), draft.cells.get("name", "")
        draft.current = self.versions.get(key) if key else self.by_name.get(name.lower())
        if draft.current and draft.current.competency.merged_into_id:
            draft.refuse("key", "Was merged into another competency. Take the row out.")
        if key and not draft.current:
            self._check_new_key(draft, key)

    def _check_new_key(self, draft: Draft, key: str) -> None:
        try:
            validate_slug(key)
        except ValidationError:
            draft.refuse("key", "Use letters, digits, - and _ only, or leave it empty.")
        if key in self.taken:
            draft.refuse("key", "A competency of another framework has this key. Leave it empty.")

    def _read(self, draft: Draft) -> None:
        draft.wording = texts.wording_of(draft.current) if draft.current else _EMPTY
        for column in COLUMNS:
            cell = draft.cells.get(column.name)
            if cell is None:
                if column.is_required and draft.current is None:
                    draft.refuse(column.name, f"A new competency needs this. {column.help}")
            elif len(cell) > _LENGTHS.get(column.name, CELL_CHARACTERS):
                longest = _LENGTHS.get(column.name, CELL_CHARACTERS)
                draft.refuse(column.name, f"Longer than {longest} characters. Shorten it.")
            elif not cell and column.is_required:
                draft.refuse(column.name, f"Is empty. {column.help}")
            else:
                self._take(draft, column.name, cell)

    def _take(self, draft: Draft, column: str, cell: str) -> None:
        """Put one cell into the row's wording."""
        if column in ("name", "definition", "job_description_sentence"):
            said: dict[str, Any] = {column: " ".join(cell.split())}
            draft.wording = replace(draft.wording, **said)
        elif column == "cluster":
            draft.wording = replace(draft.wording, cluster=self._cluster(draft, cell))
        elif column == "constructs":
            draft.wording = replace(draft.wording, constructs=self._constructs(draft, cell))
        elif column.startswith(("level_", "not_level_")):
            self._take_level(draft, column, cell)
        elif column == "interview_questions":
            if any(len(line) > QUESTION for line in lines(cell)):
                draft.refuse(column, f"One question is longer than {QUESTION} letters.")
            draft.wording = replace(draft.wording, interview_questions=lines(cell))
        elif column == "learning":
            learning = tuple(one for line in lines(cell) if (one := self._activity(draft, line)))
            draft.wording = replace(draft.wording, learning=learning)

    def _cluster(self, draft: Draft, cell: str) -> str:
        found = self.clusters.get(cell) or self.cluster_names.get(cell.lower())
        if found is None:
            close = difflib.get_close_matches(cell.lower(), [*self.clusters, *self.cluster_names], n=1, cutoff=0.5)
            hint = f" Closest: {close[0]}." if close else " Add it to the framework first."
            draft.refuse("cluster", f"There is no such cluster.{hint}")
        return found or ""

    def _constructs(self, draft: Draft, cell: str) -> tuple[str, ...]:
        known = {one.value: one.value for one in Construct} | {one.label.lower(): one.value for one in Construct}
        found = {word: known.get(word.lower()) for word in parts_of(cell)}
        if strange := [word for word, value in found.items() if value is None]:
            draft.refuse("constructs", f"There is no C named “{strange[0]}”. Write: {', '.join(Construct.values)}.")
        return tuple(dict.fromkeys(value for value in found.values() if value))

    def _take_level(self, draft: Draft, column: str, cell: str) -> None:
        level, said = int(column[-1]), lines(cell)
        if level > self.top:
            if said:
                draft.refuse(column, f"This framework has {self.top} levels. Leave the cell empty.")
            return
        if len(said) > LINES_PER_LEVEL or any(len(line) > LINE for line in said):
            draft.refuse(column, f"At most {LINES_PER_LEVEL} sentences of {LINE} letters, one a line.")
        if len(set(said)) < len(said):
            draft.refuse(column, "Two sentences of this level say the same.")
        part = "contrary" if column.startswith("not_") else "indicators"
        levels = {number: texts for number, texts in getattr(draft.wording, part).items() if number != level}
        changed: dict[str, Any] = {part: levels | ({level: said} if said else {})}
        draft.wording = replace(draft.wording, **changed)

    def _activity(self, draft: Draft, line: str) -> Activity | None:
        parts = [part.strip() for part in line.split(";", 4)]
        kinds = ", ".join(LearningKind.values)
        if len(parts) < 4:
            draft.refuse("learning", f"“{line[:60]}” has not all parts: kind; title; hours; levels; what one does.")
            return None
        kind, title, hours, levels, text = (*parts, "")[:5]
        words = levels.replace(",", " ").split()
        numbers = tuple(sorted({level for word in words if (level := whole_number(word)) is not None}))
        try:
            spent = float(hours.replace(",", "."))
        except ValueError:
            spent = -1
        if kind not in LearningKind.values:
            draft.refuse("learning", f"“{kind[:40]}” is no kind of learning. Write one of: {kinds}.")
        elif not 0 <= spent <= 1000 or not numbers or max(numbers) > TOP:
            draft.refuse("learning", f"“{title[:60]}”: write hours as a number and levels such as 2, 3.")
        elif not title or len(title) > 120 or len(text) > 300:
            draft.refuse("learning", "A title has 1 to 120 letters and the text at most 300.")
        else:
            return Activity(kind, title, text, spent, numbers)
        return None

    # --- rows among each other ----------------------------------------------------------------------------------------

    def _refuse_doubles(self) -> None:
        keys: dict[str, Draft] = {}
        names: dict[str, Draft] = {}
        for draft in self.drafts:
            for seen, value, column in ((keys, draft.key, "key"), (names, draft.wording.name.lower(), "name")):
                if value and value in seen:
                    draft.refuse(column, f"Row {seen[value].row} has it already. Keep one of the two rows.")
                elif value:
                    seen[value] = draft
        for name, draft in names.items():
            other = self.by_name.get(name)
            if other and other.competency.key not in (draft.key, *keys):
                draft.refuse("name", f"The competency “{other.competency.key}” has this name. Two need two names.")

    def _check_ready(self, draft: Draft) -> None:
        """What services.publish would refuse, said before anything is written."""
        owner = self.published.get(draft.wording.name.lower())
        if owner and owner not in {one.key for one in self.drafts}:
            draft.refuse("name", f"The competency “{owner}” is in use with this name. Two need two names.")
        for level in range(1, self.top + 1):
            if not draft.wording.indicators.get(level):
                draft.refuse(f"level_{level}", "Needs at least one sentence before it can be published.")
        if not draft.wording.constructs:
            draft.refuse("constructs", "Name at least one C before it can be published.")

    def _compare(self, draft: Draft) -> None:
        before = texts.wording_of(draft.current) if draft.current else _EMPTY
        draft.changes = [
            {"label": label, "old": old, "new": new} for label, old, new in plain_changes(before, draft.wording)
        ]
        waits = draft.current is not None and draft.current.is_draft
        if self.publishes and waits and not draft.changes:
            draft.changes = [{"label": "State", "old": "Draft", "new": "Published"}]
        elif self.publishes and draft.current and draft.current.state == CompetencyVersion.State.RETIRED:
            draft.notes.append("Comes back into use.")

    def _note_alike(self) -> None:
        """Only where a name or a definition is new: what was there before has been looked at before."""
        entries = resembling.entries(framework=self.framework.pk)
        fresh = {draft.key or f"row {draft.row}": draft for draft in self.drafts if not draft.problems}
        index = Index(
            [entry for entry in entries if entry.key not in fresh]
            + [Entry(key, draft.wording.name, draft.wording.definition) for key, draft in fresh.items()]
        )
        for key, draft in fresh.items():
            if any(change["label"] in ("Name", "What it means") for change in draft.changes):
                found = index.resembling(draft.wording.name, draft.wording.definition, but_not=key)
                draft.notes += [f"Resembles “{one.entry.name}” (in {one.words})." for one in found]


def told(kind: str, changes: Any, problems: Any) -> tuple[Any, ...]:
    """What a reader of the dry run was told of a row; an apply does nothing else."""
    return str(kind), list(changes), list(problems)


def line_of(draft: Draft) -> Mapping[str, Any]:
    """The fields of the stored line."""
    return {
        "row": draft.row,
        "kind": draft.kind,
        "label": draft.label[:200],
        "cells": draft.cells,
        "changes": draft.changes,
        "problems": draft.problems,
        "notes": draft.notes,
    }
