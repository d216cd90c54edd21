"""What several home pages show."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Row:
    """One row of an attention list: what to do next, why, and the button that does it ("" leaves it out)."""

    tone: str
    icon: str
    what: str
    why: str
    button: str = ""
    url: str = ""
    minutes: int = 0
    due_on: date | None = None


@dataclass(frozen=True)
class Tile:
    """A count with its denominator and a second line."""

    label: str
    value: str
    of: str
    sub: str
    url: str = ""
