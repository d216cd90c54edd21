"""What the clock does for praise."""

from celery import shared_task
from django.utils import timezone

from recognition.services import feedback, tallies


@shared_task(ignore_result=True)
def count_praise() -> None:
    """Count the quarter that is over, once; forget questions that were withdrawn and are over."""
    now = timezone.now()
    tallies.count_quarter(on=timezone.localdate(now), at=now)
    feedback.forget_withdrawn(on=timezone.localdate(now))
