"""The texts of a language as a table for a translator: out as CSV or XLSX, and in again with every row checked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assessments.surveys import languages
from assessments.surveys.instrument_files import MOST_BYTES, MOST_ITEMS, FileRefused, RowError
from assessments.surveys.languages import ITEM_WORDS, Line
from core import tables

COLUMNS = ("key", "where", "original", "translation", "remark")
NEEDED = ("key", "original", "translation")
LIMITS = tables.Limits(
    file_bytes=MOST_BYTES, rows=MOST_ITEMS * len(ITEM_WORDS), columns=20, cell_characters=languages.AROUND_LENGTH + 200
)
_NEW_LOOK = "The original has been corrected: look at this translation again. It was made from: "


@dataclass(frozen=True)
class Change:
    """One translation that a file brings or changes."""

    key: str
    label: str
    original: str
    old: str
    new: str


@dataclass(frozen=True)
class Plan:
    """What taking a file in would do. With errors nothing is taken; an empty translation leaves what is there."""

    errors: tuple[RowError, ...]
    changes: tuple[Change, ...]

    @property
    def given(self) -> dict[str, str]:
        return {change.key: change.new for change in self.changes}


def to_csv(lines: Iterable[Line]) -> bytes:
    return tables.to_csv(COLUMNS, _rows(lines))


def to_xlsx(lines: Iterable[Line]) -> bytes:
    return tables.to_xlsx([("Texts", COLUMNS, _rows(lines))])


def _rows(lines: Iterable[Line]) -> list[Sequence[str]]:
    return [
        (
            line.text.key,
            line.text.label,
            line.text.words,
            line.translation,
            f"{_NEW_LOOK}{line.made_from}" if line.is_stale else "",
        )
        for line in lines
    ]


def read(file_name: str, content: bytes, lines: Iterable[Line]) -> Plan:
    """What a file would change of these lines. Raises FileRefused, TableRefused for what is no such file."""
    rows = tables.read(file_name, content, LIMITS)
    header = [name.strip().lower() for name in rows[0]] if rows else []
    if missing := [name for name in NEEDED if name not in header]:
        raise FileRefused(
            f"The first line should name the columns; missing: {', '.join(missing)}. Start from an export."
        )
    known = {line.text.key: line for line in lines}
    errors: list[RowError] = []
    changes: dict[str, Change] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: row[place].strip() if place < len(row) else "" for place, name in enumerate(header)}
        if not any(cells.values()):
            continue
        line = known.get(cells["key"])
        problem = _problem(cells, line, changes)
        if problem or line is None:
            errors.append(RowError(f"Line {number}", problem))
        elif cells["translation"] and cells["translation"] != line.translation:
            changes[line.text.key] = Change(
                line.text.key, line.text.label, line.text.words, line.translation, cells["translation"]
            )
    return Plan(tuple(errors), tuple(changes.values()))


def _problem(cells: Mapping[str, str], line: Line | None, taken: Mapping[str, Change]) -> str:
    """Why a row cannot be taken; "" where it can."""
    key = cells["key"]
    if line is None:
        return f"This version has no text “{key[:80]}”. Leave the column key as it was exported."
    if key in taken:
        return f"{key} stands in the file twice."
    if _plain(cells["original"]) != _plain(line.text.words):
        return f"{line.text.label}: the original has changed since the file was made. It says now: {line.text.words}"
    said = cells["translation"]
    problem = languages.problem(line.text, said) if said else ""
    return f"{line.text.label}: {problem}" if problem else ""


def _plain(words: str) -> str:
    return " ".join(words.split())
