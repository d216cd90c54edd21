"""Cache and broker are away: no page waits for them, nobody is signed out, and what was due is caught up."""

import time

import pytest

from culture.tests.faults.clients import Visitor
from culture.tests.faults.company import PASSWORD
from people.models import User

PAGES = ("/", "/goals/", "/goals/mine/", "/surveys/", "/people/")
ENOUGH_TO_JUDGE = 200  # requests
QUICK_SECONDS = 0.3  # more than usual that 95 of 100 requests may take; a hanging broker would cost a second and more


@pytest.fixture
def looking_around(scene):
    """Read pages, sign in and fail to sign in; returns the slowest of it in seconds."""
    with scene.models():
        email = User.objects.order_by("pk").first().email

    def look_around() -> float:
        reader = scene.crowd.visitor(scene.crowd.respondents[0].session)
        read = [reader.get(path) for path in PAGES]
        assert {answer.what: answer.status for answer in read} == {f"GET {path}": 200 for path in PAGES}
        stranger = Visitor(scene.stack.port)
        right = stranger.post("/sign-in/", login=email, password=PASSWORD)
        wrong = stranger.post("/sign-in/", login=email, password="wrong")
        assert (right.status, right.location, wrong.status) == (302, "/", 200)
        assert stranger.get("/readyz").status < 300
        return max(answer.seconds for answer in [*read, right, wrong])

    return look_around


def assert_as_quick_as_before(crowd, began: float, ended: float) -> None:
    usual = crowd.p95(until=began)
    assert crowd.p95(since=began, until=ended) < max(2 * usual, usual + QUICK_SECONDS)


def test_f06_valkey_killed_and_started_empty_loses_neither_sessions_nor_work(scene, stack):
    with scene.at_work() as crowd:
        crowd.works_on()
        stack.kill(stack.valkey)
        stack.valkey.discard()
        crowd.works_on()
        stack.valkey.start()
        crowd.works_on()

    assert crowd.failed() == []
    scene.assert_nothing_lost()


def test_f07_while_valkey_is_down_pages_are_served_as_quickly_as_before(scene, stack, looking_around):
    with scene.at_work() as crowd:
        crowd.works_on(ENOUGH_TO_JUDGE)
        stack.kill(stack.valkey)
        began = time.monotonic()
        looking_around()
        crowd.works_on(ENOUGH_TO_JUDGE)
        ended = time.monotonic()
        stack.valkey.start()

    assert crowd.failed() == []
    assert_as_quick_as_before(crowd, began, ended)
    scene.assert_nothing_lost()


def test_f08_while_valkey_hangs_pages_are_served_and_afterwards_the_worker_goes_on(scene, stack, looking_around):
    with scene.at_work() as crowd:
        crowd.works_on(ENOUGH_TO_JUDGE)
        with stack.frozen(stack.valkey):
            began = time.monotonic()
            looking_around()
            crowd.works_on(ENOUGH_TO_JUDGE)
            ended = time.monotonic()

    assert crowd.failed() == []
    assert_as_quick_as_before(crowd, began, ended)
    scene.assert_nothing_lost()


def test_f09_valkey_without_memory_stops_nothing(scene, stack, looking_around):
    with scene.at_work() as crowd, stack.queue() as queue:
        queue.config_set("maxmemory", 1)
        looking_around()
        crowd.works_on()
        queue.config_set("maxmemory", 0)

    assert crowd.failed() == []
    scene.assert_nothing_lost()
