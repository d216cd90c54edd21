"""Without Valkey nothing stops and hardly anything waits; without the database there is a page that says so (F07, F08, F17)."""

import time

import pytest
from django.core.cache import cache, caches
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import RequestFactory

from core import cache as our_cache
from core import views
from core.outages import AWAY, BUSY, READ_ONLY, outage_of

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def _no_valkey(settings, monkeypatch):
    """A cache whose server refuses; nothing of it outlives the test."""
    monkeypatch.setattr(our_cache, "_breakers", {})
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOWHERE}}
    yield
    cache.clear()


def let_the_rest_pass(monkeypatch) -> None:
    later = time.monotonic() + our_cache.REST_SECONDS + 1
    monkeypatch.setattr(our_cache.time, "monotonic", lambda: later)


@pytest.mark.usefixtures("_no_valkey")
def test_without_valkey_the_cache_counts_in_memory():
    assert cache.add("tries", 1) is True
    assert cache.add("tries", 1) is False
    assert cache.incr("tries") == 2
    cache.set_many({"a": [1.5], "b": None})
    assert cache.get_many(["a", "b", "tries"]) == {"a": [1.5], "b": None, "tries": 2}
    cache.delete("tries")
    assert cache.get("tries", "gone") == "gone"
    cache.set("short", 1, timeout=0)
    assert "short" not in cache


@pytest.mark.usefixtures("_no_valkey")
def test_a_server_that_does_not_answer_is_tried_by_one_call_in_five_seconds(monkeypatch):
    tried = []

    def refuse(*arguments):
        tried.append(arguments)
        raise OSError("refused")

    monkeypatch.setattr(our_cache.RedisCacheClient, "get", refuse)
    for _ in range(20):
        cache.get("x")
    assert len(tried) == 1

    let_the_rest_pass(monkeypatch)
    for _ in range(20):
        cache.get("x")
    assert len(tried) == 2


@pytest.mark.usefixtures("_no_valkey")
def test_when_valkey_is_back_memory_is_forgotten(monkeypatch):
    cache.set("lock", 1)
    let_the_rest_pass(monkeypatch)
    monkeypatch.setattr(our_cache.RedisCacheClient, "get", lambda *arguments: "from Valkey")

    assert cache.get("lock") == "from Valkey"
    assert our_cache.is_answering()
    assert caches["default"]._cache._memory.get("lock") is None


def test_readiness_needs_the_database_and_only_names_the_cache(client, db, request):
    assert client.get("/readyz").status_code == 204

    request.getfixturevalue("_no_valkey")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"degraded": ["cache"]}


def provoke(*statements: str) -> Exception:
    """The error that the last of these statements ends with."""
    with pytest.raises(Exception) as caught, transaction.atomic(), connection.cursor() as cursor:  # noqa: PT012
        for statement in statements:
            cursor.execute(statement)
    return caught.value


def test_f17_a_database_that_takes_no_changes_is_named_as_such(db):
    assert outage_of(provoke("SET TRANSACTION READ ONLY", "CREATE TABLE x ()")) is READ_ONLY


def test_f18_a_lock_that_takes_too_long_is_named_as_such(db):
    assert outage_of(provoke("SET LOCAL statement_timeout = 50", "SELECT pg_sleep(5)")) is BUSY


def test_f14_a_database_that_is_away_is_named_as_such():
    assert outage_of(OperationalError("server closed the connection unexpectedly")) is AWAY
    assert outage_of(InterfaceError("connection already closed")) is AWAY


def test_an_error_behind_another_one_counts():
    while_tidying_up = ValueError()
    while_tidying_up.__context__ = OperationalError("gone")

    assert outage_of(while_tidying_up) is AWAY


def test_our_own_faults_are_no_outages(db):
    assert outage_of(provoke("SELECT 1/0")) is None
    assert outage_of(KeyError("x")) is None
    assert outage_of(None) is None


def answer_to(error: Exception):
    try:
        raise error
    except type(error):
        return views.server_error(RequestFactory().get("/"))


def test_an_outage_is_answered_with_503_and_when_to_come_back():
    answer = answer_to(OperationalError("gone"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert AWAY.title in answer.content.decode()


def test_any_other_error_is_answered_with_500():
    answer = answer_to(KeyError("x"))

    assert answer.status_code == 500
    assert "fault is ours" in answer.content.decode()
