"""Numbers that come with an address or a form and may be anything."""

LONGEST = 18  # digits that fit a database key


def whole_number(text: str) -> int | None:
    """0 and up, from plain digits; None for anything else, such as "²", which str.isdigit takes for a number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
