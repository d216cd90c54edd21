"""A file of customers to be written to: its columns, and what the check says row by row. It writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core import tables
from core.errors import DomainError

MOST_ROWS = 5000
LIMITS = tables.Limits(file_bytes=2 * 1024 * 1024, rows=MOST_ROWS, columns=20, cell_characters=300)


class FileRefused(DomainError):
    """The file as a whole cannot be checked; the message says what to mend."""


@dataclass(frozen=True)
class Column:
    name: str
    help: str
    example: str
    length: int
    is_required: bool = False


COLUMNS = (
    Column("name", "First and last name, for the greeting.", "Ines Ford", 120),
    Column("organisation", "The customer they belong to. Counted, and erased at the close.", "Hill Farm", 120, True),
    Column("email", "Where the link is sent. One mail for each address.", "ines.ford@hillfarm.example", 254, True),
)


@dataclass(frozen=True)
class Row:
    """One row: what it says, and what keeps it from being taken. `number` counts the heading as row 1."""

    number: int
    name: str
    organisation: str
    email: str
    is_known: bool = False
    problems: tuple[tuple[str, str], ...] = ()  # column and sentence

    @property
    def label(self) -> str:
        return self.name or self.email or "no name"


def read(file_name: str, content: bytes, known: Collection[str]) -> list[Row]:
    """The checked rows of a CSV or XLSX file; `known` are the addresses that are there. Raises TableRefused, FileRefused."""
    lines = tables.read(file_name, content, LIMITS)
    heading = [cell.casefold().replace("-", "") for cell in lines[0]] if lines else []
    missing = [column.name for column in COLUMNS if column.is_required and column.name not in heading]
    if missing:
        raise FileRefused(f"The first row must name the columns; {' and '.join(missing)} cannot be found.")
    places = {column.name: heading.index(column.name) for column in COLUMNS if column.name in heading}
    found = [
        (number, {name: cells[place] if place < len(cells) else "" for name, place in places.items()})
        for number, cells in enumerate(lines[1:], start=2)
        if any(cells)
    ]
    if not found:
        raise FileRefused("The file has no row below the heading.")
    return check(found, known)


def check(rows: Sequence[tuple[int, dict[str, str]]], known: Collection[str]) -> list[Row]:
    """Say of each row whether it can be taken, and why not."""
    seen: dict[str, int] = {}
    checked = []
    for number, cells in rows:
        said = {column.name: " ".join(cells.get(column.name, "").split()) for column in COLUMNS}
        email = said["email"] = said["email"].lower()
        problems = [*_of_cells(said)]
        if email in seen:
            problems.append(("email", f"Row {seen[email]} has this address too. One mail goes to each address."))
        elif email:
            seen[email] = number
        checked.append(Row(number, **said, is_known=email in known, problems=tuple(problems)))
    return checked


def _of_cells(said: dict[str, str]) -> list[tuple[str, str]]:
    problems = []
    for column in COLUMNS:
        text = said[column.name]
        if column.is_required and not text:
            problems.append((column.name, "This is needed."))
        elif len(text) > column.length:
            problems.append((column.name, f"At most {column.length} characters."))
    if said["email"]:
        try:
            validate_email(said["email"])
        except ValidationError:
            problems.append(("email", "This is no e-mail address."))
    return problems


def template() -> bytes:
    return tables.to_csv([column.name for column in COLUMNS], [[column.example for column in COLUMNS]])
