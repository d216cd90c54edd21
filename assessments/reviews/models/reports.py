"""What others said about a person, as groups. Written once by the release; no row leads back to a rater."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessments.competencies.models import CompetencyVersion
from assessments.reviews.models.assessments import Assessment
from assessments.reviews.models.cycles import FEWEST_IN_GROUP


class OthersReport(models.Model):
    """One person's 360 report. `groups` says how many of each group were asked and answered, where that may be said."""

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="others_report")
    groups = models.JSONField(default=list)
    released_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Report of others, {self.assessment}"


class OthersLevel(models.Model):
    """What one group said about one competency: how many raters and their mean level."""

    class Group(models.TextChoices):
        PEERS = "peers", "Colleagues"
        REPORTS = "reports", "Reports"
        EXTERNALS = "externals", "Customers and other externals"
        OTHERS = "others", "Others"

    report = models.ForeignKey(OthersReport, on_delete=models.CASCADE, related_name="levels")
    group = models.CharField(max_length=9, choices=Group.choices)
    version = models.ForeignKey(CompetencyVersion, on_delete=models.PROTECT, related_name="+")
    raters = models.PositiveSmallIntegerField()
    level_hundredths = models.PositiveSmallIntegerField(help_text="Mean level times 100")

    class Meta:
        ordering = ["report", "version", "group"]
        constraints = [
            models.UniqueConstraint(fields=["report", "group", "version"], name="one_level_per_group_and_competency"),
            models.CheckConstraint(condition=Q(raters__gte=FEWEST_IN_GROUP), name="three_raters_behind_a_level"),
        ]

    def __str__(self) -> str:
        return f"{self.get_group_display()}, {self.version}"


class OthersComment(models.Model):
    """One answer to an open question, in shuffled order, of no group."""

    class Question(models.TextChoices):
        KEEP = "keep", "Keep doing"
        TRY = "try", "Try next"

    report = models.ForeignKey(OthersReport, on_delete=models.CASCADE, related_name="comments")
    question = models.CharField(max_length=4, choices=Question.choices)
    place = models.PositiveSmallIntegerField(help_text="Shuffled per question")
    text = models.TextField()

    class Meta:
        ordering = ["report", "question", "place"]
        constraints = [models.UniqueConstraint(fields=["report", "question", "place"], name="one_comment_per_place")]

    def __str__(self) -> str:
        return f"{self.get_question_display()}: {self.report}"
