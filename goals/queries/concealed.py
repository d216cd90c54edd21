"""Roll-ups that would tell one person's progress to somebody who may not see that person's goal.

A goal open to "the owner and the managers above" counts for what it supports. Where exactly one number of a sum is not
open to the viewer, the sum and the other numbers give it away; then the sum is not shown, on any page. A goal without a
measure passes its roll-up on, so a sum that is not shown is an unknown number in the sum above. Two unknown numbers give
neither away.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from django.db import connection
from django.db.models import Count
from django.db.models.expressions import RawSQL

from goals.models import Goal
from goals.models.goal import PROGRESS_PPM
from goals.progress import Status
from goals.queries.rows import GoalRow
from people.access import Role, Viewer

NOT_SHOWN = "Not shown"

# The goals asked for and, below them, goals without a measure that count: those whose roll-up decides theirs.
_BARE = f"""
WITH RECURSIVE bare(id, parent_id, depth) AS (
    SELECT id, NULL::bigint, depth FROM goals_goal WHERE id = ANY(%(goals)s)
    UNION
    SELECT g.id, g.parent_id, g.depth FROM bare b JOIN goals_goal g ON g.parent_id = b.id
    WHERE g.measured = {Goal.Measured.NOT.value} AND g.state = {Goal.State.ACTIVE.value} AND g.weight > 0
      AND g.visibility = {Goal.Visibility.PUBLIC.value} AND g.starts_on <= %(on)s)
SELECT id, parent_id FROM bare ORDER BY depth DESC, parent_id NULLS LAST"""


def concealed(goals: Collection[int], viewer: Viewer, on: date) -> set[int]:
    """Which of these goals have a roll-up that the viewer must not see; at most 2 queries."""
    if not goals or viewer.has(Role.HR_ADMIN):  # who sees every goal that counts
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_BARE, {"goals": list(goals), "on": on})
        rows = cursor.fetchall()
    unknown = Counter(_hidden_parts({*goals, *(row[0] for row in rows)}, viewer, on))
    found: set[int] = set()
    for goal, parent in rows:  # the deepest first
        if unknown[goal] == 1:
            if goal not in found and parent is not None:
                unknown[parent] += 1
            found.add(goal)
    return found


_EVERY_BARE = f"""
WITH RECURSIVE bare(id) AS (
    SELECT %s::bigint
    UNION
    SELECT g.id FROM bare b JOIN goals_goal g ON g.parent_id = b.id
    WHERE g.measured = {Goal.Measured.NOT.value} AND g.visibility <> {Goal.Visibility.PRIVATE.value})
SELECT id FROM bare"""


def is_open_below(goal: Goal, viewer: Viewer) -> bool:
    """Whether the viewer sees every goal that the roll-up of `goal` is or was made of, withdrawn ones included.

    Sums of earlier weeks are shown to nobody else: two numbers that hide each other today may have been one alone then.
    One query.
    """
    if viewer.has(Role.HR_ADMIN):
        return True
    below = Goal.objects.filter(parent__in=RawSQL(_EVERY_BARE, [goal.pk]))  # noqa: S611 - no text from outside
    line = below.filter(visibility=Goal.Visibility.LINE)
    return not line.exclude(pk__in=Goal.objects.visible_to(viewer).values("pk")).exists()


def _hidden_parts(parents: Collection[int], viewer: Viewer, on: date) -> dict[int, int]:
    """How many counted numbers below each goal the viewer may not see."""
    line = Goal.objects.filter(parent__in=parents, visibility=Goal.Visibility.LINE)
    counted = line.counted(on).filter(weight__gt=0).exclude(pk__in=line.visible_to(viewer).values("pk"))
    counted = counted.annotate(headline=PROGRESS_PPM).filter(headline__isnull=False)
    return dict(counted.order_by().values_list("parent").annotate(Count("pk")))


def veiled(rows: Iterable[GoalRow], viewer: Viewer, on: date) -> list[GoalRow]:
    """The same rows without the roll-ups that the viewer must not see; at most 2 queries."""
    rows = list(rows)
    hidden = concealed([row.id for row in rows], viewer, on)
    return [veil(row) if row.id in hidden else row for row in rows]


def veil(row: GoalRow) -> GoalRow:
    """A goal with a measure keeps it; one without has nothing left to show."""
    if row.has_metric:
        return replace(row, supporting_ppm=None)
    return replace(
        row,
        supporting_ppm=None,
        progress_ppm=None,
        expected_ppm=None,
        status=Status.NO_DATA,
        shown=Status.NO_DATA,
        status_words=NOT_SHOWN,
    )
