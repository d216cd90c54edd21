"""What an organisation keeps about one person, gathered from every app for "download my data" (GDPR articles 15 and 20).

An app registers one function in its AppConfig.ready(): `personal_data.register("goals", queries.about)`. The function
takes the User and answers plain JSON types: all that is about the person and nothing that would name somebody who spoke in
confidence, such as the raters of a 360. Sealed survey answers have no person and cannot be in it.
"""

from collections.abc import Callable
from typing import Any

Provider = Callable[[Any], Any]
_providers: dict[str, Provider] = {}


def register(section: str, provider: Provider) -> None:
    _providers[section] = provider


def about(user: Any) -> dict[str, Any]:
    """Section name to what that app keeps about the user, in order of name."""
    return {section: _providers[section](user) for section in sorted(_providers)}
