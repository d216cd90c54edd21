"""The report of a check, page by page, and the rows for the files that HR takes away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from people import imports, undo
from people.models import ImportLine, JobRole, PeopleImport, Unit, User

Kind = ImportLine.Kind
LINES_PER_PAGE = 100
SHOWN_REFUSALS = 200
CHANGING = (Kind.ADDED, Kind.CHANGED, Kind.LEAVING)


@dataclass(frozen=True)
class Problem:
    row: int
    label: str
    column: str
    said: str
    problem: str


@dataclass(frozen=True)
class Line:
    """What one row does; `facts` are column, old and new, in the order of the columns."""

    row: int
    person: str
    is_new: bool
    facts: list[tuple[str, str, str]]
    notes: list[str]


@dataclass(frozen=True)
class Report:
    """`only` is the kind that the reader chose, empty for all that change something."""

    file: PeopleImport
    counts: dict[str, int]
    rows: int
    changing: int
    refused: int
    problems: list[Problem]
    only: str
    lines: list[Line]
    page: Page[ImportLine]
    may_undo: bool

    @property
    def may_apply(self) -> bool:
        return not self.refused and self.changing > 0 and self.is_open

    @property
    def is_open(self) -> bool:
        """Neither imported nor waiting to be."""
        return self.file.applied_at is None and self.file.agreed_at is None


@dataclass(frozen=True)
class Stays:
    """One fact that an undo leaves as it is; `column` is empty for the whole row."""

    row: int
    person: str
    column: str
    why: str


@dataclass(frozen=True)
class UndoPage:
    """What an undo would do now; `shown` holds a press to exactly that."""

    file: PeopleImport
    is_open: bool
    shown: str
    put_back: int
    removed: int
    lines: list[Line]
    page: Page[undo.Step]
    stays: list[Stays]
    staying: int

    @property
    def going(self) -> int:
        return self.put_back + self.removed


def report(file: PeopleImport, *, at: datetime, only: str = "", page: str | None = None) -> Report:
    found = dict(file.lines.order_by().values_list("kind").annotate(rows=Count("pk")))
    counts = {kind.value: found.get(kind.value, 0) for kind in Kind}
    only = only if only in CHANGING else ""
    shown = Paginator(file.lines.filter(kind__in=[only] if only else CHANGING), LINES_PER_PAGE).get_page(page)
    return Report(
        file=file,
        counts=counts,
        rows=sum(counts.values()),
        changing=sum(counts[kind] for kind in CHANGING),
        refused=counts[Kind.REFUSED],
        problems=list(_problems(file.lines.filter(kind=Kind.REFUSED)[:SHOWN_REFUSALS])),
        only=only,
        lines=[_line(one) for one in shown],
        page=shown,
        may_undo=_may_undo(file, at),
    )


def _may_undo(file: PeopleImport, at: datetime) -> bool:
    in_time = file.undo_until is not None and at <= file.undo_until
    return in_time and file.lines.exclude(written=None).exists()


def _line(line: ImportLine) -> Line:
    facts = [
        (name, line.changes[name]["old"], line.changes[name]["new"]) for name in imports.NAMES if name in line.changes
    ]
    return Line(line.row, line.person, line.kind == Kind.ADDED, facts, line.notes)


def undo_page(file: PeopleImport, *, by: User, at: datetime, page: str | None = None) -> UndoPage:
    plan = undo.plan(file, by=by)
    stays = [
        Stays(step.line.row, step.line.person, column, why)
        for step in plan.staying
        for column, why in step.stays.items()
    ]
    shown = Paginator(plan.going, LINES_PER_PAGE).get_page(page)
    removed = sum(step.removes for step in plan.going)
    return UndoPage(
        file=file,
        is_open=_may_undo(file, at),
        shown=plan.shown,
        put_back=len(plan.going) - removed,
        removed=removed,
        lines=[_undone(step) for step in shown],
        page=shown,
        stays=stays[:SHOWN_REFUSALS],
        staying=len(stays),
    )


def _undone(step: undo.Step) -> Line:
    facts = [(column, now, then) for column, (now, then) in step.words.items()]
    return Line(step.line.row, step.line.person, False, facts or [("person", step.line.person, "removed")], step.notes)


def recent() -> list[PeopleImport]:
    """The latest files with the number of their rows."""
    return list(
        PeopleImport.objects.select_related("made_by__employee", "applied_by__employee").annotate(rows=Count("lines"))[
            :10
        ]
    )


def refused_rows(file: PeopleImport) -> tuple[list[str], Iterable[list[str]]]:
    """Header and rows of the error file: the refused rows as they came, with the problems at the end."""
    header = [*imports.NAMES, "row_in_file", "problems"]
    rows = (
        [
            *(line.cells.get(name, "") for name in imports.NAMES),
            str(line.row),
            " ".join(f"{problem['column']}: {problem['problem']}" for problem in line.problems),
        ]
        for line in file.lines.filter(kind=Kind.REFUSED).iterator()
    )
    return header, rows


def template_sheets() -> list[tuple[str, list[str], list[list[str]]]]:
    """Name, header and rows of each sheet of the template."""
    example = [column.example for column in imports.COLUMNS]
    help_rows = [
        [column.name, "yes" if column.is_required else "no", column.help, column.example] for column in imports.COLUMNS
    ]
    units = [[unit.key, unit.name] for unit in Unit.objects.active()]
    roles = [[role.key, role.name] for role in JobRole.objects.order_by("name")]
    return [
        ("People", imports.NAMES, [example]),
        ("Units", ["unit_key", "name"], units),
        ("Job roles", ["job_role_key", "name"], roles),
        ("Columns", ["column", "needed for somebody new", "what it says", "example"], help_rows),
    ]


def _problems(lines: QuerySet[ImportLine]) -> Iterable[Problem]:
    return (
        Problem(line.row, line.person, problem["column"], problem["said"], problem["problem"])
        for line in lines
        for problem in line.problems
    )
