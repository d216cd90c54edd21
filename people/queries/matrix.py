"""The access matrix, read off the URL map: there is no second list that could differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from people.access import PUBLIC, AccessRow, Role

AREAS = {
    "people": "People and access",
    "account": "Sign-in",
    "surveys": "Surveys",
    "competencies": "Competencies",
    "reviews": "Reviews",
    "goals": "Goals",
    "recognition": "Praise and feedback",
    "actions": "Actions and agreements",
    "development": "Learning and development",
    "dashboards": "Home and overviews",
    "": "Health",
}


@dataclass(frozen=True)
class Row:
    """One route as people read it; `admits` holds, in the order of Role, whether that role may open it."""

    name: str
    path: str
    methods: str
    scope: str
    is_public: bool
    admits: list[bool]


@dataclass(frozen=True)
class Area:
    title: str
    rows: list[Row]


def entries(
    patterns: list[Any] | None = None, prefix: str = "/", namespace: str = ""
) -> Iterator[tuple[str, str, AccessRow]]:
    """Full name, path and access row of every route."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        here = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from entries(entry.url_patterns, here, inner)
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "access_row"):
            yield f"{namespace}{entry.name}", here, entry.callback.access_row


def areas() -> list[Area]:
    found: dict[str, list[Row]] = {}
    for name, path, row in entries():
        found.setdefault(_area(name), []).append(_row(name, path, row))
    order = list(AREAS)
    keys = sorted(found, key=lambda key: order.index(key) if key in order else len(order))
    return [Area(AREAS.get(key, key.capitalize()), sorted(found[key], key=lambda row: row.path)) for key in keys]


def as_data() -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "name": name,
            "path": path,
            "methods": list(row.methods),
            "who": sorted(row.who) if row.who else "public",
            "scope": row.scope.value,
        }
        for name, path, row in sorted(entries(), key=lambda entry: entry[1])
    ]


def _area(name: str) -> str:
    namespace, colon, _ = name.rpartition(":")
    return namespace if colon else "account" if name.startswith("account_") else ""


def _row(name: str, path: str, row: AccessRow) -> Row:
    is_public = row.who == PUBLIC
    return Row(
        name, path, ", ".join(row.methods), row.scope.value, is_public, [is_public or role in row.who for role in Role]
    )
