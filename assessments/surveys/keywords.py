"""Which comments a tag's keywords find: words or beginnings of words, whatever their case. Pure."""

import re


def matches(text: str, keywords: str) -> bool:
    """Whether a word of the text begins with one of the keywords, which are separated by commas."""
    starts = [re.escape(" ".join(keyword.split())) for keyword in keywords.split(",") if keyword.strip()]
    if not starts:
        return False
    return re.search(rf"\b(?:{'|'.join(starts)})", " ".join(text.split()), re.IGNORECASE) is not None
