"""Who measures with the library. Apps above count how often a competency is used by them; nothing here knows them.

    uses.register("review cycle", "review cycles", queries.cycles_by_competency)

in AppConfig.ready(). The function answers competency id -> how often, for all competencies at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Counter = Callable[[], Mapping[int, int]]


@dataclass(frozen=True)
class Use:
    """How often, and of what: "2 review cycles"."""

    count: int
    words: str

    def __str__(self) -> str:
        return f"{self.count} {self.words}"


_counters: dict[tuple[str, str], Counter] = {}


def register(singular: str, plural: str, counter: Counter) -> None:
    _counters[singular, plural] = counter


def by_competency() -> dict[int, list[Use]]:
    """Every use outside the library by competency id; one query for each app that registered."""
    found: dict[int, list[Use]] = defaultdict(list)
    for (singular, plural), counter in _counters.items():
        for competency, count in counter().items():
            found[competency].append(Use(count, singular if count == 1 else plural))
    return found
