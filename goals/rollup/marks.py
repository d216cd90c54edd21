"""Marks say which goals changed; one sweeper per cycle claims them."""

from django.db import connection

from goals.models import Goal, RollupMark
from goals.models.engine import LOCK_CLASS

CLAIM = 20_000


def mark(goal: Goal) -> None:
    """Note, in the caller's transaction, that this goal or its place changed: it and all above are worked out again."""
    RollupMark.objects.create(cycle_id=goal.cycle_id, goal_id=goal.pk)


def try_lock(cycle_id: int) -> bool:
    """Take the cycle's lock to the end of the transaction; False when somebody else holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, cycle_id])
        return bool(cursor.fetchone()[0])


def wait_for_lock(cycle_id: int) -> None:
    """The same, waiting (at most lock_timeout). For what changes the shape of the tree."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, cycle_id])


def claim(cycle_id: int) -> list[int]:
    """Take up to CLAIM waiting marks away; returns their goals, each once.

    A statement of its own, so that what is read afterwards sees every claimed check-in. By ctid: with the statistics of
    an empty queue the planner would repeat a `LIMIT` subselect for every row.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM goals_rollupmark WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM goals_rollupmark WHERE cycle_id = %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))
               RETURNING goal_id""",
            [cycle_id, CLAIM],
        )
        return sorted({row[0] for row in cursor.fetchall()})
