"""The number of a goal's own measure as its rows give it: what the proof compares with, and what a recompute restores.

services.check_in works the same out in Python (progress.Measure, progress.milestones_done); here it is SQL, from the latest
check-in that stands and the milestones that count.
"""

from collections.abc import Collection

from django.db import connection

from goals.progress import PPM, PPM_LIMIT


def _ppm(part: str, whole: str) -> str:
    """progress.to_ppm: half away from zero, within what the column holds."""
    return f"least({PPM_LIMIT}, greatest(-{PPM_LIMIT}, round({PPM} * ({part})::numeric / ({whole}))))"


_OUTSIDE = (
    "greatest(d.low - latest.value, latest.value - d.high, 0)"  # greatest passes over an open side, which is NULL
)
_NUMBER = f"""CASE WHEN d.metric_type <> 'maintain' THEN
        {_ppm("coalesce(latest.value, d.baseline) - d.baseline", "d.target - d.baseline")}
    WHEN latest.value IS NOT NULL THEN greatest(0, {PPM} - {_ppm(_OUTSIDE, "d.tolerance")}) END"""
_NUMBERS = f"""
SELECT g.id, ({_NUMBER})::int AS ppm FROM goals_goal g JOIN goals_goaldetail d ON d.goal_id = g.id
LEFT JOIN LATERAL (SELECT value FROM goals_checkin WHERE goal_id = g.id AND replaced_at IS NULL
                   ORDER BY measured_on DESC, id DESC LIMIT 1) latest ON true
WHERE g.cycle_id = %(cycle)s AND d.metric_type IN ('increase', 'decrease', 'maintain')
  AND g.own_ppm IS DISTINCT FROM ({_NUMBER})"""

_DONE = f"CASE WHEN steps.whole > 0 THEN {_ppm('steps.done', 'steps.whole')} END"
_MILESTONES = f"""
SELECT g.id, ({_DONE})::int AS ppm FROM goals_goal g JOIN goals_goaldetail d ON d.goal_id = g.id
LEFT JOIN (SELECT goal_id, coalesce(sum(weight) FILTER (WHERE done_on IS NOT NULL), 0) AS done, sum(weight) AS whole
           FROM goals_milestone WHERE cancelled_on IS NULL GROUP BY goal_id) steps ON steps.goal_id = g.id
WHERE g.cycle_id = %(cycle)s AND d.metric_type = 'milestone' AND g.own_ppm IS DISTINCT FROM ({_DONE})"""

_ONLY = " AND g.id = ANY(%(goals)s)"


def wrong(cycle_id: int) -> list[int]:
    """Goals whose own number is not what their check-ins and milestones say."""
    found = []
    with connection.cursor() as cursor:
        for query in (_NUMBERS, _MILESTONES):
            cursor.execute(query, {"cycle": cycle_id})
            found += [row[0] for row in cursor.fetchall()]
    return sorted(found)


def restore(cycle_id: int, goals: Collection[int]) -> int:
    """Set the own numbers of these goals to what their rows say; returns how many changed. Call it in a transaction.

    The rows are locked by a statement of its own first, as a check-in locks its goal: the next statement then sees every
    check-in that was committed, and none can come in between.
    """
    parameters: dict[str, int | list[int]] = {"cycle": cycle_id, "goals": sorted(goals)}
    changed = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM goals_goal WHERE id = ANY(%(goals)s) ORDER BY id FOR NO KEY UPDATE", parameters)
        for query in (_NUMBERS, _MILESTONES):
            cursor.execute(
                f"UPDATE goals_goal g SET own_ppm = found.ppm FROM ({query}{_ONLY}) found WHERE g.id = found.id",
                parameters,
            )
            changed += cursor.rowcount
    return changed
