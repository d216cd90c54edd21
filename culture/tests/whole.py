"""An exception after any write of an action (F19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "CREATE")


class Broken(Exception):
    """The fault."""


class _Undone(Exception):
    """The end of a try whose writes are taken back."""


def writes_of(action: Callable[[], object]) -> int:
    """How many statements of an action write; they are taken back."""
    with _counting() as written:
        try:
            with transaction.atomic():
                action()
                raise _Undone
        except _Undone:
            return len(written)


def break_after(action: Callable[[], object], write: int) -> None:
    """Run an action that fails right after its write of that number, from 1. Raises Broken."""
    with _counting(write):
        action()


@contextmanager
def _counting(last: int | None = None) -> Iterator[list[str]]:
    written: list[str] = []

    def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        result = execute(sql, params, many, context)
        if str(sql).lstrip().upper().startswith(WRITES):
            written.append(str(sql)[:80])
            if len(written) == last:
                raise Broken(written[-1])
        return result

    with connection.execute_wrapper(note):
        yield written
