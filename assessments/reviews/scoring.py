"""Levels, gaps and fit of one person: plain arithmetic, no Django. Source: docs/method.md, section 12.

A level is 0 to 6; 0 means "not shown yet" and counts. None is "not assessed" and is left out. `required` is None or 0
when the competency is not part of the role.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

FOCUS_WEIGHT, OTHER_WEIGHT = 2, 1
ENOUGH_ASSESSED = Decimal("0.70")  # share of the role's weight that must be assessed before fit is shown
WIDE_DIFFERENCE = 2  # levels between own and manager's view that are worth talking about
JUMP = 2  # levels of change against the last agreed level that call for an example
HIGH_LEVEL = 4  # levels from here call for an example
MOVED_UP_AFTER = timedelta(days=90)
SUGGESTIONS = 3


class Source(StrEnum):
    """Whose level counts, in words for the page."""

    AGREED = "agreed"
    MANAGER = "manager's view"
    OWN = "own view"


@dataclass(frozen=True)
class Line:
    """One competency of one person: the level that counts against what the role needs."""

    level: int | None
    required: int | None
    is_focus: bool = False

    @property
    def counts(self) -> bool:
        """Whether the competency is part of the role."""
        return bool(self.required)

    @property
    def weight(self) -> int:
        return FOCUS_WEIGHT if self.is_focus else OTHER_WEIGHT

    @property
    def gap(self) -> int | None:
        """Level minus required, negative below; None when not assessed or not part of the role."""
        if not self.required or self.level is None:
            return None
        return self.level - self.required

    @property
    def shortfall(self) -> int:
        """Levels below what the role needs, never negative; 0 when there is nothing to compare."""
        return max(0, -(self.gap or 0))


def counting_level(agreed: int | None, manager: int | None, own: int | None) -> tuple[int | None, Source | None]:
    """The level that counts and whose it is: agreed, else the manager's, else one's own. Pass shared views only."""
    for level, source in ((agreed, Source.AGREED), (manager, Source.MANAGER), (own, Source.OWN)):
        if level is not None:
            return level, source
    return None, None


def assessed_share(lines: Iterable[Line]) -> Decimal | None:
    """Share of the role's weight that has a level; None when nothing is part of the role."""
    counted = [line for line in lines if line.counts]
    total = sum(line.weight for line in counted)
    return Decimal(sum(line.weight for line in counted if line.level is not None)) / total if total else None


def fit_share(lines: Iterable[Line]) -> Decimal | None:
    """How much of what the role needs the levels cover, 0 to 1; None below 70 % assessed weight.

    A surplus in one competency never offsets a shortfall in another.
    """
    lines = list(lines)
    assessed = assessed_share(lines)
    if assessed is None or assessed < ENOUGH_ASSESSED:
        return None
    counted = [(line.weight, line.level, line.required) for line in lines if line.required and line.level is not None]
    needed = sum(weight * required for weight, _, required in counted)
    return Decimal(sum(weight * min(level, required) for weight, level, required in counted)) / needed


def suggested_focus(lines: Sequence[Line]) -> int | None:
    """Place of the line with the largest weighted shortfall, the first of equals; None when nothing falls short."""
    shortfalls = [line.weight * line.shortfall for line in lines]
    largest = max(shortfalls, default=0)
    return shortfalls.index(largest) if largest else None


def is_worth_talking_about(own: int | None, manager: int | None) -> bool:
    """Two levels or more apart, either way. It opens a talk; it is not called bias."""
    return own is not None and manager is not None and abs(own - manager) >= WIDE_DIFFERENCE


def needs_example(level: int | None, previous: int | None) -> bool:
    """Whether a rating calls for an example: level 4 and up, or a change of two levels since the last agreed one."""
    if level is None:
        return False
    return level >= HIGH_LEVEL or (previous is not None and abs(level - previous) >= JUMP)


def asks_context(level: int | None, required: int | None) -> bool:
    """Whether to ask "person or context?": every rating below what the role needs."""
    return Line(level, required).shortfall > 0


def has_moved_up(level: int, agreed_on: date, earlier: Sequence[tuple[int, date]]) -> bool:
    """An agreed level at least one above the last one agreed 90 days or more before. `earlier`: levels, oldest first."""
    old = [past for past, past_on in earlier if agreed_on - past_on >= MOVED_UP_AFTER]
    return bool(old) and level > old[-1]


def share_at_level(lines: Iterable[Line]) -> Decimal | None:
    """Of a unit's assessed people, the share at or above the needed level of one competency; None when none is."""
    gaps = [line.gap for line in lines if line.gap is not None]
    return Decimal(sum(gap >= 0 for gap in gaps)) / len(gaps) if gaps else None


def mean_shortfall(lines: Iterable[Line]) -> Decimal | None:
    """Mean levels missing among a unit's assessed people; None when none is assessed."""
    shortfalls = [line.shortfall for line in lines if line.gap is not None]
    return Decimal(sum(shortfalls)) / len(shortfalls) if shortfalls else None


def spread_shares(gaps: Sequence[int]) -> list[Decimal]:
    """Shares of ratings two levels or more below the needed one, one below, at it, and above it."""
    places = [0 if gap <= -2 else 1 if gap < 0 else 3 if gap > 0 else 2 for gap in gaps]
    return [Decimal(places.count(place)) / len(gaps) for place in range(4)]


def in_steps(shares: Iterable[Decimal], step: int) -> list[int]:
    """Percent, rounded half up to whole steps; they need not add up to 100."""
    return [step * int(share * 100 / step + Decimal("0.5")) for share in shares]


def suggested_learning(
    activities: Iterable[Mapping[str, Any]], level: int, *, formal: Collection[str] = ("formal_training",)
) -> list[Mapping[str, Any]]:
    """Up to three activities for the level being moved into, at least one of them not formal training when there is one.

    Order of the library is kept.
    """
    fitting = [activity for activity in activities if level + 1 in activity["for_levels"]]
    chosen = fitting[:SUGGESTIONS]
    if chosen and all(activity["kind"] in formal for activity in chosen):
        other = next((activity for activity in fitting if activity["kind"] not in formal), None)
        chosen = [*chosen[: SUGGESTIONS - 1], other] if other else chosen
    return chosen
