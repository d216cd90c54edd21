"""Goals as rows of a file: what the viewer sees, in the columns that an import reads, and how they stand."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import QuerySet

from goals import files, wording
from goals.models import Goal, GoalCycle, GoalImport, GoalImportLine
from goals.plan import plan_of
from goals.queries.concealed import concealed
from goals.queries.rows import GoalRow, latest_values, rows_of
from people.access import Viewer
from people.models import Unit

MOST = 20_000  # goals in one file
WITHHELD = "withheld"
LINES = 100  # lines of a report on one page
PROBLEMS = 200
HEADER = [*files.NAMES, *files.STANDING]


def goal_rows(viewer: Viewer, cycle: GoalCycle, *, on: date) -> list[list[str]]:
    """The goals of a cycle that the viewer sees, parents first; 13 queries however many."""
    rows = ("milestones", "guardrails", "checkpoints", "premortem")
    seen = Goal.objects.visible_to(viewer).active().filter(cycle=cycle).with_words()
    found = seen.select_related("cycle", "parent__reference", "parent__detail", "reference", "detail__competency")
    goals = list(found.prefetch_related(*rows).order_by("depth", "pk")[:MOST])
    day = cycle.day_of_scores(on)
    values = latest_values([goal.pk for goal in goals if goal.detail.is_numeric])
    hidden = concealed([goal.pk for goal in goals if not goal.has_metric], viewer, day)
    return [
        _cells(goal, row, wording.plain(values[goal.pk]) if goal.pk in values else "", is_withheld=goal.pk in hidden)
        for goal, row in zip(goals, rows_of(goals, day), strict=True)
    ]


def _cells(goal: Goal, row: GoalRow, value: str, *, is_withheld: bool) -> list[str]:
    supports = _reference(goal.parent) if goal.parent else ""
    written = files.cells_of(plan_of(goal), reference=_reference(goal), supports=supports)
    progress = "" if row.progress_ppm is None else wording.percent_1(row.progress_ppm)
    expected = "" if row.expected_ppm is None else wording.percent_1(row.expected_ppm)
    if is_withheld:
        standing = [WITHHELD, WITHHELD, WITHHELD, value, ""]
    else:
        checked = row.checked_on.isoformat() if row.checked_on else ""
        standing = [row.status_words, progress, expected, value, checked]
    return [*(written[name] for name in files.NAMES), *standing]


def _reference(goal: Goal) -> str:
    return goal.reference.reference if hasattr(goal, "reference") else f"#{goal.pk}"


def template_sheets() -> list[tuple[str, list[str], list[list[str]]]]:
    """The template: columns with an example row, then what each column says, and the keys of units."""
    units = Unit.objects.active().order_by("position").values_list("key", "name")
    return [
        ("Goals", files.NAMES, [[column.example for column in files.COLUMNS]]),
        ("Columns", ["column", "what it says", "needed"], [_about(column) for column in files.COLUMNS]),
        ("Units", ["unit_key", "name"], [list(unit) for unit in units]),
    ]


def _about(column: files.Column) -> list[str]:
    return [column.name, column.help, "yes" if column.is_required else ""]


# --- the report of a check ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    row: int
    label: str
    column: str
    said: str
    problem: str


@dataclass(frozen=True)
class Doing:
    """What one row does: column, what is there, what will be, in the order of the columns."""

    row: int
    label: str
    kind: str
    facts: list[tuple[str, str, str]]


@dataclass(frozen=True)
class ImportReport:
    """What a file would do, or did. `lines`: a page of rows that change something."""

    file: GoalImport
    counts: dict[str, int]
    problems: list[Problem]
    page: object
    lines: list[Doing]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def refused(self) -> int:
        return self.counts.get("refused", 0)

    @property
    def changing(self) -> int:
        return self.counts.get("added", 0) + self.counts.get("changed", 0)

    @property
    def may_apply(self) -> bool:
        return not self.file.applied_at and not self.file.is_waiting and not self.refused and self.changing > 0


def import_report(file: GoalImport, *, page: int | str | None) -> ImportReport:
    Kind = GoalImportLine.Kind
    counts = Counter(file.lines.order_by().values_list("kind", flat=True))
    refused = file.lines.filter(kind=Kind.REFUSED)
    problems = [
        Problem(line.row, line.label, one["column"], one["said"], one["problem"])
        for line in refused
        for one in line.problems
    ]
    changing: QuerySet[GoalImportLine] = file.lines.filter(kind__in=[Kind.ADDED, Kind.CHANGED])
    paged = Paginator(changing, LINES).get_page(page)
    return ImportReport(file, dict(counts), problems[:PROBLEMS], paged, [_doing(line) for line in paged.object_list])


def _doing(line: GoalImportLine) -> Doing:
    changes = [(name, line.changes[name]) for name in files.NAMES if name in line.changes]
    facts = [(name, change["old"], change["new"]) for name, change in changes]
    return Doing(line.row, line.label, line.get_kind_display(), facts)


def refused_rows(file: GoalImport) -> tuple[list[str], list[list[str]]]:
    """The rows that cannot be imported as they were read, with what is wrong in a last column."""
    lines = list(file.lines.filter(kind=GoalImportLine.Kind.REFUSED))
    names = [name for name in files.NAMES if any(name in line.cells for line in lines)]
    rows = [
        [*(line.cells.get(name, "") for name in names), " ".join(_said(one) for one in line.problems)] for line in lines
    ]
    return [*names, "problem"], rows


def _said(problem: dict[str, str]) -> str:
    return f"{problem['column']}: {problem['problem']}" if problem["column"] else problem["problem"]
