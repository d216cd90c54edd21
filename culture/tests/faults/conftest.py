"""One real stack for the whole folder, whole again before each test; these tests run last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from culture.tests.faults import company, oracle
from culture.tests.faults.clients import Crowd
from culture.tests.faults.company import Company
from culture.tests.faults.stack import Stack
from culture.tests.faults.waiting import wait_for
from devservices import private

HERE = Path(__file__).parent


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ours = [item for item in items if HERE in item.path.parents]
    items[:] = [item for item in items if item not in ours] + ours


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark it early: `-m` chooses before the hook above."""
    item.add_marker("faults")


@pytest.fixture(scope="session")
def running_stack() -> Iterator[Stack]:
    with private.folder() as folder:
        stack = Stack(folder)
        try:
            stack.start()
            yield stack
        finally:
            stack.stop()


@pytest.fixture(scope="session")
def the_company(running_stack: Stack, django_db_blocker) -> Company:
    with running_stack.models(django_db_blocker):
        return company.found()


Models = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def models(running_stack: Stack, django_db_blocker) -> Models:
    """Work on the stack's database: with models(): Goal.objects..."""
    return partial(running_stack.models, django_db_blocker)


@pytest.fixture
def stack(running_stack: Stack) -> Iterator[Stack]:
    """The stack, whole; the ends of its logs are shown when the test fails."""
    running_stack.heal()
    yield running_stack
    print(running_stack.last_words())  # noqa: T201 - pytest shows it with a failure only


class Scene:
    """One test: the company, a survey that has just opened, everybody with a browser, and what must hold in the end."""

    def __init__(self, stack: Stack, company_: Company, models: Models) -> None:
        self.stack, self.company, self.models = stack, company_, models
        with models():
            self.survey = company_.campaign()
            self.crowd = company_.crowd(stack.port, self.survey)

    @contextmanager
    def at_work(self, jobs: Sequence[Callable[[], None]] = ()) -> Iterator[Crowd]:
        with self.crowd.at_work(jobs or company.workers(self.crowd)):
            yield self.crowd

    def until_rolled_up(self) -> float:
        """Wait until clock and worker have caught up; returns after how many seconds."""
        with self.models():
            return wait_for(
                lambda: oracle.is_rolled_up(self.company.cycle), "the roll-up", patience=oracle.RECOVERY_SECONDS
            )

    def assert_nothing_lost(self) -> None:
        """Everything acknowledged is there, once, every computed number is right, and the clock wakes the worker again."""
        self.stack.until_ready()
        self.stack.assert_all_alive()
        mark = "INSERT INTO goals_rollupmark (cycle_id, goal_id) VALUES (%s, %s)"
        self.stack.sql(mark, self.company.cycle.pk, self.company.top)  # nobody sends a wake-up for this one
        self.until_rolled_up()
        with self.models():
            oracle.assert_answers_kept(self.crowd)
            oracle.assert_check_ins_kept(self.crowd)
            oracle.assert_numbers_are_right(self.company.cycle)


@pytest.fixture
def scene(stack: Stack, the_company: Company, models: Models) -> Scene:
    return Scene(stack, the_company, models)
