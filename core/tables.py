"""Tables that come and go as files: CSV and XLSX.

Reading looks at size, members, rows, columns and cells before and while it parses, so that a small file cannot unpack into
a large one (threats.md, T18), and refuses document types in XML (T19). Writing keeps a spreadsheet from taking a text for
a formula (T53). Cells are text in both directions.
"""

import csv
import difflib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from core.errors import DomainError

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
_ENCODING_HELP = "In a spreadsheet program choose “CSV UTF-8” when saving, or upload the XLSX file itself."


class TableRefused(DomainError):
    """The file cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """What a file may hold. Sizes in bytes, cells in characters."""

    file_bytes: int = 8 * 1024 * 1024
    unpacked_bytes: int = 80 * 1024 * 1024
    members: int = 200
    rows: int = 20_000
    columns: int = 40
    cell_characters: int = 500


def read(file_name: str, content: bytes, limits: Limits | None = None) -> list[list[str]]:
    """The rows of a CSV file or of the first sheet of an XLSX file, as stripped text without empty cells at the end.

    Raises TableRefused.
    """
    limits = limits or Limits()
    if len(content) > limits.file_bytes:
        raise TableRefused(f"The file is larger than {limits.file_bytes // 1024 // 1024} MB. Split it into several.")
    if content[:4] == b"PK\x03\x04":
        rows = _read_xlsx(content, limits)
    elif file_name.lower().endswith((".xlsx", ".xls", ".xlsm", ".ods")):
        raise TableRefused("This is not an XLSX file. Save it as XLSX or as CSV UTF-8 and upload it again.")
    else:
        rows = _read_csv(content, limits)
    kept = list(_checked(rows, limits))
    while kept and not any(kept[-1]):
        kept.pop()
    return kept


def heading(table: Sequence[Sequence[str]], columns: Collection[str]) -> list[str]:
    """The columns that the first row names; "Job role key" means job_role_key.

    Raises TableRefused when there is none, or one that is not among `columns`.
    """
    if not table:
        raise TableRefused("The file is empty. Start from the template.")
    names = [re.sub(r"[\s\-]+", "_", name.strip().lower()) for name in table[0]]
    named = [name for name in names if name]
    if unknown := [name for name in named if name not in columns]:
        close = difflib.get_close_matches(unknown[0], columns, n=1, cutoff=0.5)
        hint = f"Did you mean “{close[0]}”? " if close else ""
        known = f"The columns are: {', '.join(columns)}."
        raise TableRefused(f"The first row names a column “{unknown[0]}”, which we do not know. {hint}{known}")
    if twice := [name for name, times in Counter(named).items() if times > 1]:
        raise TableRefused(f"The column “{twice[0]}” is there twice. Keep one.")
    return names


def rows_under(names: Sequence[str], table: Sequence[Sequence[str]]) -> list[tuple[int, dict[str, str]]]:
    """Number of each row in the file, and its cells by column; empty rows and columns without a name are left out.

    Raises TableRefused when there is no row.
    """
    rows = [
        (number, {name: row[place] if place < len(row) else "" for place, name in enumerate(names) if name})
        for number, row in enumerate(table[1:], start=2)
        if any(row)
    ]
    if not rows:
        raise TableRefused("The file has a heading and no rows.")
    return rows


def _checked(rows: Iterable[Sequence[str]], limits: Limits) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        if number > limits.rows + 1:
            raise TableRefused(f"The file has more than {limits.rows:,} rows. Split it into several.")
        if len(row) > limits.columns and any(row[limits.columns :]):
            raise TableRefused(f"Row {number} has more than {limits.columns} columns. Start from the template.")
        cells = [_unguarded(cell.strip()) for cell in row[: limits.columns]]
        while cells and not cells[-1]:
            cells.pop()
        if too_long := next((cell for cell in cells if len(cell) > limits.cell_characters), None):
            raise TableRefused(
                f"Row {number} has a cell of {len(too_long):,} characters; at most {limits.cell_characters} are read."
            )
        yield cells


def _read_csv(content: bytes, limits: Limits) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise TableRefused("This is neither a CSV nor an XLSX file. Start from the template.")
    first_line = text.partition("\n")[0]
    delimiter = max((";", ",", "\t"), key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise TableRefused(
            f"Line {reader.line_num} is not proper CSV: a quotation mark is left open or stands in the middle of a cell."
        ) from None


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TableRefused(f"Line {line} holds a character that is not UTF-8. {_ENCODING_HELP}") from None


def _read_xlsx(content: bytes, limits: Limits) -> Iterator[list[str]]:
    _refuse_bombs(content, limits)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=limits.rows + 2, max_col=limits.columns + 1, values_only=True):
            yield [_text(value) for value in row]
    except DefusedXmlException:
        raise TableRefused("The file holds XML that no spreadsheet program writes. Start from the template.") from None
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        EOFError,
    ):
        raise TableRefused("The XLSX file is damaged. Open it, save it again as XLSX, and upload that.") from None


def _refuse_bombs(content: bytes, limits: Limits) -> None:
    """Look at the directory of the archive only. Its sizes bind: a member is never unpacked beyond what they say."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > limits.members:
                raise TableRefused("The XLSX file has too many parts. Copy the rows into the template.")
            if sum(member.file_size for member in members) > limits.unpacked_bytes:
                raise TableRefused("The XLSX file unpacks to more than we read. Copy the rows into the template.")
            if any(member.flag_bits & 1 for member in members):
                raise TableRefused("The XLSX file is protected by a password. Save it without one.")
            for member in members:
                with archive.open(member) as part:
                    if _holds_doctype(part):
                        raise TableRefused(
                            "The file holds XML that no spreadsheet program writes. Start from the template."
                        )
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError):
        raise TableRefused("The XLSX file is damaged. Open it, save it again as XLSX, and upload that.") from None


def _holds_doctype(part: IO[bytes]) -> bool:
    """Whether the words stand anywhere in the part; other encodings than UTF-8 are left to defusedxml."""
    tail = b""
    while chunk := part.read(1024 * 1024):
        if b"<!DOCTYPE" in tail + chunk:
            return True
        tail = chunk[-8:]
    return False


def _text(value: Any) -> str:
    """A cell as people would type it: dates as 2026-07-01, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


# --- writing ----------------------------------------------------------------------------------------------------------


def guarded(value: object) -> str:
    """A text that no spreadsheet program takes for a formula: an apostrophe before what would begin one."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def _unguarded(text: str) -> str:
    """The text again, so that a file of ours can be uploaded as it is."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" ").startswith(_FORMULA_STARTS) else text


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with the mark by which spreadsheet programs know it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([guarded(name) for name in header])
    writer.writerows([guarded(value) for value in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def to_xlsx(sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[object]]]]) -> bytes:
    """Sheets of (name, header, rows). Every cell is a text cell, which is never evaluated."""
    book = Workbook(write_only=True)
    for name, header, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for letter, heading in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", header, strict=False):
            sheet.column_dimensions[letter].width = max(14, len(heading) + 4)
        for row in ([*header], *rows):
            sheet.append([_text_cell(sheet, value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _text_cell(sheet: Worksheet, value: object) -> Cell:
    cell = WriteOnlyCell(sheet, value="")
    cell.value = "" if value is None else str(value)
    cell.data_type = "s"
    return cell
