"""What the clock does for goals. The beat table is in culture/celery.py; two clocks at once do no harm."""

from celery import shared_task
from django.utils import timezone

from goals import rollup


@shared_task(ignore_result=True)
def sweep_all() -> None:
    """Every few seconds: sweep whatever is due, so that a lost message costs seconds."""
    for cycle_id in rollup.due_cycles():
        rollup.sweep(cycle_id, on=timezone.localdate(), at=timezone.now())


@shared_task(ignore_result=True)
def roll_up_new_day() -> None:
    """Soon after midnight of the organisation: prove yesterday's numbers, then work out the new day."""
    today = timezone.localdate()
    for cycle_id in rollup.cycles_of_another_day(today):
        rollup.sweep(cycle_id, on=today, at=timezone.now())
