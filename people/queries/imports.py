"""The report of a check, page by page, and the rows for the files that HR takes away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from people import imports, partners, undo
from people.models import Employee, ImportLine, JobRole, PeopleImport, Unit, User

Kind, Holds = ImportLine.Kind, PeopleImport.Holds
COLUMNS = {Holds.PEOPLE: imports.COLUMNS, Holds.PARTNERS: partners.COLUMNS}
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


class _OfFile:
    """What the pages of one file say by what it holds."""

    file: PeopleImport

    @property
    def is_of_partners(self) -> bool:
        return self.file.holds == Holds.PARTNERS

    @property
    def upload(self) -> str:
        """The route where such files are uploaded."""
        return "people:import_partners" if self.is_of_partners else "people:import"


@dataclass(frozen=True)
class Report(_OfFile):
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
class UndoPage(_OfFile):
    """What an undo would do now; `shown` holds a press to exactly that."""

    file: PeopleImport
    is_open: bool
    shown: str
    going: int
    put_back: int
    removed: int
    left: int
    lines: list[Line]
    page: Page[undo.Step]
    stays: list[Stays]
    staying: int


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
        lines=[_line(one, _names(file)) for one in shown],
        page=shown,
        may_undo=_may_undo(file, at),
    )


def _may_undo(file: PeopleImport, at: datetime) -> bool:
    in_time = file.undo_until is not None and at <= file.undo_until
    return in_time and file.lines.exclude(written=None).exists()


def _names(file: PeopleImport) -> list[str]:
    return [column.name for column in COLUMNS[Holds(file.holds)]]


def _line(line: ImportLine, names: Iterable[str]) -> Line:
    facts = [(name, line.changes[name]["old"], line.changes[name]["new"]) for name in names if name in line.changes]
    return Line(line.row, line.person, line.kind == Kind.ADDED, facts, line.notes)


def undo_plan(file: PeopleImport, *, by: User) -> undo.Plan:
    """What taking the file back would do now."""
    return (partners if file.holds == Holds.PARTNERS else undo).plan(file, by=by)


def undo_page(file: PeopleImport, *, by: User, at: datetime, page: str | None = None) -> UndoPage:
    plan = undo_plan(file, by=by)
    stays = [
        Stays(step.line.row, step.line.person, column, why)
        for step in plan.staying
        for column, why in step.stays.items()
    ]
    shown = Paginator(plan.going, LINES_PER_PAGE).get_page(page)
    removed, left = sum(step.removes for step in plan.going), sum(step.leaves for step in plan.going)
    return UndoPage(
        file=file,
        is_open=_may_undo(file, at),
        shown=plan.shown,
        going=len(plan.going),
        put_back=len(plan.going) - removed - left,
        removed=removed,
        left=left,
        lines=[_undone(step) for step in shown],
        page=shown,
        stays=stays[:SHOWN_REFUSALS],
        staying=len(stays),
    )


def _undone(step: undo.Step) -> Line:
    facts = [(column, now, then) for column, (now, then) in step.words.items()]
    return Line(step.line.row, step.line.person, False, facts or [("person", step.line.person, "removed")], step.notes)


def recent(holds: str = Holds.PEOPLE) -> list[PeopleImport]:
    """The latest files of one kind with the number of their rows."""
    files = PeopleImport.objects.filter(holds=holds).select_related("made_by__employee", "applied_by__employee")
    return list(files.annotate(rows=Count("lines"))[:10])


def refused_rows(file: PeopleImport) -> tuple[list[str], Iterable[list[str]]]:
    """Header and rows of the error file: the refused rows as they came, with the problems at the end."""
    names = _names(file)
    rows = (
        [
            *(line.cells.get(name, "") for name in names),
            str(line.row),
            " ".join(f"{problem['column']}: {problem['problem']}" for problem in line.problems),
        ]
        for line in file.lines.filter(kind=Kind.REFUSED).iterator()
    )
    return [*names, "row_in_file", "problems"], rows


def partner_sheets() -> list[tuple[str, list[str], list[list[str]]]]:
    """Today's HR partners, ready to be changed and uploaded again, and the keys of the units."""
    today = partners.units_today()
    people = Employee.objects.active().filter(user__in=list(today)).order_by("name", "pk")
    rows = [[one.number, one.name, " ".join(unit.key for unit in today[one.user_id])] for one in people]
    return [("HR partners", partners.NAMES, rows), ("Units", ["unit_key", "name"], _unit_rows())]


def _unit_rows() -> list[list[str]]:
    return [[unit.key, unit.name] for unit in Unit.objects.active()]


def template_sheets() -> list[tuple[str, list[str], list[list[str]]]]:
    """Name, header and rows of each sheet of the template."""
    example = [column.example for column in imports.COLUMNS]
    help_rows = [
        [column.name, "yes" if column.is_required else "no", column.help, column.example] for column in imports.COLUMNS
    ]
    roles = [[role.key, role.name] for role in JobRole.objects.order_by("name")]
    return [
        ("People", imports.NAMES, [example]),
        ("Units", ["unit_key", "name"], _unit_rows()),
        ("Job roles", ["job_role_key", "name"], roles),
        ("Columns", ["column", "needed for somebody new", "what it says", "example"], help_rows),
    ]


def _problems(lines: QuerySet[ImportLine]) -> Iterable[Problem]:
    return (
        Problem(line.row, line.person, problem["column"], problem["said"], problem["problem"])
        for line in lines
        for problem in line.problems
    )
