"""Whole columns in and out of PostgreSQL as numpy arrays, by binary COPY.

All columns are NOT NULL and of fixed width, so every row of the stream has the same length and numpy can view it without
parsing. Dates travel as days since 2000-01-01, timestamps as microseconds since then.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]
_EPOCH_DAY = date(2000, 1, 1)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_HEAD = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
_TRAILER = b"\xff\xff"
_SLICE = 4096  # rows that stay in the processor's cache while one column after the other is taken from them
_TYPES = {1: "i1", 2: ">i2", 4: ">i4", 8: ">i8"}


@dataclass(frozen=True)
class Column:
    """Name, SQL expression and width in bytes (1 is a boolean; 2, 4, 8 are whole numbers; 4 also a date)."""

    name: str
    sql: str
    width: int


def days(day: date) -> int:
    return (day - _EPOCH_DAY).days


def microseconds(moment: datetime) -> int:
    gone = moment - _EPOCH
    return (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds


def read(columns: Sequence[Column], source: str, params: Mapping[str, Any] | None = None) -> dict[str, Ints]:
    """COPY the columns from `source` (FROM clause and what follows); parameters as %(name)s."""
    with connection.cursor() as cursor:
        listed = ", ".join(column.sql for column in columns)
        query = cursor.mogrify(f"SELECT {listed} FROM {source}", params or {}).decode()
        buffer = io.BytesIO()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", buffer)
    layout: list[tuple[str, str]] = [("_fields", ">i2")]
    for column in columns:
        layout += [(f"_{column.name}", ">i4"), (column.name, _TYPES[column.width])]
    kind = np.dtype(layout)
    view = buffer.getbuffer()
    rows, rest = divmod(len(view) - len(_HEAD) - len(_TRAILER), kind.itemsize)
    if rest:
        raise ValueError("A column is NULL or of another width than declared.")
    table = np.frombuffer(view, kind, rows, len(_HEAD))
    found = {column.name: np.empty(rows, _TYPES[column.width].lstrip(">")) for column in columns}
    for first in range(0, rows, _SLICE):
        part = slice(first, first + _SLICE)
        for name, values in found.items():
            values[part] = table[name][part]
    return found


def packed(columns: Sequence[tuple[Ints, int]]) -> io.BytesIO:
    """Arrays of equal length with their widths, as a stream for COPY FROM STDIN (FORMAT binary).

    A table of several numbers to a row goes into one bytea column, little-endian, its width that of the whole row.
    """
    layout: list[tuple[str, str]] = [("_fields", ">i2")]
    for place, (_, width) in enumerate(columns):
        layout += [(f"_{place}", ">i4"), (f"c{place}", _TYPES.get(width, f"V{width}"))]
    table = np.empty(len(columns[0][0]), np.dtype(layout))
    table["_fields"] = len(columns)
    for place, (values, width) in enumerate(columns):
        table[f"_{place}"] = width
        table[f"c{place}"] = values if values.ndim == 1 else np.ascontiguousarray(values).view(f"V{width}").ravel()
    return io.BytesIO(_HEAD + table.tobytes() + _TRAILER)


def write(table: str, columns: Mapping[str, tuple[Ints, int]]) -> None:
    """COPY arrays into the named columns of `table`."""
    with connection.cursor() as cursor:
        names = ", ".join(columns)
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", packed(list(columns.values())))
