"""Which goals of departments and teams serve a C: those that name it, and those that name none and support one that does."""

from collections import defaultdict
from collections.abc import Mapping

from django.db import connection

from goals.models import Goal, GoalCycle, GoalDetail

Level = GoalDetail.Level

# Goals that are shared are few, and everyone reads them: organisation, departments, teams (services.place). They are read once
# and walked down from those that name a C.
_SERVING = f"""
WITH RECURSIVE shared AS MATERIALIZED (
    SELECT g.id, g.parent_id, d.level, d.constructs
    FROM goals_goaldetail d JOIN goals_goal g ON g.id = d.goal_id JOIN goals_goalcycle c ON c.id = g.cycle_id
    WHERE d.level <> '{Level.INDIVIDUAL.value}' AND g.state = {Goal.State.ACTIVE.value}
      AND g.visibility = {Goal.Visibility.PUBLIC.value} AND c.state = '{GoalCycle.State.ACTIVE.value}'),
serving(id, level, constructs) AS (
    SELECT id, level, constructs FROM shared WHERE cardinality(constructs) > 0
    UNION ALL
    SELECT s.id, s.level, a.constructs FROM serving a JOIN shared s ON s.parent_id = a.id
    WHERE cardinality(s.constructs) = 0)"""
_BELOW = f"level IN ('{Level.DEPARTMENT.value}', '{Level.TEAM.value}')"


def counts() -> Mapping[tuple[str, str], int]:
    """How many goals of each level serve each C: (construct, level) to count. One query."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_SERVING} SELECT construct, level, count(*) FROM serving, unnest(constructs) construct "
            f"WHERE {_BELOW} GROUP BY 1, 2"
        )
        for construct, level, count in cursor.fetchall():
            found[construct, level] = count
    return found


def goals_below(construct: str) -> dict[int, str]:
    """Goals of departments and teams that serve one C, with their level. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_SERVING} SELECT id, level FROM serving WHERE {_BELOW} AND %s = ANY(constructs)", [construct])
        return dict(cursor.fetchall())
