"""Wake-ups for the worker. The marks in the database say what is due; losing or repeating a message changes no number."""

import logging
import time
from math import ceil

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from goals import rollup

log = logging.getLogger(__name__)
COLLAPSE_SECONDS = 1  # check-ins of one second share one message
QUIET_SECONDS = 10  # after a failure this process sends nothing for a while; the beat sweeps meanwhile
_quiet_until = 0.0


@shared_task(ignore_result=True)
def sweep(cycle_id: int) -> None:
    """Roll up what is marked in one cycle."""
    # Away with the key first: whoever commits after this line sends a message of their own, whoever committed before
    # it has a mark that the claim below finds.
    _forget(cycle_id)
    swept = rollup.sweep(cycle_id, on=timezone.localdate(), at=timezone.now())
    if swept.rests_seconds:
        _send(cycle_id, later=swept.rests_seconds)


def nudge(cycle_id: int) -> None:
    """Ask the worker to sweep once the caller's transaction has committed. Never raises, hardly ever waits (R6)."""
    transaction.on_commit(lambda: _send(cycle_id), robust=True)


def _send(cycle_id: int, *, later: float = 0.0) -> None:
    """Send one message for all that happens within a second; `later`, for totals that rest, one for the whole rest."""
    global _quiet_until  # noqa: PLW0603 - one flag for the process: a hanging broker must not cost every request a second
    if time.monotonic() < _quiet_until:
        return
    try:
        key = f"{_key(cycle_id)}:totals" if later else _key(cycle_id)
        is_first = cache.add(key, 1, max(COLLAPSE_SECONDS, ceil(later)))
        # Counting in memory means that the server does not answer; the broker is the same server.
        if is_first and not getattr(cache, "is_degraded", False):
            sweep.apply_async((cycle_id,), retry=False, expires=600, countdown=later)
    except (RedisError, OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("No wake-up sent for goal cycle %s, the clock will sweep it: %s", cycle_id, error)


def _forget(cycle_id: int) -> None:
    try:
        cache.delete(_key(cycle_id))
    except (RedisError, OSError) as error:
        log.warning("Cache does not answer: %s", error)


def _key(cycle_id: int) -> str:
    return f"goals:sweep:{cycle_id}"
