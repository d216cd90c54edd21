"""What the clock does for development: coaching drafts that were not shared go after 30 days."""

from celery import shared_task
from django.utils import timezone

from development.services import coaching


@shared_task
def forget_drafts() -> None:
    """Safe to repeat and to miss."""
    coaching.forget_drafts(on=timezone.localdate())
