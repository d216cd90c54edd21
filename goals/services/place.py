"""Where a goal stands in its tree: parent, depth, the path to an organisation goal. Call with the cycle's lock held."""

from django.db import connection

from core.errors import DomainError
from goals.models import Goal, GoalDetail
from goals.models.goal import MAX_DEPTH

Level = GoalDetail.Level


class BadPlace(DomainError):
    """The goal cannot stand there."""


_BELOW = f"""
WITH RECURSIVE below(id, depth, is_aligned) AS (
    SELECT id, %(depth)s::int, %(is_aligned)s FROM goals_goal WHERE cycle_id = %(cycle)s AND id = %(goal)s
    UNION ALL
    SELECT g.id, b.depth + 1, b.is_aligned AND g.state = {Goal.State.ACTIVE.value}
    FROM below b JOIN goals_goal g ON g.cycle_id = %(cycle)s AND g.parent_id = b.id),
placed AS (
    UPDATE goals_goal g SET depth = b.depth, is_aligned = b.is_aligned FROM below b
    WHERE g.id = b.id AND (g.depth <> b.depth OR g.is_aligned <> b.is_aligned))
SELECT max(depth) FROM below"""

_ABOVE = """
WITH RECURSIVE above(id, parent_id) AS (
    SELECT id, parent_id FROM goals_goal WHERE cycle_id = %(cycle)s AND id = %(goal)s
    UNION
    SELECT g.id, g.parent_id FROM above a JOIN goals_goal g ON g.cycle_id = %(cycle)s AND g.id = a.parent_id)
SELECT id FROM above"""


def refuse_bad_place(goal: Goal, level: str) -> None:
    """Raise BadPlace unless `goal` may support its parent at this level.

    The parent is read anew: the caller fetched it before it held the lock, and it may have been moved or withdrawn since.
    """
    if goal.parent_id is not None:
        goal.parent = Goal.objects.select_related("detail").get(pk=goal.parent_id)
    shared = level != Level.INDIVIDUAL
    if shared and goal.visibility != Goal.Visibility.PUBLIC:
        raise BadPlace("Goals of the organisation, a department or a team are open to everyone here.")
    if goal.pk and goal.visibility == Goal.Visibility.PRIVATE and Goal.objects.active().filter(parent=goal.pk).exists():
        raise BadPlace("Other goals support this one. Align them with another goal first, then make it private.")
    parent = goal.parent
    if parent is None:
        return
    if level == Level.ORGANISATION:
        raise BadPlace("An organisation goal stands at the top and supports no other goal.")
    if goal.visibility == Goal.Visibility.PRIVATE:
        raise BadPlace("A private goal supports no other goal. Show it to your line first.")
    if parent.cycle_id != goal.cycle_id:
        raise BadPlace("The goal to support belongs to another cycle.")
    if not parent.is_active:
        raise BadPlace("The goal to support was withdrawn.")
    if parent.visibility == Goal.Visibility.PRIVATE:
        raise BadPlace("A private goal cannot have supporting goals.")
    if Level(parent.detail.level).rank > Level(level).rank:
        raise BadPlace(f"A goal of one {level} cannot support one of a lower level: {parent.detail.title}.")
    if goal.pk and goal.pk in ids_above(parent):
        raise BadPlace("A goal cannot support itself or a goal below it.")


def settle(goal: Goal, level: str) -> None:
    """Write depth and alignment of the goal and of everything below it. Raises BadPlace for a tree that gets too deep."""
    parent = goal.parent
    goal.depth = parent.depth + 1 if parent else 0
    goal.is_aligned = goal.is_active and (level == Level.ORGANISATION or bool(parent and parent.is_aligned))
    place = {"depth": goal.depth, "is_aligned": goal.is_aligned, "cycle": goal.cycle_id, "goal": goal.pk}
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, place)
        deepest = cursor.fetchone()[0]
    if deepest >= MAX_DEPTH:
        raise BadPlace(f"A goal tree has at most {MAX_DEPTH} levels.")


def ids_above(goal: Goal) -> set[int]:
    """The goal and everything it supports, directly or through others."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"cycle": goal.cycle_id, "goal": goal.pk})
        return {row[0] for row in cursor.fetchall()}
