"""What the roll-up keeps for itself: marks, its state per cycle, totals per unit. Written by goals.rollup alone."""

from __future__ import annotations

import struct
from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from goals.models.cycle import GoalCycle
from people.models import Unit

LOCK_CLASS = 7707  # first key of the advisory lock of whoever works a cycle out; the second is the cycle


class RollupMark(models.Model):
    """ "This goal or its place changed: work it and everything above it out again."

    Append-only outbox, claimed by deleting. No unique key: a second check-in that found the first one's mark waiting and
    added none would be lost when the sweep claims that mark before the second commits.
    """

    cycle = models.ForeignKey(
        GoalCycle, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+"
    )
    goal_id = models.BigIntegerField()
    queued_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["cycle", "id"], name="marks_in_order")]

    def __str__(self) -> str:
        return f"goal {self.goal_id}"


class RollupEvent(StrEnum):
    """What the audit trail says of the computed numbers of a cycle: the verbs of its entries."""

    ASKED = "asked for a recompute of"
    RESTORED = "worked everything out again for"
    CHECKED = "checked the numbers of"
    WRONG = "found the roll-up wrong"
    RIGHT = "found the roll-up right again"


class RollupState(models.Model):
    """How fresh the computed numbers of a cycle are, and what the last proof found."""

    cycle = models.OneToOneField(GoalCycle, on_delete=models.CASCADE, primary_key=True, related_name="rollup")
    as_of = models.DateField(null=True, help_text="The organisation's day that decided which goals have started")
    rolled_up_at = models.DateTimeField(null=True)
    goals = models.IntegerField(default=0, help_text="Goals in the cycle at the last full recompute")
    is_summary_due = models.BooleanField(default=True)
    summarised_at = models.DateTimeField(null=True)
    summary_ms = models.IntegerField(default=0, help_text="What the last unit summaries cost; decides how often")
    proved_at = models.DateTimeField(null=True)
    drift = models.IntegerField(
        null=True, help_text="Goals that the last proof found different; more than 0 is an alarm"
    )
    drift_goals = ArrayField(models.BigIntegerField(), default=list, help_text="The first of them")
    asked_at = models.DateTimeField(
        null=True, help_text="Somebody wants everything worked out again; the next sweep does"
    )

    def __str__(self) -> str:
        return f"{self.cycle_id} as of {self.as_of}"


class UnitSummary(models.Model):
    """Totals over the goals of a unit and everything below it, as of one day, and the goals that need a look most.

    All rows of a cycle are replaced at once: no constraint that the database would check for each of them. `urgent` lists
    those goals in order, by goals.progress.Need, so that the page of a large unit need not look at all: 8 bytes an id.
    """

    cycle = models.ForeignKey(
        GoalCycle, on_delete=models.CASCADE, related_name="unit_summaries", db_index=False, db_constraint=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="goal_summaries", db_constraint=False)
    as_of = models.DateField()
    computed_at = models.DateTimeField()
    goals = models.IntegerField(help_text="Not cancelled, not private")
    with_data = models.IntegerField(help_text="Started and with data; progress and pace are means over these")
    progress_sum = models.BigIntegerField(help_text="Sum of clamped progress, ppm")
    expected_sum = models.BigIntegerField(help_text="Sum of expected progress, ppm; a kept goal expects all")
    not_started = models.IntegerField()
    on_track = models.IntegerField(help_text="As shown: a breached guardrail turns on track into at risk")
    at_risk = models.IntegerField()
    off_track = models.IntegerField()
    achieved = models.IntegerField()
    missed = models.IntegerField()
    no_data = models.IntegerField()
    stale = models.IntegerField()
    breached = models.IntegerField(help_text="Goals with a breached guardrail")
    people = models.IntegerField(help_text="Active employees")
    covered = models.IntegerField(help_text="Of them with a goal that leads up to an organisation goal")
    urgent = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "unit"], name="one_summary_per_unit_and_cycle")]

    def __str__(self) -> str:
        return f"unit {self.unit_id} as of {self.as_of}"

    @property
    def urgent_goals(self) -> list[int]:
        """Ids, the most urgent first."""
        held = bytes(self.urgent)
        return [pk for (pk,) in struct.iter_unpack("<q", held) if pk]
