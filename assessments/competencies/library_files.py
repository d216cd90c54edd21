"""How a competency looks as a row of a file, and back: columns, cells, and the JSON form. No database.

A cell that holds several sentences has one a line. An activity is one line of five parts: kind; title; hours; levels; text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.competencies.wording import Activity, Wording
from core import tables
from core.tables import TableRefused

SCHEMA = "competency-library/1"
TOP = 6
ROWS, CELL_CHARACTERS = 2000, 6000
NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")  # what JSON can escape and no database keeps as text
Cells = dict[str, str]


@dataclass(frozen=True)
class Column:
    name: str
    help: str
    example: str
    is_required: bool = False


_LEVELS = [
    Column(f"level_{level}", f"What level {level} looks like, one sentence a line.", "Lets the customer finish first.")
    for level in range(1, TOP + 1)
]
_CONTRARY = [
    Column(f"not_level_{level}", f"What does not look like level {level}, one sentence a line.", "Guesses.")
    for level in range(1, TOP + 1)
]
COLUMNS = (
    Column("key", "Stays the same for ever. Empty: found by name, or made from it.", "listening"),
    Column("name", "What people call it.", "Listening for needs", True),
    Column("cluster", "Key or name of a cluster; the second sheet lists them.", "understand", True),
    Column("definition", "One sentence of at most 25 words.", "Draws out what a customer needs.", True),
    Column("constructs", "The Cs that it serves, by key; the third sheet lists them.", "communication, competency"),
    *_LEVELS,
    *_CONTRARY,
    Column("job_description_sentence", "One sentence for job descriptions.", "Listens to customers with care."),
    Column("interview_questions", "One question a line.", "Tell me about a time you misheard a customer."),
    Column(
        "learning",
        "One activity a line: kind; title; hours; levels; what one does.",
        "coaching; Two observed talks; 2; 3, 4; A coach watches two talks.",
    ),
)
NAMES = [column.name for column in COLUMNS]


def rows_of(table: Sequence[Sequence[str]]) -> list[tuple[int, Cells]]:
    """Row number in the file and cells by column name; empty rows are skipped. Raises TableRefused."""
    names = tables.heading(table, NAMES)
    if "key" not in names and "name" not in names:
        raise TableRefused("There is neither a column “key” nor “name”. One of them says which competency a row is.")
    return tables.rows_under(names, table)


def parsed(content: bytes) -> dict[str, Any]:
    """A JSON file that has the form of an export from the outside. Raises TableRefused."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        line = f" Line {error.lineno}: {error.msg}." if isinstance(error, json.JSONDecodeError) else ""
        raise TableRefused(f"This is not a JSON file in UTF-8.{line}") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or not isinstance(data.get("competencies"), list):
        raise TableRefused(f"The file needs “schema”: “{SCHEMA}” and a list of “competencies”. Export one to see how.")
    return data


def rows_of_json(data: dict[str, Any]) -> list[tuple[int, Cells]]:
    """Place in the list and cells by column name. Raises TableRefused."""
    rows = data["competencies"]
    if not rows or len(rows) > ROWS:
        raise TableRefused(f"A file holds 1 to {ROWS:,} competencies; this one holds {len(rows):,}.")
    return [(place, _cells_of_json(place, row)) for place, row in enumerate(rows, start=1)]


def _cells_of_json(place: int, row: Any) -> Cells:
    try:
        cells = _cells(row)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise TableRefused(
            f"Competency {place} is not in the form of an export: look at its levels, questions and learning."
        ) from None
    if unkept := [name for name, cell in cells.items() if NO_TEXT.search(cell)]:
        raise TableRefused(
            f"Competency {place} has a character in “{unkept[0]}” that stands for no letter: \\u0000 or one of \\ud800 "
            "to \\udfff alone. Take it out."
        )
    return cells


def _cells(row: Any) -> Cells:
    cells = {}
    for name in ("key", "name", "cluster", "definition", "job_description_sentence"):
        if name in row:
            cells[name] = str(row[name] or "").strip()
    if "seven_c" in row:
        cells["constructs"] = ", ".join(row["seven_c"])
    for field, column in (("levels", "level_"), ("levels_not", "not_level_")):
        for level, lines in row.get(field, {}).items():
            cells[f"{column}{int(level)}"] = "\n".join(lines)
    if "interview_questions" in row:
        cells["interview_questions"] = "\n".join(row["interview_questions"])
    if "learning" in row:
        cells["learning"] = "\n".join(_activity_line(Activity.of(one)) for one in row["learning"])
    if unknown := [name for name in cells if name not in NAMES]:
        raise ValueError(unknown)
    return cells


# --- writing ----------------------------------------------------------------------------------------------------------


def cells_of(key: str, wording: Wording) -> list[str]:
    """One row of the export, in the order of the columns."""
    cells = {
        "key": key,
        "name": wording.name,
        "cluster": wording.cluster,
        "definition": wording.definition,
        "constructs": ", ".join(wording.constructs),
        "job_description_sentence": wording.job_description_sentence,
        "interview_questions": "\n".join(wording.interview_questions),
        "learning": "\n".join(_activity_line(one) for one in wording.learning),
    }
    for level in range(1, TOP + 1):
        cells[f"level_{level}"] = "\n".join(wording.indicators.get(level, ()))
        cells[f"not_level_{level}"] = "\n".join(wording.contrary.get(level, ()))
    return [cells[name] for name in NAMES]


def json_of(key: str, wording: Wording) -> dict[str, Any]:
    return {
        "key": key,
        "cluster": wording.cluster,
        "name": wording.name,
        "definition": wording.definition,
        "seven_c": list(wording.constructs),
        "levels": {str(level): list(lines) for level, lines in sorted(wording.indicators.items())},
        "levels_not": {str(level): list(lines) for level, lines in sorted(wording.contrary.items())},
        "interview_questions": list(wording.interview_questions),
        "job_description_sentence": wording.job_description_sentence,
        "learning": [one.stored for one in wording.learning],
    }


def _activity_line(activity: Activity) -> str:
    levels = ", ".join(str(level) for level in activity.for_levels)
    parts = (activity.kind, activity.title.replace(";", ","), f"{activity.hours:g}", levels, activity.text)
    return "; ".join(parts)


def level_of(column: str) -> int:
    """The level that a column is about, 0 for the others."""
    return int(column[-1]) if column.startswith(("level_", "not_level_")) else 0


def lines(cell: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in cell.splitlines() if line.strip())


def parts_of(cell: str) -> Mapping[str, None]:
    """Words of a cell that lists keys, each once and in their order."""
    return dict.fromkeys(word.strip() for word in re.split(r"[,;\n]", cell) if word.strip())
