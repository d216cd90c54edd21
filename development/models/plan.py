"""The development plan: what somebody wants to learn, in their own words. Private until shared, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from assessments.competencies.models import HIGHEST_LEVEL, Competency
from development.models.catalogue import Activity
from people.models import Employee

if TYPE_CHECKING:
    from people.access import Viewer


class PlanItemQuerySet(models.QuerySet["PlanItem"]):
    def visible_to(self, viewer: Viewer) -> PlanItemQuerySet:
        """The owner's own, and what direct reports share; nobody else's, whatever the role (access.md, rows 33, 34)."""
        if viewer.employee is None:
            return self.none()
        return self.filter(Q(owner=viewer.employee) | _shared_with(viewer.employee))

    def shared_with(self, manager: Employee) -> PlanItemQuerySet:
        """What people share with this manager while it is theirs; the next manager begins with nothing."""
        return self.filter(_shared_with(manager))

    def of(self, employee: Employee) -> PlanItemQuerySet:
        return self.filter(owner=employee)


def _shared_with(manager: Employee) -> Q:
    return Q(shared_with=manager, owner__manager=manager)


class PlanItem(models.Model):
    """One intention: an activity of the catalogue, a wish of one's own, or a development goal for a level."""

    class Kind(models.TextChoices):
        ACTIVITY = "activity", "From the catalogue"
        OWN = "own", "My own wish"
        GOAL = "goal", "Development goal"

    class State(models.TextChoices):
        IDEA = "idea", "Idea"
        DOING = "doing", "Doing"
        DONE = "done", "Finished"

    owner = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="plan_items")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.OWN)
    title = models.CharField(max_length=160)
    text = models.CharField(max_length=1000, blank=True)
    activity = models.ForeignKey(Activity, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    target_level = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_LEVEL)]
    )
    state = models.CharField(max_length=5, choices=State.choices, default=State.IDEA)
    shared_with = models.ForeignKey(Employee, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    review_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    finished_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Counted up by each edit of the words")

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        ordering = ["review_on", "pk"]
        indexes = [models.Index(fields=["owner", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="goal") | Q(competency__isnull=False, target_level__isnull=False),
                name="development_goal_names_competency_and_level",
                violation_error_message="A development goal names a competency and the level to reach.",
            ),
            models.CheckConstraint(
                condition=Q(state="done", finished_on__isnull=False) | (~Q(state="done") & Q(finished_on=None)),
                name="finished_item_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("development:item", args=[self.pk])

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def is_shared(self) -> bool:
        """Whether somebody else reads it now: the manager it was shared with, while they are the owner's manager."""
        return self.shared_with_id is not None and self.shared_with_id == self.owner.manager_id


class Step(models.Model):
    """A small step of an item."""

    item = models.ForeignKey(PlanItem, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(max_length=200)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class EntryQuerySet(models.QuerySet["Entry"]):
    def readable_by(self, viewer: Viewer) -> EntryQuerySet:
        """Whoever sees the item sees evidence and comments; reflections are their writer's alone."""
        return self.filter(Q(author=viewer.employee) | ~Q(kind=Entry.Kind.REFLECTION))

    def of(self, author: Employee) -> EntryQuerySet:
        return self.filter(author=author)


class Entry(models.Model):
    """Words beside an item, or a reflection that belongs to none."""

    class Kind(models.TextChoices):
        REFLECTION = "reflection", "Reflection"
        EVIDENCE = "evidence", "Evidence"
        COMMENT = "comment", "Comment"

    item = models.ForeignKey(PlanItem, on_delete=models.CASCADE, null=True, blank=True, related_name="entries")
    author = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=2000)
    made_at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="reflection") | Q(item__isnull=False), name="only_reflections_stand_alone"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
