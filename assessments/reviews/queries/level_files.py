"""The pages that read many people's levels, as tables to take away: what the page shows and nothing else, hidden in words."""

from __future__ import annotations

from collections.abc import Iterator

from assessments.reviews.queries.levels import LevelRow, LevelsPage
from assessments.reviews.queries.matrix import Cell, MatrixPage, PersonRow

Table = tuple[str, list[str], list[list[object]]]  # name of the sheet, header, rows
NOT_IN_ROLE, NOT_ASSESSED, NOTHING = "not part of the role", "not assessed", "nothing was assessed"
FEW_GAPS = "Not shown: fewer than five gaps"
ON_ITS_PAGE = "On the page of the unit"


# --- the manager's own team -------------------------------------------------------------------------------------------


def team_lines(page: MatrixPage) -> Table:
    """One line for each person and competency."""
    header = [
        "Person",
        "Job role",
        "Competency",
        "Level",
        "Needed level",
        "Difference",
        "Focus",
        "Whose level",
        "In the way",
    ]
    rows = [line for row in page.rows for line in _person_lines(page, row)]
    return "Levels", header, rows


def team_tables(page: MatrixPage) -> list[Table]:
    """People by competencies as on the page, and the lines behind it."""
    header = ["Person", "Job role", *(version.name for version in page.columns)]
    rows: list[list[object]] = [
        [row.employee.name, _role(row), *(_in_short(row, cell) for cell in row.cells)] for row in page.rows
    ]
    return [("Team", header, rows), team_lines(page)]


def _person_lines(page: MatrixPage, row: PersonRow) -> Iterator[list[object]]:
    if not row.has_levels:
        yield [row.employee.name, _role(row), "", _withheld(row)]
        return
    for version, cell in zip(page.columns, row.cells, strict=True):
        start = [row.employee.name, _role(row), version.name]
        if not cell.is_asked or cell.level is None:
            yield [*start, NOT_ASSESSED if cell.is_asked else NOT_IN_ROLE]
            continue
        focus = "yes" if cell.line.is_focus else ""
        way = cell.obstacle_words if cell.is_gap else ""
        yield [*start, cell.level, cell.required or "none", cell.gap_words, focus, cell.source_words, way]


def _in_short(row: PersonRow, cell: Cell) -> str:
    if not row.has_levels:
        return _withheld(row)
    if not cell.is_asked or cell.level is None:
        return NOT_ASSESSED if cell.is_asked else NOT_IN_ROLE
    return f"{cell.level} of {cell.required}" if cell.required else str(cell.level)


def _withheld(row: PersonRow) -> str:
    return f"Not shown: {row.waits_for or NOTHING}"


def _role(row: PersonRow) -> str:
    return row.employee.job_role.name if row.employee.job_role else row.employee.title


# --- levels of many ---------------------------------------------------------------------------------------------------


def level_lines(page: LevelsPage) -> Table:
    """One line for each unit and competency of the page; of units below the page shows the percent alone."""
    header = [
        "Unit",
        "Competency",
        "Serves",
        "At the needed level %",
        "People",
        "Levels missing, mean",
        "Held back by context %",
    ]
    rows: list[list[object]] = [[page.unit.name, *_words(row)] for row in page.rows]
    for unit in page.below:
        for cell in unit.cells:
            rest = [cell.hidden] * 4 if cell.hidden else [cell.percent, *[ON_ITS_PAGE] * 3]
            rows.append([unit.unit.name, cell.version.name, _serves(cell), *rest])
    return "Levels", header, rows


def level_tables(page: LevelsPage) -> list[Table]:
    """Units by competencies as on the page, and the lines behind it."""
    header = ["Unit", *(version.name for version in page.versions)]
    rows: list[list[object]] = [
        [unit.unit.name, *(cell.hidden or f"{cell.percent}%" for cell in unit.cells)] for unit in page.heat
    ]
    return [level_lines(page), ("Units", header, rows)]


def _words(row: LevelRow) -> list[object]:
    start: list[object] = [row.version.name, _serves(row)]
    if row.hidden:
        return [*start, *([row.hidden] * 4)]
    context = FEW_GAPS if row.context_percent is None else row.context_percent
    mean = None if row.mean_missing is None else f"{row.mean_missing:.1f}"
    return [*start, row.percent, row.people, mean, context]


def _serves(row: LevelRow) -> str:
    return ", ".join(construct.title for construct in row.version.served)
