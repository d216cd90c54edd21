"""Figures about praise, none of them about one person: pace, timeliness, spread, and shares by construct.

Source: docs/method.md, section 13, "Recognition". No ranking, no score, no target: they say where nobody looked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median

K = 5  # the smallest group that a figure may stand for
DAYS_A_MONTH = 30


@dataclass(frozen=True)
class Thanks:
    """One thank-you as far as figures need it: who got it from whom, for what, and how soon."""

    to: int
    by: int
    construct: str
    done_on: date
    given_on: date
    is_from_beside: bool  # from a peer or a customer


@dataclass(frozen=True)
class Share:
    """What part of the praise named these constructs; several stand together where one alone would be too few people."""

    constructs: tuple[str, ...]
    share: Fraction


def shares(thanks: Collection[Thanks], order: Sequence[str], k: int = K) -> list[Share] | None:
    """Shares by construct, each from k receivers and k givers up; None where even everything together has fewer.

    Constructs below k are put together, and with the smallest other while they are still below: what is left over from
    the shown shares is then never a group under k either.
    """
    found: dict[str, list[Thanks]] = defaultdict(list)
    for one in thanks:
        found[one.construct].append(one)
    shown = [(name,) for name in order if name in found and _is_enough(found[name], k)]
    rest = [name for name in order if name in found and (name,) not in shown]
    while rest and not _is_enough([one for name in rest for one in found[name]], k):
        if not shown:
            return None
        smallest = min(shown, key=lambda names: len({one.to for one in found[names[0]]}))
        shown.remove(smallest)
        rest = [name for name in order if name in (*rest, *smallest)]
    groups = [*shown, tuple(rest)] if rest else shown
    total = len(thanks)
    return [Share(names, Fraction(sum(len(found[name]) for name in names), total)) for names in groups]


def a_month_per_ten(thanks: Collection[Thanks], people: int, days: int) -> Fraction | None:
    """Thanks per 10 people per month; None below k people."""
    return Fraction(len(thanks) * 10 * DAYS_A_MONTH, people * days) if people >= K else None


def share_from_beside(thanks: Collection[Thanks], k: int = K) -> Fraction | None:
    """Share that came from peers and customers; None where one side, or the other, is of fewer than k people."""
    sides = ([one for one in thanks if one.is_from_beside], [one for one in thanks if not one.is_from_beside])
    if not thanks or any(side and not _is_enough(side, k) for side in sides):
        return None
    return Fraction(len(sides[0]), len(thanks))


def days_to_thanks(thanks: Collection[Thanks], k: int = K) -> float | None:
    """Median days from what was done to the thanks; None below k people."""
    if not _is_enough(thanks, k):
        return None
    return float(median((one.given_on - one.done_on).days for one in thanks))


def share_without(thanks: Iterable[Thanks], people: Collection[int], k: int = K) -> Fraction | None:
    """Share of people whom no thanks reached; None where those with or those without are fewer than k, but some.

    Five people at least, whatever k is: below that a share is a list of names.
    """
    reached = len({one.to for one in thanks} & set(people))
    without = len(people) - reached
    if len(people) < K or 0 < reached < k or 0 < without < k:
        return None
    return Fraction(without, len(people))


def _is_enough(thanks: Collection[Thanks], k: int) -> bool:
    return len({one.to for one in thanks}) >= k and len({one.by for one in thanks}) >= k
