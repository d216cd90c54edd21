"""The database dies, hangs up, takes no changes or is busy: nothing acknowledged is lost, and pages say what to do."""

import time

import pytest

from assessments.surveys.ballots import Draft
from core.outages import AWAY, BUSY, READ_ONLY
from culture.tests.faults.clients import Answer
from culture.tests.faults.waiting import wait_for
from goals.models import CheckIn
from people.sessions import SEEN


def web_processes(stack) -> set[int]:
    return {process.pid for process in stack.children_of(stack.web)}


def told(crowd) -> list[Answer]:
    """Failures with a page, and not only a broken connection."""
    return [answer for answer in crowd.failed() if answer.status]


def test_f14_after_kill_9_the_database_recovers_everything_acknowledged_and_nothing_is_restarted(scene, stack):
    web = web_processes(stack)
    with scene.at_work() as crowd:
        crowd.works_on()
        stack.kill_postgres()
        wait_for(lambda: told(crowd), "a page that says so")
        stack.postgres.start()
        back_at = time.monotonic()
        crowd.works_on()

    assert crowd.failed(since=back_at) == []
    assert {answer.status for answer in told(crowd)} == {503}
    assert all(AWAY.title in answer.body for answer in told(crowd))
    assert web_processes(stack) == web
    scene.assert_nothing_lost()


def test_f16_ending_all_database_sessions_costs_at_most_the_requests_under_way(scene, stack):
    others = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    clients = 7
    with scene.at_work() as crowd:
        for _ in range(3):
            crowd.works_on()
            stack.sql(f"SELECT pg_terminate_backend(pid, 2000) FROM {others}")
        ended_at = time.monotonic()
        crowd.works_on()

    assert len(crowd.failed()) <= 3 * clients
    assert {answer.status for answer in crowd.failed()} <= {503}
    assert crowd.failed(since=ended_at) == []
    scene.assert_nothing_lost()


@pytest.fixture
def _read_only(stack):
    """The database as a standby: every transaction is read-only."""
    switch(stack, "on")
    yield
    switch(stack, "off")


def switch(stack, value: str) -> None:
    stack.sql(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
    stack.sql("SELECT pg_reload_conf()")
    wait_for(lambda: stack.sql("SHOW default_transaction_read_only") == [(value,)], f"read-only {value}")


def test_f17_a_read_only_database_is_read_and_says_that_nothing_can_be_saved(scene, stack, request):
    person, owner = scene.crowd.respondents[1], scene.crowd.owners[1]
    seen_long_ago(scene, person.session)
    with scene.models():
        before = Draft.objects.count(), CheckIn.objects.count()
    request.getfixturevalue("_read_only")

    visitor = scene.crowd.visitor(person.session)
    assert [visitor.get(path).status for path in ("/", "/goals/", "/surveys/")] == [200, 200, 200]
    saved = visitor.post(f"/surveys/{scene.survey.pk}/answers/", key="STR1", value="4", sequence=1)
    checked_in = scene.crowd.visitor(owner.session).post(
        f"/goals/{owner.goals[0]}/check-ins/",
        value=1,
        measured_on="2026-01-05",
        key="6c0f4bb0-3bd6-4a8c-93a5-1f9cf3b6a001",
    )

    for refused in (saved, checked_in):
        assert refused.status == 503
        assert READ_ONLY.title in refused.body
    with scene.models():
        assert (Draft.objects.count(), CheckIn.objects.count()) == before


def seen_long_ago(scene, session: str) -> None:
    """A session whose last request is ten minutes old: the next one would note the time."""
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    with scene.models():
        store = SessionStore(session)
        store[SEEN] -= 600
        store.save()


def test_f18_a_lock_held_for_long_is_a_polite_no_and_leaves_everybody_else_alone(scene, stack):
    with scene.at_work() as crowd:
        crowd.works_on()
        with stack.session() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE goals_goal IN EXCLUSIVE MODE")
            began = time.monotonic()
            wait_for(crowd.failed, "a polite no")
            assert crowd.visitor(crowd.owners[0].session).get("/goals/").status == 200
            ended = time.monotonic()
            cursor.execute("ROLLBACK")

    refused = crowd.failed()
    assert refused
    assert all(answer.status == 503 and BUSY.title in answer.body for answer in refused)
    assert all("/check-ins/" in answer.what for answer in refused)
    saves = [answer.seconds for answer in crowd.answers if "/answers/" in answer.what and began < answer.at < ended]
    assert max(saves) < 2
    scene.assert_nothing_lost()
