"""The few marks a document is written in, and the parts they stand for. No Django.

# Heading     ## Smaller     ### Smallest
- a point     1. a numbered point
| a | row of a table |     (the first row is the heading)
Anything else is a paragraph; an empty line ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

_NUMBERED = re.compile(r"\d{1,3}\. +")


@dataclass(frozen=True)
class Part:
    """One part of a document: "heading" (with its size, 1 to 3), "paragraph", "points", "numbered" or "table"."""

    kind: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    size: int = 0

    @property
    def text(self) -> str:
        return " ".join(self.lines)


def parts(text: str) -> list[Part]:
    """Lines of the same kind that follow one another make one part."""
    found: list[Part] = []
    for kind, group in groupby(text.splitlines(), key=_kind):
        found += _parts(kind, [line.strip() for line in group])
    return found


def _kind(line: str) -> str:
    line = line.strip()
    if not line:
        return "empty"
    if re.match(r"#{1,3} ", line):
        return "heading"
    if line.startswith("- "):
        return "points"
    if _NUMBERED.match(line):
        return "numbered"
    return "table" if line.startswith("|") else "paragraph"


def _parts(kind: str, lines: list[str]) -> Iterator[Part]:
    if kind == "heading":
        for line in lines:
            marks, _, words = line.partition(" ")
            yield Part("heading", (words.strip(),), size=len(marks))
    elif kind == "points":
        yield Part(kind, tuple(line[2:].strip() for line in lines))
    elif kind == "numbered":
        yield Part(kind, tuple(_NUMBERED.sub("", line, count=1) for line in lines))
    elif kind == "table":
        rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
        width = max(len(row) for row in rows)
        yield Part(kind, rows=tuple(row + ("",) * (width - len(row)) for row in rows))
    elif kind == "paragraph":
        yield Part(kind, tuple(lines))


# --- writing ----------------------------------------------------------------------------------------------------------


def heading(words: str, size: int = 1) -> str:
    return f"{'#' * size} {words}\n"


def points(lines: Iterable[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)


def numbered(lines: Iterable[str]) -> str:
    return "".join(f"{number}. {line}\n" for number, line in enumerate(lines, start=1))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in (header, *rows))
