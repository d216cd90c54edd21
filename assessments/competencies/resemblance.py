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
    names, definitions = trigrams(name), trigrams(definition)
    found = []
    for entry in entries:
        by_name = _share(names, trigrams(entry.name))
        by_definition = _share(definitions, trigrams(entry.definition))
        parts = (["name"] if by_name >= NAME_ALIKE else []) + (["meaning"] if by_definition >= DEFINITION_ALIKE else [])
        if parts:
            found.append(Alike(entry, tuple(parts), max(by_name, by_definition)))
    return sorted(found, key=lambda one: (-one.share, one.entry.key))[:limit]


def trigrams(text: str) -> frozenset[str]:
    """Runs of three letters of each word, with two blanks before and one behind it."""
    padded = (f"  {word} " for word in _WORD.findall(text.lower()))
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
