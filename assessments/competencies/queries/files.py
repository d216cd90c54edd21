"""The library as files, and the report of a check."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from assessments.competencies import library_files
from assessments.competencies.models import Framework, LibraryImport, LibraryImportLine
from assessments.competencies.queries import texts
from assessments.competencies.wording import Wording
from core.constructs import Construct

Kind = LibraryImportLine.Kind
LINES_PER_PAGE, SHOWN_REFUSALS = 50, 200
CHANGING = (Kind.ADDED, Kind.CHANGED)
Sheet = tuple[str, list[str], list[list[str]]]


@dataclass(frozen=True)
class Problem:
    row: int
    label: str
    column: str
    said: str
    problem: str


@dataclass(frozen=True)
class Report:
    """What a file would do, or did."""

    file: LibraryImport
    counts: dict[str, int]
    rows: int
    changing: int
    refused: int
    problems: list[Problem]
    page: Page[LibraryImportLine]

    @property
    def may_apply(self) -> bool:
        changes = self.changing or self.file.cluster_changes
        return not self.refused and bool(changes) and self.file.applied_at is None


def report(file: LibraryImport, *, page: str | None = None) -> Report:
    found = dict(file.lines.order_by().values_list("kind").annotate(rows=Count("pk")))
    counts = {kind.value: found.get(kind.value, 0) for kind in Kind}
    return Report(
        file=file,
        counts=counts,
        rows=sum(counts.values()),
        changing=sum(counts[kind] for kind in CHANGING),
        refused=counts[Kind.REFUSED],
        problems=list(_problems(file.lines.filter(kind=Kind.REFUSED)[:SHOWN_REFUSALS])),
        page=Paginator(file.lines.filter(kind__in=CHANGING), LINES_PER_PAGE).get_page(page),
    )


def recent(framework: Framework) -> QuerySet[LibraryImport]:
    """The latest files with the number of their rows."""
    files = LibraryImport.objects.filter(framework=framework).select_related("made_by__employee")
    return files.annotate(rows=Count("lines"))[:10]


def refused_rows(file: LibraryImport) -> tuple[list[str], Iterable[list[str]]]:
    """Header and rows of the error file: the refused rows as they came, with the problems at the end."""
    rows = (
        [
            *(line.cells.get(name, "") for name in library_files.NAMES),
            str(line.row),
            " ".join(f"{problem['column']}: {problem['problem']}" for problem in line.problems),
        ]
        for line in file.lines.filter(kind=Kind.REFUSED)
    )
    return [*library_files.NAMES, "row_in_file", "problems"], rows


# --- export -----------------------------------------------------------------------------------------------------------


def rows(framework: Framework) -> list[list[str]]:
    """A row per competency, in what an editor would start from: the draft, else the words in use."""
    return [library_files.cells_of(key, wording) for key, wording in _wordings(framework)]


def as_json(framework: Framework) -> str:
    competencies = [library_files.json_of(key, wording) for key, wording in _wordings(framework)]
    clusters = [
        {"key": one.key, "order": one.order, "name": one.name, "text": one.text} for one in framework.clusters.all()
    ]
    whole = {
        "schema": library_files.SCHEMA,
        "key": framework.key,
        "name": framework.name,
        "clusters": clusters,
        "competencies": competencies,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def sheets(framework: Framework) -> list[Sheet]:
    """The export with the keys that its cells refer to."""
    return [("Competencies", library_files.NAMES, rows(framework)), *_keys(framework)]


def template_sheets(framework: Framework) -> list[Sheet]:
    top = len(texts.scale_levels(framework))
    example = ["" if library_files.level_of(column.name) > top else column.example for column in library_files.COLUMNS]
    help_rows = [
        [column.name, "yes" if column.is_required else "no", column.help, column.example]
        for column in library_files.COLUMNS
    ]
    columns = ("Columns", ["column", "needed for a new one", "what it says", "example"], help_rows)
    return [("Competencies", library_files.NAMES, [example]), *_keys(framework), columns]


def _keys(framework: Framework) -> list[Sheet]:
    clusters = [[one.key, one.name] for one in framework.clusters.all()]
    return [
        ("Clusters", ["cluster", "name"], clusters),
        ("Constructs", ["construct", "name"], [[one.value, str(one.label)] for one in Construct]),
    ]


def _wordings(framework: Framework) -> Iterable[tuple[str, Wording]]:
    for key, version in texts.editable_by_key(framework).items():
        if version.state != version.State.RETIRED:
            yield key, texts.wording_of(version)


def _problems(lines: QuerySet[LibraryImportLine]) -> Iterable[Problem]:
    return (
        Problem(line.row, line.label, problem["column"], problem["said"], problem["problem"])
        for line in lines
        for problem in line.problems
    )
