"""Empty the test database after a test that has committed.

Django empties every table and then writes content types and permissions anew, which takes a second with 150 tables.
"""

from typing import Any

from django.db import connections, transaction
from django.test import TransactionTestCase

STAYS = {"django_migrations", "django_content_type", "auth_permission"}  # what migrating has written
PATIENCE = "30s"  # a request that was under way when its browser closed may still be writing

_empty_all = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def teardown(test: Any) -> None:
    """In place of TransactionTestCase._fixture_teardown."""
    for alias in test._databases_names(include_mirrors=False):
        if not empty_filled_tables(connections[alias]):
            _empty_all(test)
            return


def empty_filled_tables(connection: Any) -> bool:
    """Delete all rows and what remains of them, only where there are some; False where this user may not do it that way.

    The locks wait for whoever still writes and keep out whoever would begin to, as Django's TRUNCATE does.
    """
    quote = connection.ops.quote_name
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')::bool")
        if not cursor.fetchone()[0]:
            return False
        tables = sorted(set(connection.introspection.table_names(cursor)) - STAYS)
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute(f"LOCK TABLE {', '.join(map(quote, tables))} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT {place} WHERE EXISTS (SELECT FROM {quote(name)})" for place, name in enumerate(tables)
            )
        )
        filled = [tables[place] for (place,) in cursor.fetchall()]
        # Children before or after their parents, append-only or not: no rule looks at these deletions.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in filled:
            cursor.execute(f"DELETE FROM {quote(name)}")
    if filled:
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM {', '.join(map(quote, filled))}")  # rows are found in the order they are written
    return True
