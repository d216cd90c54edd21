"""What the numbers were week by week, packed: one row for a block of goals or units, a cycle and a week.

Four bytes a value in place of a row a value: a week of a million goals takes 8 MB. The place of a value follows from its
id, so nothing else is stored; goals.rollup.weeks packs, goals.queries.trends reads. Written by goals.rollup alone.
"""

from typing import ClassVar

from django.db import models

from goals.models.cycle import GoalCycle


class Week(models.Model):
    """`block` holds the ids from block * BLOCK on; `week_on` is the Monday. `figures`: FIGURES, whole columns of 4 bytes."""

    BLOCK: ClassVar[int]
    FIGURES: ClassVar[tuple[str, ...]]

    cycle = models.ForeignKey(GoalCycle, on_delete=models.CASCADE, related_name="+", db_index=False)
    block = models.IntegerField()
    week_on = models.DateField()
    figures = models.BinaryField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"block {self.block}, week of {self.week_on}"


class GoalWeek(Week):
    """Headline progress and roll-up of 1,000 goals at the end of a week, in ppm."""

    BLOCK = 1000
    FIGURES = ("progress", "supporting")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "block", "week_on"], name="one_goal_block_a_week"),
        ]


class UnitWeek(Week):
    """Totals of 100 units, everything below them included, at the end of a week; progress and expected are means in ppm."""

    BLOCK = 100
    FIGURES = ("goals", "with_data", "progress", "expected", "on_pace", "stale", "people", "covered")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "block", "week_on"], name="one_unit_block_a_week"),
        ]
