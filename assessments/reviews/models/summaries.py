"""What many may read of levels: counts of a closed cycle by unit, and how managers rated. Made once, never changed.

Rows hold only what may be shown; what is hidden was never written (docs/decisions/024-levels-of-many.md).
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from assessments.competencies.models import CompetencyVersion
from assessments.reviews.models.cycles import ReviewCycle
from people.access import Role
from people.models import Employee, Unit

if TYPE_CHECKING:
    from people.access import Viewer

SMALLEST_GROUP = 5  # people behind any number about many; method.md, section 12


class LevelSummary(models.Model):
    """The levels of one closed cycle as counts, made the day after nothing could change any more."""

    cycle = models.OneToOneField(ReviewCycle, on_delete=models.CASCADE, related_name="summary")
    made_on = models.DateField()
    people = models.PositiveIntegerField(help_text="With a level that counts in at least one competency")

    class Meta:
        verbose_name_plural = "level summaries"

    def __str__(self) -> str:
        return f"Levels of {self.cycle}"


class UnitSummaryQuerySet(models.QuerySet["UnitSummary"]):
    def visible_to(self, viewer: Viewer) -> UnitSummaryQuerySet:
        """Everywhere for HR administrators and executives; with all below, the units a partner looks after or a head
        leads (access.md, row 32). Everybody reads the same numbers."""
        if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
            return self
        units = [*viewer.partner_units, *viewer.headed_units]
        ranges = [Q(unit__position__range=(unit.position, unit.last_position)) for unit in units]
        return self.filter(reduce(or_, ranges, Q(pk__in=[])))


class UnitSummary(models.Model):
    """One unit in a summary, in the order and with the name of the day it was made."""

    summary = models.ForeignKey(LevelSummary, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    place = models.PositiveIntegerField(help_text="Pre-order number, from 1")
    last_place = models.PositiveIntegerField(help_text="The largest number below")
    depth = models.PositiveSmallIntegerField()

    objects = UnitSummaryQuerySet.as_manager()

    class Meta:
        ordering = ["summary", "place"]
        verbose_name_plural = "unit summaries"
        constraints = [models.UniqueConstraint(fields=["summary", "place"], name="one_unit_summary_per_place")]

    def __str__(self) -> str:
        return f"{self.name}, {self.summary}"


class UnitLevel(models.Model):
    """One competency in one unit with all below. Numbers are empty where they may not be shown."""

    class Hidden(models.TextChoices):
        FEW = "few", "Not shown: fewer than 5 people."
        NEIGHBOUR = "neighbour", "Not shown, so that a small neighbouring group stays private."

    unit = models.ForeignKey(UnitSummary, on_delete=models.CASCADE, related_name="levels")
    version = models.ForeignKey(CompetencyVersion, on_delete=models.PROTECT, related_name="+")
    hidden = models.CharField(max_length=9, choices=Hidden.choices, blank=True)
    people = models.PositiveIntegerField(null=True, help_text="Assessed, with a needed level")
    at_level = models.PositiveIntegerField(null=True, help_text="Of them at or above the needed level")
    missing = models.PositiveIntegerField(null=True, help_text="Levels missing, summed over these people")
    context_percent = models.PositiveSmallIntegerField(
        null=True, help_text="Of the gaps, the share put down to the context; empty below five gaps"
    )

    class Meta:
        ordering = ["unit", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "version"], name="one_unit_level_per_competency"),
            models.CheckConstraint(
                condition=Q(
                    ~Q(hidden=""),
                    people__isnull=True,
                    at_level__isnull=True,
                    missing__isnull=True,
                    context_percent__isnull=True,
                )
                | Q(hidden="", people__gte=SMALLEST_GROUP, at_level__isnull=False, missing__isnull=False),
                name="unit_level_hidden_or_of_five_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.unit}"


class RatingSpreadQuerySet(models.QuerySet["RatingSpread"]):
    def visible_to(self, viewer: Viewer) -> RatingSpreadQuerySet:
        """HR by scope, and each manager's own manager: those who hold the talk about how people were rated."""
        if viewer.has(Role.HR_ADMIN):
            return self
        seen = Q(manager__manager=viewer.employee) if viewer.employee else Q(pk__in=[])
        for unit in viewer.partner_units:
            seen |= Q(manager__unit__position__range=(unit.position, unit.last_position))
        return self.filter(seen)


class RatingSpread(models.Model):
    """How one manager's shared ratings lie around the needed levels, in steps of ten percent, as of one day.

    Without a manager: those with fewer than five people, taken together.
    """

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="spreads")
    manager = models.ForeignKey(Employee, on_delete=models.PROTECT, null=True, related_name="+")
    people = models.PositiveIntegerField()
    far_below_percent = models.PositiveSmallIntegerField("two levels or more below")
    below_percent = models.PositiveSmallIntegerField("one level below")
    at_percent = models.PositiveSmallIntegerField("at the needed level")
    above_percent = models.PositiveSmallIntegerField("above it")
    made_on = models.DateField()

    objects = RatingSpreadQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "manager__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "manager"], nulls_distinct=False, name="one_rating_spread_per_manager"
            ),
            models.CheckConstraint(condition=Q(people__gte=SMALLEST_GROUP), name="rating_spread_of_five_people"),
        ]

    def __str__(self) -> str:
        return f"{self.manager or 'Smaller teams together'}: {self.cycle}"
