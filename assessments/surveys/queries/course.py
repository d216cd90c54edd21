"""How the answers to a campaign came in, as a chart."""

from dataclasses import dataclass
from datetime import date

from django.utils import formats, timezone

from assessments.surveys.models import Campaign
from assessments.surveys.queries import campaigns
from core.goal_chart import GoalChart


@dataclass(frozen=True)
class Course:
    """Counts in steps of `minimum_group` or more; `chart` is None before the first of them."""

    minimum_group: int
    days: tuple[tuple[date, int], ...]
    chart: GoalChart | None


def course(campaign: Campaign, *, on: date) -> Course:
    """The counts kept so far, with the reminders that have left by `on`. Two queries."""
    days = tuple(campaign.days.order_by("on").values_list("on", "answered"))
    return Course(campaign.minimum_group, days, _chart(campaign, days, on) if days else None)


def _chart(campaign: Campaign, days: tuple[tuple[date, int], ...], on: date) -> GoalChart:
    opens_on, closes_on = timezone.localdate(campaign.opens_at), timezone.localdate(campaign.closes_at)
    last_on, answered = days[-1]
    reminded = [(day, False) for day in campaigns.reminder_days(campaign) if day <= on]
    return GoalChart(
        title=f"By {formats.date_format(last_on, 'j F')} {answered} had answered.",
        starts_on=opens_on,
        ends_on=closes_on,
        today=on,
        readings=[(opens_on, 0), *(day for day in days if day[0] > opens_on)],
        decimals=0,
        rails=reminded,
    )
