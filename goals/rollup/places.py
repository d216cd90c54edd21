"""Depth and alignment of goals as the tree itself gives them: what the proof compares with, and what a recompute restores.

services.place writes both for the goal that moves; here they are worked out from the roots down.
"""

from django.db import connection

from goals.models import Goal, GoalDetail

_LEADS = f"(g.state = {Goal.State.ACTIVE.value} AND (d.level = '{GoalDetail.Level.ORGANISATION.value}' OR {{above}}))"
_WRONG = f"""
SELECT g.id FROM goals_goal g JOIN goals_goaldetail d ON d.goal_id = g.id LEFT JOIN goals_goal p ON p.id = g.parent_id
WHERE g.cycle_id = %(cycle)s AND (g.is_aligned IS DISTINCT FROM {_LEADS.format(above="coalesce(p.is_aligned, false)")}
                                  OR g.depth <> coalesce(p.depth + 1, 0))"""
_RESTORE = f"""
WITH RECURSIVE placed(id, depth, is_aligned) AS (
    SELECT g.id, 0, {_LEADS.format(above="false")} FROM goals_goal g JOIN goals_goaldetail d ON d.goal_id = g.id
    WHERE g.cycle_id = %(cycle)s AND g.parent_id IS NULL
    UNION ALL
    SELECT g.id, p.depth + 1, {_LEADS.format(above="p.is_aligned")}
    FROM placed p JOIN goals_goal g ON g.cycle_id = %(cycle)s AND g.parent_id = p.id
    JOIN goals_goaldetail d ON d.goal_id = g.id)
UPDATE goals_goal g SET depth = placed.depth, is_aligned = placed.is_aligned FROM placed
WHERE g.id = placed.id AND (g.depth <> placed.depth OR g.is_aligned <> placed.is_aligned)"""


def wrong(cycle_id: int) -> list[int]:
    """Goals whose depth or link to the organisation is not what their neighbour above says."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG, {"cycle": cycle_id})
        return [row[0] for row in cursor.fetchall()]


def restore(cycle_id: int) -> int:
    """Place every goal of the cycle anew; returns how many stood wrong. The caller holds the cycle's lock."""
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE, {"cycle": cycle_id})
        return int(cursor.rowcount)
