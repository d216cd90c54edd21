"""How the answers to a campaign came in, day by day: numbers of the whole campaign, in steps that single nobody out."""

from django.db import models

from assessments.surveys.models.campaigns import Campaign


class ParticipationDay(models.Model):
    """How many had answered on a day. A row is written only when at least the smallest group has come since the one before.

    So the table never says of fewer people than that on which day they answered; who they are stands nowhere.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    answered = models.PositiveIntegerField(help_text="Since the opening")

    class Meta:
        ordering = ["campaign", "on"]
        constraints = [models.UniqueConstraint(fields=["campaign", "on"], name="one_count_per_day")]

    def __str__(self) -> str:
        return f"{self.campaign}, {self.on}"
