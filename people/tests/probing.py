"""How the generated access test gets at objects: one `Probe` per route, in each app's `tests/probes.py`.

    from people.tests.probing import Probe

    def _own(cast, viewer):
        return {"pk": goal_of(viewer.employee).pk} if viewer.employee else None

    PROBES = {
        "goals:detail": Probe(own=_own, in_scope=_report_of_max, out_of_scope=_private_goal_of_olga),
        "goals:check_in": Probe(own=_own, out_of_scope=_private_goal_of_olga, data={"value": "3"}),
        "goals:tree": Probe(variants=("?format=csv",)),
    }

The key is the route's full name. A route without an object needs a probe only for `data` or `variants`; a route with an
object must have one. A builder takes the cast and the viewer who will ask, makes or finds an object, and answers the URL's
arguments; None says "for this person there is no such object" (an HR administrator has nothing out of scope). Say what
the access row promises, in plain facts of the cast: a builder that asks `visible_to` proves nothing.

* own          an object of the viewer's own: allowed
* in_scope     somebody else's object that the viewer may open: allowed
* out_of_scope an object that exists and is not the viewer's to see: 404, word for word as for a missing one
* missing      arguments of an object that does not exist; built from the others when not given
* data         what POST, PUT and PATCH send: a dict, or a function of (cast, viewer) for one that names an object
* variants     further query strings for GET, such as each export format
* has_no_404   only for a route whose answer must not tell whether the object exists, such as a link out of a mail
* prepare      run once before all requests; keep what it makes as attributes of the cast (`cast.goal = ...`)

Each request runs in a savepoint that is rolled back, so builders meet the same data every time. Only the roles in `who` of
the row are asked for objects. To run one app: pytest culture/tests/test_access_matrix.py -k goals
"""

from __future__ import annotations

import importlib
import importlib.util
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from people.access import AccessRow, Viewer

Kwargs = dict[str, Any]
Build = Callable[[Any, Viewer], Kwargs | None]
Data = Mapping[str, Any] | Callable[[Any, Viewer], Mapping[str, Any]]


@dataclass(frozen=True)
class Probe:
    own: Build | None = None
    in_scope: Build | None = None
    out_of_scope: Build | None = None
    missing: Kwargs | None = None
    data: Data = field(default_factory=dict)
    variants: tuple[str, ...] = ()
    has_no_404: bool = False
    prepare: Callable[[Any], None] | None = None

    @property
    def has_object(self) -> bool:
        return bool(self.own or self.in_scope or self.out_of_scope)

    def data_for(self, cast: Any, viewer: Viewer) -> Mapping[str, Any]:
        return self.data(cast, viewer) if callable(self.data) else self.data

    def missing_like(self, example: Kwargs) -> Kwargs:
        """Arguments of the same shape that name nothing."""
        return self.missing if self.missing is not None else {name: _nothing(value) for name, value in example.items()}


def _nothing(value: Any) -> Any:
    if isinstance(value, int):
        return 2_000_000_000
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    return "no-such-thing"


def all_probes() -> dict[str, Probe]:
    """The probes of every installed app that has some."""
    found: dict[str, Probe] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.tests.probes"
        if importlib.util.find_spec(config.name + ".tests") and importlib.util.find_spec(name):
            found.update(importlib.import_module(name).PROBES)
    return found


@dataclass(frozen=True)
class Mapped:
    """One entry of the URL map; `row` is None for a view that was not mapped through people.access.route."""

    name: str
    pattern: str
    row: AccessRow | None

    @property
    def takes_object(self) -> bool:
        return "<" in self.pattern


def url_map(patterns: list[Any] | None = None, prefix: str = "", namespace: str = "") -> Iterator[Mapped]:
    """Every URL pattern of the site, includes followed, with its access row."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        here = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from url_map(entry.url_patterns, here, inner)
        elif isinstance(entry, URLPattern):
            row = getattr(entry.callback, "access_row", None)
            yield Mapped(f"{namespace}{entry.name or ''}", here, row)


_WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "COPY")


@contextmanager
def writes_watched() -> Iterator[list[str]]:
    """Collect the SQL statements that write, except sessions and the entries that say who viewed a record."""
    seen: list[str] = []

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        statement = str(sql).lstrip().upper()
        is_view_log = 'INTO "CORE_AUDITENTRY"' in statement and "viewed" in str(params)  # one row or many
        if statement.startswith(_WRITES) and '"DJANGO_SESSION"' not in statement and not is_view_log:
            seen.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen
