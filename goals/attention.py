"""Which goals of a whole cycle want a look, and in which order; progress.need on whole columns."""

import numpy as np
from django.db import connection

from goals.bulk import CODE, NO_DATA, Standings
from goals.columns import Bools, Ints
from goals.progress import NEED_OF_STATUS, Need

LOW_CONFIDENCE = 3  # of 10
_SHIFT = 1 << 32  # more than any goal is behind: progress.PPM_LIMIT


def asking(cycle_id: int) -> Ints:
    """Goals whose latest check-in says that something is in the way."""
    return _latest_says("blocker <> ''", cycle_id)


def unsure(cycle_id: int) -> Ints:
    """Goals whose latest check-in gives little confidence."""
    return _latest_says(f"confidence <= {LOW_CONFIDENCE}", cycle_id)


def _latest_says(what: str, cycle_id: int) -> Ints:
    """Goals of which the latest check-in that stands says so. Only goals where some check-in says it are looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT latest.goal_id FROM (
                   SELECT DISTINCT ON (c.goal_id) c.goal_id, c.blocker, c.confidence FROM goals_checkin c
                   WHERE c.goal_id IN (SELECT a.goal_id FROM goals_checkin a JOIN goals_goal g ON g.id = a.goal_id
                                       WHERE a.{what} AND g.cycle_id = %s)
                     AND c.replaced_at IS NULL
                   ORDER BY c.goal_id, c.measured_on DESC, c.id DESC) latest
               WHERE latest.{what}""",
            [cycle_id],
        )
        return np.array([row[0] for row in cursor.fetchall()], np.int64)


def needs_of(found: Standings, asks: Ints) -> Ints:
    """progress.need of every goal; one more than the last for a goal that needs nothing."""
    need = np.where(found.is_stale, Need.STALE, Need.STALE + 1)
    for status, value in NEED_OF_STATUS.items():
        need = np.where(found.shown == CODE[status], value, need)
    need = np.where(found.is_breached, Need.GUARDRAIL, need)
    need = np.where(found.tree.among(asks), Need.ASKS, need)
    return np.where(found.tree.flag("is_listed"), need, Need.STALE + 1)


def in_order(found: Standings, needs: Ints, among: Bools | None = None) -> Ints:
    """Rows of the goals that need something, the most urgent first: by need, then the furthest behind its pace."""
    chosen = needs <= Need.STALE
    return all_in_order(found, needs, chosen if among is None else chosen & among)


def all_in_order(found: Standings, needs: Ints, chosen: Bools) -> Ints:
    """The rows of these goals in the same order, those that need nothing last."""
    rows = np.flatnonzero(chosen)
    return rows[sorted_by(urgency(found, needs, rows), found.tree["id"][rows])]


def urgency(found: Standings, needs: Ints, rows: Ints) -> Ints:
    """One number that sorts these rows by need, then by how far behind the pace: below 2**36."""
    known = np.where(found.progress[rows] == NO_DATA, 0, found.progress[rows])
    ahead = known - np.where(found.tree.flag("is_kept")[rows], 0, found.expected[rows])
    return (needs[rows].astype(np.int64) << 33) + (ahead + _SHIFT)


def sorted_by(key: Ints, ids: Ints) -> Ints:
    """The order by `key`, then by id; faster where the ids are in order already, as in a table that was filled once."""
    in_order = bool(np.all(ids[1:] > ids[:-1]))
    return np.argsort(key, kind="stable") if in_order else np.lexsort((ids, key))
