"""F33, F34: the newest step of every app goes on, back and on again under a company's data, and nothing is lost.

What it cannot show yet: there has been no release, so there is no older program to run against the newer tables.
"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from actions.tests.factories import promise
from assessments.surveys.tests import factories as surveys
from assessments.surveys.tests.tarn import answers_of, cast_ballots, grown
from core import digest
from development.tests import factories as development
from goals.tests import factories as goals

OURS = sorted(
    config.label
    for config in apps.get_app_configs()
    if config.path.startswith(str(settings.BASE_DIR)) and "site-packages" not in config.path
)


@pytest.fixture
def company(cast):
    """People, a survey that is open and one that is published, goals, a promise, a plan."""
    grown(cast)
    done = surveys.open_campaign(title="Done")
    cast_ballots(done, answers_of)
    surveys.close(done)
    surveys.open_campaign(title="Open")
    goals.check_in(goals.goal(cast.eve, goals.cycle()), 40)
    promise(cast.max)
    development.item(cast.eve)


def steps() -> MigrationExecutor:
    """Ready to change tables inside a transaction: checks that wait for its end would stand in the way."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # rendering the states takes a while
    return MigrationExecutor(connection)


def newest_steps(executor: MigrationExecutor) -> dict[tuple[str, str], None]:
    """The newest step of every app of ours, each after whatever stands on it, as far as all of that can be taken back.

    An app's first step is taken back only where another app's newest stands below it.
    """
    graph = executor.loader.graph
    found: dict[tuple[str, str], None] = {}
    for newest in (leaf for app in OURS for leaf in graph.leaf_nodes(app)):
        has_one_before = any(node.key[0] == newest[0] for node in graph.node_map[newest].parents)
        on_it = graph.backwards_plan(newest)
        if has_one_before and all(operation.reversible for step in on_it for operation in graph.nodes[step].operations):
            found |= dict.fromkeys(on_it)
    return found


def test_f33_f34_the_newest_step_of_every_app_goes_back_and_on_again_with_data_in_place(company):
    executor = steps()
    before = digest.picture()
    newest = newest_steps(executor)
    assert len(newest) > 5

    executor.migrate([], plan=[(executor.loader.graph.nodes[step], True) for step in newest])
    older = digest.picture()
    onward = steps()
    onward.migrate(onward.loader.graph.leaf_nodes())

    after = digest.picture()
    kept = [name for name in older if name in before and name != "django_migrations"]
    assert {name: after[name][0] for name in kept} == {name: before[name][0] for name in kept}
    untouched = [name for name in kept if older[name] == before[name]]
    assert len(untouched) > 20
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}


def test_f33_a_step_waits_no_longer_than_five_seconds_for_a_lock(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone()[0] == "5s"
