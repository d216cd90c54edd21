"""What the clock does for surveys. Each run finds what is due in the database, so it may come late, twice or at once."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from assessments.surveys import ballot_keys, seal_tables
from assessments.surveys.models import Campaign, CampaignSeries
from assessments.surveys.services import campaigns, contacts, mails, participation, series, sharing
from assessments.surveys.services import inbox as conversations
from core import jobs

MORNING = 7  # o'clock


@shared_task
def close_due_campaigns() -> None:
    """Seal what is due, publish what is sealed, let in the next level, destroy the keys that an interrupted run left."""
    at = timezone.now()
    for campaign in Campaign.objects.due_to_close(at).order_by("closes_at"):
        jobs.attempt(_close, campaign, at)
    for campaign in Campaign.objects.filter(state=Campaign.State.CLOSED):
        jobs.attempt(campaigns.publish, campaign, by=None, at=at)
    shared_later = Campaign.objects.published().filter(sharing__isnull=False).exclude(sharing__reached="everyone")
    for campaign in shared_later:
        jobs.attempt(sharing.open_due, campaign, at=at)
    for key in Campaign.objects.filter(sealed_at__isnull=False).values_list("key", flat=True):
        if ballot_keys.exist(key):
            ballot_keys.destroy(key)


@shared_task
def write_mails() -> None:
    """Invite when a survey has opened, remind on its days, thank when it is sealed."""
    at = timezone.now()
    for campaign in Campaign.objects.filter(state=Campaign.State.OPEN, opens_at__lte=at, closes_at__gt=at):
        if campaign.is_for_customers:
            jobs.attempt(contacts.invite, campaign, at=at)
        if not jobs.attempt(mails.invite, campaign, at=at):
            jobs.attempt(mails.remind_if_due, campaign, at=at)
    for campaign in Campaign.objects.filter(sealed_at__isnull=False, thanked_at=None):
        jobs.attempt(mails.thank, campaign, at=at)
    contacts.forget_old_requests(at=at)


@shared_task
def note_participation() -> None:
    """Keep how many have answered the surveys that are open, in steps that single nobody out."""
    at = timezone.now()
    for campaign in Campaign.objects.filter(state=Campaign.State.OPEN, opens_at__lte=at):
        jobs.attempt(participation.note, campaign, at=at)


@shared_task
def open_waves() -> None:
    """Launch the waves of recurring surveys whose day has come."""
    at = timezone.now()
    for one in CampaignSeries.objects.filter(is_active=True):
        jobs.attempt(series.run, one, at=at)


@shared_task
def announce_messages() -> None:
    """Tell readers of comments what came back, in the morning of the organisation's day and at no other time."""
    at = timezone.now()
    if timezone.localtime(at).hour == MORNING:
        conversations.tell_readers(at=at)


def _close(campaign: Campaign, at: datetime) -> None:
    campaigns.close(campaign, by=None, at=at)
    seal_tables.vacuum_participation()
