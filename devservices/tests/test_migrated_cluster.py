"""The test database that every process copies, and how it is emptied after a test that has committed."""

import pytest
from django.db import connection
from django.test import TransactionTestCase

from devservices import emptying, migrated_cluster


def rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_a_copy_is_a_whole_cluster_and_the_next_one_is_not_made_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(
        migrated_cluster, "_make", lambda cluster: pytest.fail("it is there: this process runs on a copy of it")
    )

    migrated_cluster.copy_to(tmp_path / "data")

    assert (tmp_path / "data" / "PG_VERSION").exists()
    assert not (tmp_path / "data" / "postmaster.pid").exists()


def test_a_change_of_what_decides_the_tables_asks_for_another_cluster(tmp_path, monkeypatch):
    monkeypatch.setattr(migrated_cluster.paths, "CHECKOUT", tmp_path)
    step = tmp_path / "goals" / "migrations" / "0001_initial.py"
    step.parent.mkdir(parents=True)
    step.write_text("operations = []")
    before = migrated_cluster._digest()
    step.write_text("operations = [None]")

    assert migrated_cluster._digest() != before


@pytest.mark.django_db
def test_rows_of_two_tables_never_have_the_same_number():
    lowest = [value for (value,) in rows("SELECT start_value FROM pg_sequences")]
    begun = sorted(value for (value,) in rows("SELECT last_value FROM pg_sequences") if value)

    assert set(lowest) == {1}
    assert len(begun) > 50
    assert all(later - earlier > 100_000 for earlier, later in zip(begun, begun[1:], strict=False))


@pytest.mark.django_db(transaction=True)
def test_what_a_test_has_committed_is_removed_whatever_refers_to_it(cast, client_of):
    client_of(cast.eve).get("/")
    kept = rows("SELECT count(*) FROM auth_permission")

    assert TransactionTestCase._fixture_teardown is emptying.teardown
    assert emptying.empty_filled_tables(connection) is True

    tables = set(connection.introspection.table_names()) - emptying.STAYS
    assert [name for name in sorted(tables) if rows(f'SELECT EXISTS (SELECT FROM "{name}")')[0][0]] == []
    assert rows("SELECT count(*) FROM auth_permission") == kept != [(0,)]
