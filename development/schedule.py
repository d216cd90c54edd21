"""What the clock does for development: drafts that were not shared go after 30 days, uptake is counted each month."""

from celery import shared_task
from django.utils import timezone

from development.services import coaching, uptake


@shared_task
def forget_drafts() -> None:
    """Safe to repeat and to miss."""
    coaching.forget_drafts(on=timezone.localdate())


@shared_task
def count_uptake() -> None:
    """Safe to repeat; missed, it is made up on the next run."""
    uptake.count(on=timezone.localdate())
