"""How alike two texts are, by shared runs of three letters, as pg_trgm counts them. No Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

NAME_ALIKE = 0.5  # share of common trigrams from which two names are worth a look
DEFINITION_ALIKE = 0.45
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Entry:
    """A competency to compare with, as people know it."""

    key: str
    name: str
    definition: str


@dataclass(frozen=True)
class Alike:
    """An entry that resembles a text, and in what: "name", "meaning" or both."""

    entry: Entry
    parts: tuple[str, ...]
    share: float

    @property
    def words(self) -> str:
        return " and ".join(self.parts)


def resembling(name: str, definition: str, entries: Iterable[Entry], *, limit: int = 3) -> list[Alike]:
    """The entries whose name or definition resembles these, most alike first."""
    return Index(entries).resembling(name, definition, limit=limit)


class Index:
    """Entries with their trigrams, to compare many texts with the same entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = [(entry, trigrams(entry.name), trigrams(entry.definition)) for entry in entries]

    def resembling(self, name: str, definition: str, *, but_not: str = "", limit: int = 3) -> list[Alike]:
        names, definitions = trigrams(name), trigrams(definition)
        found = []
        for entry, of_name, of_definition in self._entries:
            by_name = _share(names, of_name, NAME_ALIKE)
            by_definition = _share(definitions, of_definition, DEFINITION_ALIKE)
            parts = (("name",) if by_name else ()) + (("meaning",) if by_definition else ())
            if parts and entry.key != but_not:
                found.append(Alike(entry, parts, max(by_name, by_definition)))
        return sorted(found, key=lambda one: (-one.share, one.entry.key))[:limit]


def trigrams(text: str) -> frozenset[str]:
    """Runs of three letters of each word, with two blanks before and one behind it."""
    padded = (f"  {word} " for word in _WORD.findall(text.lower()))
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def _share(one: frozenset[str], other: frozenset[str], least: float) -> float:
    """Common trigrams of all; 0 when below `least`, which sets of very different sizes are without counting."""
    if not one or not other or min(len(one), len(other)) < least * max(len(one), len(other)):
        return 0.0
    common = len(one & other)
    share = common / (len(one) + len(other) - common)
    return share if share >= least else 0.0
