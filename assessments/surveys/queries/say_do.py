"""What leaders say and what they do, as a group sees it: two shares from the release plan (method.md, section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Any

from assessments.surveys import cells
from assessments.surveys.cells import Hidden
from assessments.surveys.models import UnitRelease
from assessments.surveys.queries.beside import READ_FROM
from assessments.surveys.queries.results import hidden_words
from assessments.surveys.scoring import signed, whole
from assessments.surveys.vectors import Layout

SAYS = ("CMD4", "CMU4")  # how leaders speak, and the stories told about them
DOES = (
    "CMD2",
    "CMD3",
    "CHA4",
)  # time with customers, a fair deal when it costs, treating customers as they ask others to
TOO_ALIKE = "Not shown: nearly all of a small group answered alike."


@dataclass(frozen=True)
class SayDo:
    """Shares of people who agree, in percent; `points` are words less deeds. `hidden` says why they are not there."""

    who: str
    hidden: str = ""
    says: int | None = None
    does: int | None = None
    points: str = ""
    words: str = ""


def say_do(who: str, released: UnitRelease, layout: Layout, k: int) -> SayDo | None:
    """None where the form does not ask all of these statements."""
    places = {slot.code: place for place, slot in enumerate(layout.statements)}
    if any(code not in places for code in (*SAYS, *DOES)):
        return None
    if released.hidden:
        return SayDo(who, hidden_words(released.hidden, k))
    records = cells.unpack(released.items, "items", released.layout)
    asked = [records[places[code]] for code in (*SAYS, *DOES)]
    if reason := _why_not(asked, k):
        return SayDo(who, reason)
    shares = [100 * int(record["favourable"]) / int(record["n"]) for record in asked]
    says, does = fmean(shares[: len(SAYS)]), fmean(shares[len(SAYS) :])
    return SayDo(who, "", whole(says), whole(does), signed(says - does), apart(says - does))


def apart(points: float) -> str:
    """How to read words less deeds, by the displayed number: the statements differ, so small gaps are not read."""
    if abs(whole(points)) < READ_FROM:
        return "Words and deeds go together."
    return "More is said than done." if points > 0 else "More is done than said."


def _why_not(asked: list[Any], k: int) -> str:
    """A share of several statements is there only where each of them is, and uncapped."""
    for record in asked:
        if record["hidden"] != Hidden.NO:
            return hidden_words(Hidden(int(record["hidden"])), k)
    return TOO_ALIKE if any(record["cap"] for record in asked) else ""
