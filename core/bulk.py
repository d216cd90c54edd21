"""Write different values to many rows with one statement. The one place of raw UPDATEs (threats.md, T25)."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def update_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> int:
    """Store `fields` of all rows, which are of one model; returns how many rows there were.

    At 10,000 rows many times faster than bulk_update, which grows a CASE for each row and field. Nothing of SQL comes
    from outside: names are the model's, values are parameters.
    """
    if not rows:
        return 0
    model: Any = type(rows[0])
    quote = connection.ops.quote_name
    columns: list[Any] = [model._meta.pk, *map(model._meta.get_field, fields)]
    key, *names = [quote(column.column) for column in columns]
    casts = ", ".join(f"%s::{_cast(column)}[]" for column in columns)
    assignments = ", ".join(f"{name} = new.{name}" for name in names)
    values = [[_value(column, row) for row in rows] for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} AS old SET {assignments} "  # noqa: S608
            f"FROM unnest({casts}) AS new({key}, {', '.join(names)}) WHERE old.{key} = new.{key}",
            values,
        )
    return len(rows)


def refresh_statistics() -> None:
    """Do after a bulk load what the server would do by itself some minutes later, so that the planner need not guess."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _cast(column: Any) -> str:
    """The column's type without its length: an explicit cast would cut a long text without a word."""
    kind = column.rel_db_type(connection) if column.primary_key else column.db_type(connection)
    return str(kind).partition("(")[0]


def _value(column: Any, row: models.Model) -> object:
    return column.get_db_prep_save(getattr(row, column.attname), connection)
