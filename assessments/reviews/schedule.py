"""What the clock does for review cycles: closes those past their last day, and follows the reporting line.

Whatever is wrong with one cycle stays with it.
"""

from celery import shared_task
from django.utils import timezone

from assessments.reviews import dead_rows, services
from assessments.reviews.models import ReviewCycle
from assessments.reviews.services import release, reminding, summaries
from core import jobs


@shared_task
def make_reports() -> None:
    """Safe to repeat and to break off: what is done stays done, the rest waits for the next run."""
    now = timezone.now()
    for cycle in ReviewCycle.objects.awaiting_release(timezone.localdate(now)).order_by("pk"):
        jobs.attempt(release.release, cycle, at=now)
        jobs.attempt(dead_rows.vacuum)


@shared_task
def keep_cycles() -> None:
    """Safe to repeat and to miss: pages check the last day themselves."""
    now = timezone.now()
    today = timezone.localdate(now)
    for cycle in ReviewCycle.objects.open().order_by("pk"):
        if cycle.is_running(today):
            jobs.attempt(services.follow_line, cycle, by=None, at=now)
        else:
            jobs.attempt(services.close, cycle, by=None, at=now)


@shared_task
def remind() -> None:
    """Safe to repeat and to miss: at most one mail for each person and day, and a missed day is made up for."""
    jobs.attempt(reminding.remind, at=timezone.now())


@shared_task
def count_levels() -> None:
    """Safe to repeat; missed, it is made up on the next run. What was counted once is never counted again."""
    today = timezone.localdate()
    for cycle in summaries.due_for_spread(on=today):
        jobs.attempt(summaries.spread, cycle, on=today)
    for cycle in summaries.due_for_summary(on=today):
        jobs.attempt(summaries.summarise, cycle, on=today)
