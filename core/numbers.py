"""Numbers that come with an address or a form and may be anything, and numbers as they were typed."""

from decimal import Decimal

MOST_DECIMALS = 4  # digits after the point that a number of a goal may have
LONGEST = 18  # digits that fit a database key


def whole_number(text: str) -> int | None:
    """0 and up, from plain digits; None for anything else, such as "²", which str.isdigit takes for a number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None


def as_typed(value: Decimal, decimals: int) -> str:
    """A stated number with at least `decimals` digits after the point and never rounded: 69.9 with 1, 69.94 with 1 too."""
    exponent = value.normalize().as_tuple().exponent
    return f"{value:.{max(decimals, -int(exponent))}f}"
