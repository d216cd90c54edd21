"""Finding and replacing a name or an address in text, and nothing that only contains it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_BEFORE_NAME, _AFTER_NAME = r"(?<!\w)(?<!\w[-'’])", r"(?!-?\w)"
_BEFORE_ADDRESS, _AFTER_ADDRESS = r"(?<![\w.+%&~-])(?<!\w['’])", r"(?![-.]?\w)"


class Mention:
    """The words of one person: "Ann Lee" is neither in "Ann Leeson" nor in "Ann Lee-Hill", ann@x.org not in joann@x.org.

    `longer` are names of others that hold the words whole, such as "Mary Ann Lee": they are left alone.
    """

    def __init__(self, words: str, longer: Iterable[str] = ()) -> None:
        self.words = words
        before, after = (_BEFORE_ADDRESS, _AFTER_ADDRESS) if "@" in words else (_BEFORE_NAME, _AFTER_NAME)
        longest_first = sorted({words, *longer}, key=len, reverse=True)
        self._pattern = re.compile(f"{before}(?:{'|'.join(map(re.escape, longest_first))}){after}")

    def is_in(self, text: str) -> bool:
        return any(found[0] == self.words for found in self._pattern.finditer(text))

    def replaced(self, text: str, new: str) -> str:
        return self._pattern.sub(lambda found: new if found[0] == self.words else found[0], text)

    def replaced_within(self, value: Any, new: str) -> Any:
        """In every text of a JSON value, its keys too."""
        if isinstance(value, str):
            return self.replaced(value, new)
        if isinstance(value, list):
            return [self.replaced_within(one, new) for one in value]
        if isinstance(value, dict):
            return {self.replaced(key, new): self.replaced_within(one, new) for key, one in value.items()}
        return value
