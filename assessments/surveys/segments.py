"""One question of a customer survey that results are shown by, such as how somebody buys. Pure.

The answer is an attribute of the ballot, sealed with it; nobody has to give one. Whoever leaves it open counts with those
who prefer not to say. Because anybody may come by an open address as often as they like, and choose a rare answer each time,
a group is shown only where enough of it were written to by us (docs/decisions/035-groups-of-customers.md).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import DomainError

FEWEST_CHOICES, MOST_CHOICES, CHOICE_LENGTH = 2, 8, 60
NOT_SAID = "Prefer not to say"
SOURCE_BYTES = 8
NO_SOURCE = bytes(SOURCE_BYTES)  # of a ballot that came another way than by a mail of ours

Ints = npt.NDArray[np.int64]
Sources = npt.NDArray[np.uint64]


class BadChoices(DomainError):
    """The question cannot be asked like this; the sentence says what to change."""


def read(lines: str) -> list[str]:
    """Choices as HR types them, one a line."""
    return [" ".join(line.split()) for line in lines.splitlines() if line.strip()]


def check(question: str, choices: Sequence[str]) -> None:
    """Raises BadChoices."""
    if not question and not choices:
        return
    if not question:
        raise BadChoices("Write the question to these choices, or take them away.")
    if not FEWEST_CHOICES <= len(choices) <= MOST_CHOICES:
        raise BadChoices(
            f"Give {FEWEST_CHOICES} to {MOST_CHOICES} choices, one a line. “{NOT_SAID}” is added by itself."
        )
    if too_long := [choice for choice in choices if len(choice) > CHOICE_LENGTH]:
        raise BadChoices(f"“{too_long[0]}” is too long: a choice holds {CHOICE_LENGTH} characters.")
    names = Counter(choice.casefold() for choice in [*choices, NOT_SAID])
    if twice := [choice for choice in choices if names[choice.casefold()] > 1]:
        raise BadChoices(f"“{twice[0]}” stands there twice. “{NOT_SAID}” is added by itself.")


def values(choices: Iterable[str]) -> list[str]:
    """What a launch freezes: the choices, and what nobody is asked to explain."""
    return [*choices, NOT_SAID]


def source_bytes(source: str) -> bytes:
    """What a ballot carries of the keyed hash of a customer's organisation (`seats.source`)."""
    return bytes.fromhex(source)[:SOURCE_BYTES] if source else NO_SOURCE


@dataclass(frozen=True)
class Vouched:
    """Where the people of some ballots are from whom we wrote to; 0 for whoever came another way."""

    sources: Sources
    fewest: int  # different customer organisations in a group

    @classmethod
    def of(cls, sources: Iterable[bytes], fewest: int) -> "Vouched":
        return cls(np.frombuffer(b"".join(sources), np.dtype(">u8")).astype(np.uint64), fewest)

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Vouched":
        return Vouched(self.sources[chosen], self.fewest)

    def are_enough(self, groups: Ints, people: int) -> bool:
        """Whether each group holds so many people whom we wrote to, of enough organisations."""
        return all(self._is_enough(self.sources[groups == group], people) for group in np.unique(groups))

    def _is_enough(self, sources: Sources, people: int) -> bool:
        known = sources[sources > 0]
        return len(known) >= people and len(np.unique(known)) >= self.fewest

    def others_are_enough(self, without: "Vouched", people: int) -> bool:
        """The same of those who are left when some of them are read by name; or there is nobody else."""
        others = Counter(self.sources.tolist()) - Counter(without.sources.tolist())
        others.pop(0, None)
        return len(self.sources) == len(without.sources) or (
            sum(others.values()) >= people and len(others) >= self.fewest
        )
