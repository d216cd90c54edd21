"""How far things agree, and whether something worked: pure rules without Django.

docs/method.md, section 17. A change is clear from 5 index points on, outside the 95% interval, with 10 answers on both
sides (section 3).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

FEWEST = 10  # answers on both sides, below which no change can be told from chance
EFFECT_DAYS = 30  # an action needs this long before a survey can show it


class Verdict(StrEnum):
    """What may be said about an action after a later survey."""

    BETTER = "better"
    NO_CLEAR_CHANGE = "no_clear_change"
    WORSE = "worse"
    TOO_EARLY = "too_early"
    CANNOT_SAY = "cannot_say"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Verdict.BETTER: "Better",
    Verdict.NO_CLEAR_CHANGE: "No clear change",
    Verdict.WORSE: "Worse",
    Verdict.TOO_EARLY: "Too early",
    Verdict.CANNOT_SAY: "Cannot be said",
}


def verdict(flag: int, n_before: int, n_now: int) -> Verdict:
    """From a clear difference (1 up, -1 down, 0 none) and the answers on both sides.

    With fewer than ten answers "no clear change" would sound like a finding; it is none.
    """
    if min(n_before, n_now) < FEWEST:
        return Verdict.CANNOT_SAY
    return {1: Verdict.BETTER, -1: Verdict.WORSE}.get(flag, Verdict.NO_CLEAR_CHANGE)


# --- a round of blind answers -------------------------------------------------------------------------------------------


def entry(text: str) -> str:
    """An entry as it is compared: letters and digits only, in lower case."""
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())


def shared_entries(answers: Sequence[Sequence[str]]) -> list[tuple[str, int]]:
    """Entries that more than one person named, with how many did, most often first; in the words of the first to name it."""
    named: Counter[str] = Counter()
    words: dict[str, str] = {}
    for answer in answers:
        own = {entry(text): text.strip() for text in answer if entry(text)}
        named.update(own.keys())
        for key, text in own.items():
            words.setdefault(key, text)
    return [(words[key], count) for key, count in named.most_common() if count > 1]


def first_choices(rankings: Sequence[Sequence[str]]) -> list[tuple[str, int]]:
    """What people put first, most often first."""
    return Counter(ranking[0] for ranking in rankings if ranking).most_common()


def concordance(rankings: Sequence[Sequence[str]]) -> float | None:
    """Kendall's W of complete rankings of the same things: 0 no agreement, 1 all the same. None below two people."""
    m = len(rankings)
    if m < 2 or any(set(ranking) != set(rankings[0]) for ranking in rankings):
        return None
    n = len(rankings[0])
    if n < 2:
        return None
    sums = [sum(ranking.index(thing) for ranking in rankings) for thing in rankings[0]]
    mean = sum(sums) / n
    return 12 * sum((value - mean) ** 2 for value in sums) / (m * m * (n**3 - n))


def concordance_word(value: float) -> str:
    """From the value rounded to two decimals, with the words of method.md, section 4."""
    shown = round(value + 1e-9, 2)
    for limit, word in ((0.3, "very differently"), (0.5, "differently"), (0.7, "partly alike"), (0.9, "alike")):
        if shown <= limit:
            return word
    return "very much alike"


def said_alike(said: Sequence[str], people: int) -> str:
    """What people say after reading each other: "4 of 6 say: we mean the same; 2 have not said". Empty before anybody did."""
    counts = Counter(one for one in said if one)
    if not counts:
        return ""
    words = {"same": "we mean the same", "partly": "we agree in part", "apart": "we mean different things"}
    parts = [f"{counts[key]} of {people} say: {text}" for key, text in words.items() if counts[key]]
    silent = people - sum(counts.values())
    return "; ".join([*parts, *([f"{silent} {'has' if silent == 1 else 'have'} not said"] if silent else [])])
