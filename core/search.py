"""What somebody typed into a search box."""

LONGEST_SEARCH = 80


def searched(text: str) -> str:
    """What to look for: one space between words, no NUL (no database keeps one), and not longer than a search box."""
    return " ".join(text.replace("\0", " ").split())[:LONGEST_SEARCH].rstrip()
