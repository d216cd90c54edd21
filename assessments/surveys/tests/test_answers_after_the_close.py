"""A survey that 200 people have answered and that is closed: nothing tells whose answers are whose.

One survey for the whole module, because each of its answers is committed on its own. The tests only read.
"""

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection

from assessments.surveys.ballots import Response
from assessments.surveys.models import Campaign, ReleasedComment
from assessments.surveys.tests import factories
from devservices import emptying

PEOPLE_PER_UNIT = 20
UNITS = 10


def _answer_in_random_order(campaign: Campaign) -> dict[int, bytes]:
    """Everybody answers differently, in an order of their own; returns each person's answers to the statements."""
    random = np.random.default_rng(7)
    invitations = list(campaign.invitations.select_related("campaign").order_by("pk"))
    truth = {}
    for place in random.permutation(len(invitations)):
        invitation = invitations[place]
        given = random.integers(1, 6, 40)
        answers = dict(zip(factories.statement_codes(), map(str, given), strict=True))
        factories.answer(invitation, answers | {"C1": f"Comment {invitation.employee_id}"})
        truth[invitation.employee_id] = bytes(given.astype(np.uint8))
    return truth


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker):
    """A published campaign of ten units of twenty, each submit committed on its own, and who answered what."""
    with django_db_blocker.unblock():
        try:
            yield _published()
        finally:
            if not emptying.empty_filled_tables(connection):
                call_command("flush", verbosity=0, interactive=False)


def _published() -> tuple[Campaign, dict[int, bytes]]:
    factories.company({f"unit-{n}": PEOPLE_PER_UNIT for n in range(UNITS)})
    campaign = factories.open_campaign()
    truth = _answer_in_random_order(campaign)
    attack_before = _rows(
        "SELECT count(*) FROM surveys_invitation i JOIN surveys_sealedballot b ON b.xmin::text = i.xmin::text"
    )[0][0]
    assert attack_before == PEOPLE_PER_UNIT * UNITS, "before the seal a ballot shares its submit's transaction"
    factories.close(campaign)
    return campaign, truth


def _right(pairs: list[tuple[int, memoryview]], truth: dict[int, bytes]) -> float:
    """Share of guesses (person, vector) that are right."""
    return sum(bytes(vector)[:40] == truth[person] for person, vector in pairs) / len(truth)


ORDERS = {
    "transaction and position": ("i.xmin::text::bigint, i.ctid", "r.ctid"),
    "position against keys": ("i.ctid", "r.id"),
    "keys against keys": ("i.id", "r.id"),
    "people against position": ("i.employee_id", "r.ctid"),
}


def test_p1_t49_after_the_seal_nothing_on_a_row_tells_whose_answers_it_holds(db, published):
    campaign, truth = published

    assert _rows("SELECT count(DISTINCT xmin::text) FROM surveys_response") == [(1,)]
    assert _rows("SELECT count(DISTINCT xmin::text) FROM surveys_invitation") == [(1,)]
    assert _rows("SELECT count(*), count(DISTINCT place) FROM surveys_response") == [(200, 10)]
    guesses = []
    for people_order, answer_order in ORDERS.values():
        pairs = _rows(
            f"""SELECT p.employee_id, a.vector FROM
                (SELECT i.employee_id, u.place, row_number() OVER (PARTITION BY u.place ORDER BY {people_order}) n
                   FROM surveys_invitation i JOIN surveys_unitsnapshot u ON u.id = i.home_id) p
                JOIN (SELECT r.vector, r.place, row_number() OVER (PARTITION BY r.place ORDER BY {answer_order}) n
                   FROM surveys_response r) a USING (place, n)"""
        )
        assert len(pairs) == PEOPLE_PER_UNIT * UNITS
        guesses.append(_right(pairs, truth))
    # chance is 1 in 20 within a unit; four times that would be beyond a thousandfold coincidence
    assert max(guesses) < 4 / PEOPLE_PER_UNIT, guesses


def test_t49_all_answers_are_there_after_the_seal(db, published):
    campaign, truth = published

    kept = sorted(bytes(vector)[:40] for vector in Response.objects.values_list("vector", flat=True))

    assert kept == sorted(truth.values())


def test_p13_t47_comments_share_no_key_or_order_with_people_or_responses(db, published):
    campaign, _ = published
    writers = [int(text.split()[1]) for (text,) in _rows("SELECT text FROM surveys_releasedcomment ORDER BY ctid")]

    assert len(writers) == PEOPLE_PER_UNIT * UNITS
    assert writers != sorted(writers)
    in_place = sum(writer == person for writer, person in zip(writers, sorted(writers), strict=True))
    assert in_place < 10  # one would be chance
    comments = set(ReleasedComment.objects.values_list("pk", flat=True))
    assert not comments & set(Response.objects.values_list("pk", flat=True))


def test_t49_the_attributes_of_the_launch_are_blank_and_participation_remains(db, published):
    campaign, _ = published

    assert set(campaign.invitations.values_list("answered", "tenure_band", "site")) == {(True, "", "")}
    assert campaign.invitations.count() == PEOPLE_PER_UNIT * UNITS
