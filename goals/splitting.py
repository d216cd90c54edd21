"""Splitting a number among several so that the parts add up to the last digit. Pure; docs/method.md, section 13."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

WHOLE = Decimal(100)  # percent that shares come to


def parts(total: Decimal, shares: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """`total` in proportion to `shares`, each part with `decimals` digits; the parts add up to `total` exactly.

    Every part is rounded down, then what is left goes one last digit at a time to the largest remainders, the first of
    equals first. Digits of `total` beyond `decimals` stay with the first part. Shares are positive.
    """
    step = Decimal(1).scaleb(-decimals)
    whole = sum(shares, Decimal(0))
    exact = [total * share / whole for share in shares]
    found = [value.quantize(step, ROUND_FLOOR) for value in exact]
    left = total - sum(found, Decimal(0))
    neediest = sorted(range(len(shares)), key=lambda place: (found[place] - exact[place], place))
    for place in neediest[: int(left / step)]:
        found[place] += step
    found[0] += total - sum(found, Decimal(0))
    return found


def equal(total: Decimal, how_many: int, decimals: int) -> list[Decimal]:
    """10 among 3, without decimals: 4, 3, 3."""
    return parts(total, [Decimal(1)] * how_many, decimals)
