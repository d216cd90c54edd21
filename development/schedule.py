"""What the clock does for development: what was private goes in time, uptake is counted each month, the library's learning
comes into the catalogue."""

from celery import shared_task
from django.utils import timezone

from development.services import coaching, enrolments, library, uptake


@shared_task
def forget_drafts() -> None:
    """Notes that were not shared after 30 days, proposals after 90. Safe to repeat and to miss."""
    coaching.forget_drafts(on=timezone.localdate())
    coaching.forget_proposals(at=timezone.now())


@shared_task
def count_uptake() -> None:
    """Safe to repeat; missed, it is made up on the next run."""
    uptake.count(on=timezone.localdate())


@shared_task
def free_places() -> None:
    """Safe to repeat and to miss."""
    enrolments.free_places_of_leavers(at=timezone.now())


@shared_task
def take_over_library() -> None:
    """Learning that HR wrote into a competency is on offer soon after its publication. Safe to repeat."""
    library.take_over(by=None)
