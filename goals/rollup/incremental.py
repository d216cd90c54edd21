"""The roll-up of a few goals and everything above them, one UPDATE per level."""

from datetime import date

from django.db import connection

from goals.models import Goal
from goals.progress import PPM

# The parent's depth is the child's less one: carried along, so that nothing is joined after the recursion, whose row
# estimate is far too high.
_ABOVE = """
WITH RECURSIVE above(id, parent_id, depth) AS (
    SELECT id, parent_id, depth FROM goals_goal WHERE cycle_id = %(cycle)s AND id = ANY(%(goals)s)
    UNION
    SELECT g.id, g.parent_id, g.depth FROM above a JOIN goals_goal g ON g.cycle_id = %(cycle)s AND g.id = a.parent_id)
SELECT depth, array_agg(id) FROM above GROUP BY depth ORDER BY depth DESC"""

# The same rule as progress.roll_up and bulk.supporting.
_HEADLINE = f"CASE WHEN part.measured = {Goal.Measured.NOT.value} THEN part.supporting_ppm ELSE part.own_ppm END"
_LEVEL = f"""
UPDATE goals_goal g SET supporting_ppm = rolled.ppm
FROM (
    SELECT asked.id,
           (sum(part.weight::bigint * least(greatest({_HEADLINE}, 0), {PPM})) FILTER (WHERE {_HEADLINE} IS NOT NULL)::bigint
            + sum(part.weight) FILTER (WHERE {_HEADLINE} IS NOT NULL) / 2)
           / nullif(sum(part.weight) FILTER (WHERE {_HEADLINE} IS NOT NULL), 0) AS ppm
    FROM unnest(%(goals)s::bigint[]) asked(id)
    LEFT JOIN goals_goal part ON part.cycle_id = %(cycle)s AND part.parent_id = asked.id AND part.starts_on <= %(on)s
        AND part.state = {Goal.State.ACTIVE.value} AND part.visibility <> {Goal.Visibility.PRIVATE.value}
    GROUP BY asked.id) rolled
WHERE g.id = rolled.id AND g.cycle_id = %(cycle)s AND g.supporting_ppm IS DISTINCT FROM rolled.ppm"""


def recompute_above(cycle_id: int, goals: list[int], on: date) -> int:
    """Work these goals and all above them out again from their supporting goals; returns how many rows changed.

    Call it in a transaction that holds the cycle's lock.
    """
    changed = 0
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"cycle": cycle_id, "goals": goals})
        for _, level in cursor.fetchall():
            cursor.execute(_LEVEL, {"cycle": cycle_id, "goals": level, "on": on})
            changed += cursor.rowcount
    return changed
