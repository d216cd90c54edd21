"""Wake-ups for the worker. What is due stands in the database; losing or repeating a message changes nothing."""

import logging
import time

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core import postman

log = logging.getLogger(__name__)
KEY = "core:mail-wake-up"
COLLAPSE_SECONDS = 2  # mails of the same moment share one message
QUIET_SECONDS = 10  # after a failure this process sends nothing for a while; the clock delivers meanwhile
_quiet_until = 0.0


@shared_task(ignore_result=True)
def deliver_mail() -> None:
    """Deliver what is due."""
    _forget()  # whoever commits after this line sends a message of their own
    postman.deliver_due(at=timezone.now())


def nudge() -> None:
    """Ask the worker to deliver once the caller's transaction has committed. Never raises, hardly ever waits."""
    transaction.on_commit(_send, robust=True)


def _send() -> None:
    global _quiet_until  # noqa: PLW0603 - one flag for the process: a hanging broker must not cost every request a second
    if time.monotonic() < _quiet_until:
        return
    try:
        if cache.add(KEY, 1, COLLAPSE_SECONDS) and not getattr(cache, "is_degraded", False):
            deliver_mail.apply_async(retry=False, expires=600)
    except (RedisError, OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("No wake-up sent for mails, the clock will deliver them: %s", error)


def _forget() -> None:
    try:
        cache.delete(KEY)
    except (RedisError, OSError) as error:
        log.warning("Cache does not answer: %s", error)
