"""Keep how answers came in, day by day, for whoever steers participation. docs/programme.md, "The 7 Cs survey"."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from assessments.surveys.models import Campaign, ParticipationDay


def note(campaign: Campaign, *, at: datetime) -> bool:
    """Count the answers of an open campaign; False where too few have come since the last count. Safe to run at any time."""
    answered = campaign.invitations.filter(answered=True).count()
    return keep(campaign, answered=answered, on=timezone.localdate(at))


@transaction.atomic
def keep(campaign: Campaign, *, answered: int, on: date) -> bool:
    """Keep a day's count if it is the smallest group or more above the last one: a smaller step would be about a few people."""
    Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    last = campaign.days.order_by("-on").first()
    if answered - (last.answered if last else 0) < campaign.minimum_group:
        return False
    ParticipationDay.objects.update_or_create(campaign=campaign, on=on, defaults={"answered": answered})
    return True
