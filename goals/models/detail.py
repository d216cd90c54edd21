"""What is written about a goal: its words and its measure."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from assessments.competencies.models import HIGHEST_LEVEL, Competency
from core.constructs import Construct, ConstructField
from goals.fairness import NO_RATING, NO_SURVEY
from goals.models.cycle import Rhythm
from goals.models.goal import Goal
from goals.progress import Measure, MetricType


def _number(**extra: object) -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True, **extra)  # type: ignore[arg-type]


# A comparison with NULL is neither true nor false, and PostgreSQL lets such a check pass: each condition below therefore
# also says which columns are set.


def _only(*given: str) -> Q:
    """The fields in `given` are set, the other numbers of the measure are not."""
    numbers = ("baseline", "target", "low", "high", "tolerance")
    return Q(**{f"{name}__isnull": name not in given for name in numbers})


def _bounds() -> Q:
    one = Q(low__isnull=False, high=None) | Q(low=None, high__isnull=False)
    return one | Q(low__isnull=False, high__isnull=False, low__lte=F("high"))


class GoalDetail(models.Model):
    """The words and the measure of one goal. Rules on what people type are constraints here, with sentences."""

    class Level(models.TextChoices):
        ORGANISATION = "organisation", "Organisation"
        DEPARTMENT = "department", "Department"
        TEAM = "team", "Team"
        INDIVIDUAL = "individual", "One person"

        @property
        def rank(self) -> int:
            """0 organisation to 3 individual: a goal supports one of its own rank or above."""
            return list(type(self)).index(self)

    class Metric(models.TextChoices):
        NONE = MetricType.NONE.value, "No measure of its own"
        INCREASE = MetricType.INCREASE.value, "Raise a number"
        DECREASE = MetricType.DECREASE.value, "Lower a number"
        MAINTAIN = MetricType.MAINTAIN.value, "Keep a number within bounds"
        MILESTONE = MetricType.MILESTONE.value, "Reach milestones"

    class Source(models.TextChoices):
        """Where a measure comes from. The last two are offered so that whoever means them is told why not."""

        OWN = "own", "Our own systems and counts"
        CUSTOMERS = "customers", "What customers tell us"
        SURVEY = "survey", "The 7 Cs questionnaire, a pulse or a readiness survey"
        RATING = "rating", "Competency ratings"

    goal = models.OneToOneField(Goal, on_delete=models.CASCADE, primary_key=True, related_name="detail")
    level = models.CharField(max_length=12, choices=Level.choices)
    title = models.CharField(max_length=200)
    customer_benefit = models.CharField(max_length=300, help_text="What a customer notices when the goal is reached")
    description = models.TextField(blank=True)
    constructs = ArrayField(ConstructField(), default=list, blank=True)
    metric_type = models.CharField(max_length=10, choices=Metric.choices)
    metric_name = models.CharField("what is measured", max_length=200, blank=True)
    metric_unit = models.CharField("unit of the measure", max_length=40, blank=True)
    source_kind = models.CharField(
        "kind of source", max_length=9, choices=Source.choices, default=Source.OWN, db_default=Source.OWN.value
    )
    metric_source = models.CharField("where the number comes from", max_length=200, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(4)])
    baseline = _number(help_text="Where it stood at the start")
    target = _number()
    low = _number(verbose_name="at least")
    high = _number(verbose_name="at most")
    tolerance = _number(help_text="This far outside the bounds counts as off track")
    competency = models.ForeignKey(
        Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="development_goals"
    )
    from_level = models.PositiveSmallIntegerField(null=True, blank=True)
    to_level = models.PositiveSmallIntegerField(null=True, blank=True)
    reward = models.CharField(
        max_length=300, blank=True, db_default="", help_text="What is promised when it is reached; empty: none"
    )
    carried_from = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, blank=True, related_name="carried_to")
    rhythm = models.CharField(
        max_length=11, choices=Rhythm.choices, blank=True, db_default="", help_text="Empty: as the cycle says"
    )
    cancelled_because = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts changes, so that two editors cannot overwrite")

    class Meta:
        indexes = [
            # Nine goals of ten are one person's; pages of the organisation look at the others.
            models.Index(fields=["level"], condition=~Q(level="individual"), name="shared_goals_by_level")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(customer_benefit=""),
                name="goal_says_what_and_for_whom",
                violation_error_message="A goal needs a title and a sentence on what the customer notices.",
            ),
            models.CheckConstraint(
                condition=~Q(level="organisation") | Q(constructs__len__gt=0),
                name="organisation_goal_has_a_construct",
                violation_error_message="An organisation goal serves at least one of the seven Cs. Choose one.",
            ),
            models.CheckConstraint(
                condition=(Q(metric_type="increase", target__gt=F("baseline")) & _only("baseline", "target"))
                | (Q(metric_type="decrease", target__lt=F("baseline")) & _only("baseline", "target"))
                | (
                    Q(metric_type="maintain", tolerance__isnull=False, tolerance__gt=0)
                    & Q(baseline=None, target=None)
                    & _bounds()
                )
                | (Q(metric_type__in=["milestone", "none"]) & _only()),
                name="goal_measure_is_whole",
                violation_error_message="The numbers do not fit the kind of measure: a target lies on the side to move "
                "to, bounds need a tolerance above 0.",
            ),
            models.CheckConstraint(
                condition=Q(metric_type="none") | ~Q(metric_name=""),
                name="goal_measure_has_a_name",
                violation_error_message="Say what is measured.",
            ),
            models.CheckConstraint(
                condition=~Q(source_kind="survey"), name="metric_is_no_survey_score", violation_error_message=NO_SURVEY
            ),
            models.CheckConstraint(
                condition=~Q(source_kind="rating"), name="metric_is_no_rating", violation_error_message=NO_RATING
            ),
            models.CheckConstraint(
                condition=Q(competency=None, from_level=None, to_level=None)
                | Q(
                    competency__isnull=False,
                    from_level__isnull=False,
                    to_level__isnull=False,
                    to_level__gte=F("from_level"),
                    from_level__gte=0,
                    to_level__lte=HIGHEST_LEVEL,
                ),
                name="development_goal_levels",
                violation_error_message="A development goal names a competency, the level now and the level to reach.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def measure(self) -> Measure:
        return Measure(MetricType(self.metric_type), self.baseline, self.target, self.low, self.high, self.tolerance)

    @property
    def has_metric(self) -> bool:
        return self.metric_type != self.Metric.NONE

    @property
    def is_numeric(self) -> bool:
        """Whether a check-in states a number; milestones are ticked instead."""
        return self.metric_type in (self.Metric.INCREASE, self.Metric.DECREASE, self.Metric.MAINTAIN)

    @property
    def construct_list(self) -> list[Construct]:
        return [Construct(key) for key in self.constructs]
