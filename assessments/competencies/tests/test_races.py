"""Two changes of the library at once, each on a connection of its own."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from assessments.competencies import services as library
from assessments.competencies.models import Competency, Framework
from assessments.competencies.services import frameworks, merging
from assessments.competencies.services.frameworks import LevelWords
from assessments.competencies.tests.factories import AT, draft_of, publish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("library")]

WAITS = 0.5  # long enough for the other one to come to the first lock


def with_one_beside(held: Callable[[], object], beside: Callable[[], object], then: Callable[[], object]) -> Future:
    """Do `held`, start `beside` in a thread, do `then` while it waits, commit. Returns what became of `beside`."""
    is_held = threading.Event()

    def run() -> object:
        is_held.wait(10)
        try:
            return beside()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(run)
        with transaction.atomic():
            held()
            is_held.set()
            time.sleep(WAITS)
            then()
    return other


def reword_levels() -> None:
    names = ("One", "Two", "Three", "Four", "Five")
    words = [LevelWords(name, "", "", f"{name} in a sentence.") for name in names]
    frameworks.save_levels(Framework.objects.get(), words, started_from="1", change_note="Plainer.", by=None, at=AT)


def test_a_merge_waits_for_the_framework_before_it_locks_a_competency():
    """As beside an import, which has the framework and goes on to the competencies: neither waits for the other for ever."""
    clarity, listening = (Competency.objects.get(key=key) for key in ("clarity", "listening"))

    other = with_one_beside(
        lambda: Framework.objects.select_for_update().get(),
        lambda: merging.merge(listening, clarity, change_note="Same.", by=None, at=AT),
        lambda: list(Competency.objects.select_for_update(nowait=True)),
    )

    assert other.result().number == 2


def test_levels_reworded_while_a_version_is_published_wait_and_follow_it():
    other = with_one_beside(lambda: publish("listening", name="Listening well"), reword_levels, lambda: None)

    assert other.exception() is None
    versions = Competency.objects.get(key="listening").versions.order_by("number")
    assert [(one.number, one.state, one.name, one.scale.number) for one in versions] == [
        (1, "retired", "Listening for needs", 1),
        (2, "retired", "Listening well", 1),
        (3, "published", "Listening well", 2),
    ]


def test_levels_reworded_while_a_draft_is_saved_see_the_draft():
    other = with_one_beside(lambda: draft_of("listening", name="Listening well"), reword_levels, lambda: None)

    assert isinstance(other.exception(), library.NotNow)
    assert Competency.objects.get(key="listening").versions.count() == 2
