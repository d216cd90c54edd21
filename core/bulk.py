"""Write different values to many rows with one statement. The one place of raw UPDATEs (security.md, T25)."""

from collections.abc import Sequence

from django.db import connection, models


def update_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> int:
    """Store `fields` of all rows, which are of one model; returns how many rows there were.

    At 10,000 rows many times faster than bulk_update, which grows a CASE for each row and field. Nothing of SQL comes
    from outside: names are the model's, values are parameters.
    """
    if not rows:
        return 0
    model = type(rows[0])
    quote = connection.ops.quote_name
    columns = [model._meta.get_field(name) for name in fields]
    key = model._meta.pk
    names = [quote(field.column) for field in columns]  # type: ignore[union-attr]
    casts = ", ".join(f"%s::{_cast(field)}[]" for field in [key, *columns])
    values = [[_value(field, row) for row in rows] for field in [key, *columns]]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} AS old SET {', '.join(f'{name} = new.{name}' for name in names)} "  # noqa: S608
            f"FROM unnest({casts}) AS new(row_key, {', '.join(names)}) WHERE old.{quote(key.column)} = new.row_key",
            values,
        )
    return len(rows)


def _cast(field: models.Field) -> str:  # type: ignore[type-arg]
    """The column's type without its length: an explicit cast would cut a long text without a word."""
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return str(kind).partition("(")[0]


def _value(field: models.Field, row: models.Model) -> object:  # type: ignore[type-arg]
    return field.get_db_prep_save(getattr(row, field.attname), connection)
