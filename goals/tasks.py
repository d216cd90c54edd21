"""Wake-ups for the worker. The marks in the database say what is due; losing or repeating a message changes no number."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from core import wakeups
from goals import rollup

COLLAPSE_SECONDS = 1  # check-ins of one second share one message


@shared_task(ignore_result=True)
def sweep(cycle_id: int) -> None:
    """Roll up what is marked in one cycle."""
    wakeups.forget(_key(cycle_id))
    swept = rollup.sweep(cycle_id, on=timezone.localdate(), at=timezone.now())
    if rests := swept.rests_seconds:  # totals that rest: one message for the whole rest
        wakeups.send(sweep, cycle_id, key=f"{_key(cycle_id)}:totals", within=rests, later=rests)


def nudge(cycle_id: int) -> None:
    """Ask the worker to sweep once the caller's transaction has committed. Never raises, hardly ever waits (R6)."""
    transaction.on_commit(
        lambda: wakeups.send(sweep, cycle_id, key=_key(cycle_id), within=COLLAPSE_SECONDS), robust=True
    )


def _key(cycle_id: int) -> str:
    return f"goals:sweep:{cycle_id}"
