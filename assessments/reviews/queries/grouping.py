"""As which groups raters would be shown, in words, while people are still named. By numbers asked alone, never by answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.reviews import folding
from assessments.reviews.folding import Part
from assessments.reviews.models import Rater

PART_OF = {
    Rater.Group.PEER: Part.PEERS,
    Rater.Group.REPORT: Part.REPORTS,
    Rater.Group.EXTERNAL: Part.EXTERNALS,
}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class GroupLine:
    """What becomes of one group, or of several together."""

    words: str
    is_shown: bool


def group_lines(named: Mapping[Part, int], fewest: int, *, is_own: bool) -> list[GroupLine]:
    """A sentence for each part of `folding.plan`; `is_own` speaks to the person whom it is about."""
    plan = folding.plan(named, fewest)
    return [
        _line([group for group in plan if plan[group] is part], named, fewest, is_own=is_own)
        for part in dict.fromkeys(plan.values())
    ]


def _line(groups: Sequence[Part], named: Mapping[Part, int], fewest: int, *, is_own: bool) -> GroupLine:
    total = sum(named[group] for group in groups)
    who = " and ".join(_some(group, named[group], is_own=is_own) for group in groups)
    start = f"{who[0].upper()}{who[1:]}"
    if total >= fewest and len(groups) == 1:
        return GroupLine(f"{start}: their answers will be shown as a group of their own.", True)
    if total >= fewest:
        return GroupLine(f"With {who}, their answers will be shown together as one group of {number(total)}.", True)
    more = min(_more(group, named, fewest) for group in groups)
    few = "is" if total == 1 else "are"
    return GroupLine(
        f"{start} {few} too few to be shown. Name {number(more)} more, or what they answer is not shown.", False
    )


def _more(group: Part, named: Mapping[Part, int], fewest: int) -> int:
    """How many of this group have to be added before it is shown, alone or with others."""
    for more in range(1, fewest):
        if group in folding.countable({**named, group: named[group] + more}, fewest):
            return more
    return fewest


def _some(group: Part, count: int, *, is_own: bool) -> str:
    whom = "you" if is_own else "them"
    one, many = {
        Part.PEERS: ("colleague", "colleagues"),
        Part.REPORTS: (f"person who reports to {whom}", f"people who report to {whom}"),
        Part.EXTERNALS: ("customer", "customers"),
    }[group]
    return f"{number(count)} {one if count == 1 else many}"


def number(count: int) -> str:
    """A small number as a word."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
