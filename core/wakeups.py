"""Wake a worker. What is due stands in the database; losing or repeating a message changes no number.

    wakeups.send(sweep, cycle_id, key=f"goals:wake-up:{cycle_id}", within=1)

Away with the key first when the task begins (`forget`): whoever commits after that sends a message of their own, and whoever
committed before it is found by the task.
"""

import logging
import time
from math import ceil
from typing import Any

from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
QUIET_SECONDS = 10  # after a failure this process sends nothing for a while; the clock does the work meanwhile
EXPIRES_SECONDS = 600
_quiet_until = 0.0  # one flag for the process: a hanging broker must not cost every request a second


def send(task: Any, *args: Any, key: str, within: float, later: float = 0.0) -> None:
    """Send one message for all that happens `within` so many seconds, to be run `later`. Never raises, hardly ever waits."""
    global _quiet_until  # noqa: PLW0603
    if time.monotonic() < _quiet_until:
        return
    try:
        is_first = cache.add(key, 1, max(1, ceil(within)))
        # Counting in memory means that the server does not answer; the broker is the same server.
        if is_first and not getattr(cache, "is_degraded", False):
            task.apply_async(args, retry=False, expires=EXPIRES_SECONDS, countdown=later)
    except (RedisError, OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("No wake-up sent for %s, the clock will do it: %s", key, error)


def forget(key: str) -> None:
    """The task has begun: the next call of `send` sends again."""
    try:
        cache.delete(key)
    except (RedisError, OSError) as error:
        log.warning("Cache does not answer: %s", error)


def is_quiet() -> bool:
    """Whether this process leaves the broker alone after a failure."""
    return time.monotonic() < _quiet_until


def speak_again() -> None:
    """End the quiet time: for tests that break the broker."""
    global _quiet_until  # noqa: PLW0603
    _quiet_until = 0.0
