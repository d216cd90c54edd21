"""Figures about praise in words: of the own team as they are, of everybody from the stored tally alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.utils import timezone

from core.constructs import Construct
from recognition import balance
from recognition.balance import K, Thanks
from recognition.models import Praise, PraiseQuerySet, Tally

Number = float | int | None
TOO_FEW, NONE_YET = f"Not shown: fewer than {K} people.", "No thanks yet"


@dataclass(frozen=True)
class Figure:
    """A number about many people; `value` says in words why there is none."""

    label: str
    value: str
    is_shown: bool


@dataclass(frozen=True)
class ConstructShare:
    constructs: tuple[Construct, ...]
    percent: int

    @property
    def names(self) -> str:
        """Strategy, Leaders and Commitment together."""
        names = [construct.short for construct in self.constructs]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} together"


@dataclass(frozen=True)
class NewestTally:
    """The newest whole quarter. `shares` is empty when too few people were in it."""

    from_on: date
    last_on: date
    shares: tuple[ConstructShare, ...]
    figures: tuple[Figure, ...]

    @property
    def pace(self) -> Figure:
        """Thanks per 10 people in a month."""
        return self.figures[0]

    @property
    def unnamed(self) -> tuple[Construct, ...]:
        """Cs that no counted praise named; none of them when too few people are in the quarter."""
        named = {construct for one in self.shares for construct in one.constructs}
        return tuple(construct for construct in Construct if named and construct not in named)

    def share_of(self, construct: Construct) -> ConstructShare | None:
        """The share this construct is in, alone or with others."""
        return next((one for one in self.shares if construct in one.constructs), None)


def newest_tally() -> NewestTally | None:
    """The same for every viewer; None before the first quarter was counted."""
    if (tally := Tally.objects.first()) is None:
        return None
    return NewestTally(
        from_on=tally.from_on,
        last_on=tally.until_on - timedelta(days=1),
        shares=tuple(
            ConstructShare(tuple(Construct(key) for key in one["constructs"]), one["percent"]) for one in tally.shares
        ),
        figures=in_words(tally.figures),
    )


def thanks_of(praise: PraiseQuerySet) -> list[Thanks]:
    """What figures need of each, in one query."""
    rows = praise.order_by("pk").values_list("to", "by", "construct", "done_on", "given_at", "source")
    return [
        Thanks(to, by, construct, done_on, timezone.localdate(given_at), source in Praise.BESIDE)
        for to, by, construct, done_on, given_at, source in rows
    ]


def numbers(thanks: Sequence[Thanks], people: Collection[int], days: int, *, k: int = K) -> dict[str, Number]:
    """Every figure by its key, rounded as it is shown; None where it is not.

    `k` is 1 for somebody who may read each of these thanks anyway.
    """
    monthly = balance.a_month_per_ten(thanks, len(people), days)
    return {
        "a_month_per_ten": None if monthly is None else round(float(monthly), 1),
        "beside_percent": _percent(balance.share_from_beside(thanks, k)),
        "days_to_thanks": balance.days_to_thanks(thanks, k),
        "without_percent": _percent(balance.share_without(thanks, people, k)),
    }


def in_words(found: dict[str, Number], missing: str = TOO_FEW) -> tuple[Figure, ...]:
    """The figures in the order of the page; `missing` says why there is none."""
    days = found["days_to_thanks"]
    told = (
        ("Thanks per 10 people in a month", found["a_month_per_ten"], "{:g}"),
        ("Came from colleagues and customers", found["beside_percent"], "{:g}%"),
        ("From what was done to the thanks, middle value", days, "{:g} day" if days == 1 else "{:g} days"),
        ("People whom no thanks reached", found["without_percent"], "{:g}%"),
    )
    return tuple(
        Figure(label, missing if number is None else pattern.format(number), number is not None)
        for label, number, pattern in told
    )


def _percent(share: Fraction | None) -> int | None:
    return None if share is None else round(100 * share)
