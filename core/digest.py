"""The whole database as one value: how many rows each table has, and a digest of all of them.

`manage.py database_digest` prints it before a dump and after a restore; equal means that nothing was lost or added.
"""

from django.db import connection


def picture() -> dict[str, tuple[int, str]]:
    """Table to number of rows and digest of all of them, whatever their order and the collation of the database.

    Of each row only a hash is gathered, so that a large table fits.
    """
    quote = connection.ops.quote_name
    each = (
        f"SELECT '{table}', count(*), "  # noqa: S608
        f"coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text) COLLATE \"C\")), '') "
        f"FROM {quote(table)} t"
        for table in sorted(connection.introspection.table_names())
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return {table: (count, digest) for table, count, digest in cursor.fetchall()}
