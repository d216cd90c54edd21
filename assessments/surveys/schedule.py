"""What the clock does for surveys. Each run finds what is due in the database, so it may come late, twice or at once."""

import logging
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from assessments.surveys import ballot_keys, seal_tables
from assessments.surveys.models import Campaign
from assessments.surveys.services import campaigns

log = logging.getLogger(__name__)


@shared_task
def close_due_campaigns() -> None:
    """Seal what is due, publish what is sealed, destroy the keys that an interrupted run left behind."""
    at = timezone.now()
    for campaign in Campaign.objects.due_to_close(at).order_by("closes_at"):
        _close(campaign, at)
    for campaign in Campaign.objects.filter(state=Campaign.State.CLOSED):
        campaigns.publish(campaign, by=None, at=at)
    for key in Campaign.objects.filter(sealed_at__isnull=False).values_list("key", flat=True):
        if ballot_keys.exist(key):
            ballot_keys.destroy(key)


def _close(campaign: Campaign, at: datetime) -> None:
    """Whatever is wrong with one campaign stays with it: the others close, and the next run tries again."""
    try:
        campaigns.close(campaign, by=None, at=at)
        seal_tables.vacuum_participation()
    except Exception:  # noqa: BLE001 - logged, and nothing has changed
        log.exception("Campaign %s could not be closed", campaign.pk)
