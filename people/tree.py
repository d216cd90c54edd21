"""Pre-order numbers of the unit tree and the reporting line: with them a subtree or a whole line is one range."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction

from core import bulk
from core.errors import DomainError
from people.models import Employee, Unit

Node = TypeVar("Node", bound=Hashable)
_LOCK_UNITS, _LOCK_LINE, _LOCK_IMPORT = 71001, 71002, 71003


class LoopInTree(DomainError):
    """A unit or a manager would stand above itself."""


@dataclass(frozen=True)
class Place:
    """Pre-order number from 1, the largest number below, and the depth from 0."""

    first: int
    last: int
    depth: int


def preorder(nodes: Iterable[tuple[int, int | None]]) -> dict[int, Place]:
    """Number (id, parent id) pairs in pre-order; children follow in the order given. Raises LoopInTree.

    Several roots are numbered one after another.
    """
    children: dict[Hashable, list[int]] = defaultdict(list)
    total = 0
    for node, parent in nodes:
        children[parent].append(node)
        total += 1
    places: dict[int, Place] = {}
    counter = 0
    stack: list[tuple[int, int, int]] = [(root, 0, 0) for root in reversed(children[None])]
    while stack:
        node, depth, first = stack.pop()
        if first:  # second visit: everything below has been numbered
            places[node] = Place(first, counter, depth)
            continue
        counter += 1
        stack.append((node, depth, counter))
        stack.extend((child, depth + 1, 0) for child in reversed(children[node]))
    if len(places) != total:
        raise LoopInTree("Somebody would stand above themselves. Check the parents or managers of the last change.")
    return places


def circles(above: Mapping[Node, Node]) -> Iterator[list[Node]]:
    """The circles among nodes and who stands above each: one list of nodes per circle, upwards."""
    settled: set[Node] = set()
    for start in above:
        trail: dict[Node, None] = {}
        node = start
        while node in above and node not in settled and node not in trail:
            trail[node] = None
            node = above[node]
        if node in trail:
            yield list(trail)[list(trail).index(node) :]
        settled.update(trail)


@transaction.atomic
def renumber_units() -> int:
    """Write position, last_position and depth where they changed; returns how many rows changed. Safe to repeat."""
    _lock(_LOCK_UNITS)
    rows = list(Unit.objects.order_by("order", "name", "pk"))
    places = preorder((unit.pk, unit.parent_id) for unit in rows)
    changed = []
    for unit in rows:
        place = places[unit.pk]
        if (unit.position, unit.last_position, unit.depth) != (place.first, place.last, place.depth):
            unit.position, unit.last_position, unit.depth = place.first, place.last, place.depth
            changed.append(unit)
    return bulk.update_rows(changed, ["position", "last_position", "depth"])


@transaction.atomic
def renumber_line() -> int:
    """Write line_first and line_last where they changed; returns how many rows changed. Safe to repeat."""
    _lock(_LOCK_LINE)
    rows = list(Employee.objects.order_by("name", "pk").only("pk", "manager_id", "line_first", "line_last"))
    places = preorder((person.pk, person.manager_id) for person in rows)
    changed = []
    for person in rows:
        place = places[person.pk]
        if (person.line_first, person.line_last) != (place.first, place.last):
            person.line_first, person.line_last = place.first, place.last
            changed.append(person)
    return bulk.update_rows(changed, ["line_first", "line_last"])


def lock_organisation() -> None:
    """Let one change of units or reporting lines happen at a time; held to the end of the transaction."""
    _lock(_LOCK_UNITS)
    _lock(_LOCK_LINE)


@contextmanager
def only_importer() -> Iterator[bool]:
    """Whether this process alone works on waiting imports; a process that dies lets go. Not bound to a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK_IMPORT])
        is_alone = cursor.fetchone()[0]
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK_IMPORT])


def _lock(number: int) -> None:
    """One renumbering at a time; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
