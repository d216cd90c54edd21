"""What an organisation keeps about one person, gathered from every app for "download my data" (GDPR articles 15 and 20).

An app registers one function in its AppConfig.ready(): `personal_data.register("goals", queries.about)`. The function
takes the User and answers plain JSON types: all that is about the person and nothing that would name somebody who spoke in
confidence, such as the raters of a 360. Sealed survey answers have no person and cannot be in it.

The same registration may name an eraser (article 17): it takes the User and removes what is private to the person or
describes them, and leaves what others need without words about them. people/services/erasure.py does the rest.
"""

from collections.abc import Callable
from typing import Any

Provider = Callable[[Any], Any]
Eraser = Callable[[Any], None]
_providers: dict[str, Provider] = {}
_erasers: dict[str, Eraser] = {}


def register(section: str, provider: Provider, *, eraser: Eraser | None = None) -> None:
    _providers[section] = provider
    if eraser:
        _erasers[section] = eraser


def about(user: Any) -> dict[str, Any]:
    """Section name to what that app keeps about the user, in order of name."""
    return {section: _providers[section](user) for section in sorted(_providers)}


def erase(user: Any) -> None:
    """Let every app remove what describes the user. In the caller's transaction."""
    for section in sorted(_erasers):
        _erasers[section](user)
