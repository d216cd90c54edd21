"""The cache that no page waits for: Valkey while it answers, this process's own memory while it does not.

In it lie the counters of the sign-in limits and marks of wake-ups just sent; whatever must not be lost stands in the
database. Without Valkey people go on signing in and saving, and each web process counts for itself: a guesser gets as
many times the tries as there are processes, while the outage lasts (docs/reliability.md).
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

REST_SECONDS = 5  # after a failure Valkey is left alone for so long, then one request tries it
MOST_IN_MEMORY = 10_000  # entries; more than anybody fills up to push the counters out

log = logging.getLogger(__name__)


def is_answering() -> bool:
    """Whether the cache is Valkey at the moment, and not our memory."""
    cache.get("ready")
    return not getattr(cache, "is_degraded", False)


class _Breaker:
    """Whether this process believes that a server answers; shared by its threads, each of which has a client of its own."""

    def __init__(self) -> None:
        self.is_open = False
        self._rests_until = 0.0
        self._lock = threading.Lock()

    def admits(self) -> bool:
        """Always while the server is believed to answer; else one caller per REST_SECONDS, who finds out."""
        if not self.is_open:
            return True
        with self._lock:
            if time.monotonic() < self._rests_until:
                return False
            self._rests_until = time.monotonic() + REST_SECONDS
            return True

    def open(self, error: Exception) -> None:
        if not self.is_open:
            log.warning("The cache does not answer, counting in memory: %s", error)
        self.is_open, self._rests_until = True, time.monotonic() + REST_SECONDS

    def close(self) -> None:
        self.is_open = False
        log.warning("The cache answers again.")


_breakers: dict[str, _Breaker] = {}


class _Client:
    """Django's client for Valkey, with memory behind it. Their methods take the same arguments by place."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        self.breaker = _breakers.setdefault(servers[0], _Breaker())
        self._valkey = RedisCacheClient(servers, **options)
        self._memory = LocMemCache(servers[0], {"OPTIONS": {"MAX_ENTRIES": MOST_IN_MEMORY}})

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return partial(self._call, method)

    def _call(self, method: str, *arguments: Any) -> Any:
        if not self.breaker.admits():
            return getattr(self._memory, method)(*arguments)
        try:
            found = getattr(self._valkey, method)(*arguments)
        except (RedisError, OSError) as error:
            self.breaker.open(error)
            return getattr(self._memory, method)(*arguments)
        if self.breaker.is_open:
            self.breaker.close()
            self._memory.clear()  # a lock that was taken in memory is given back in Valkey
        return found


class ValkeyOrMemory(RedisCache):
    """Settings name it as the BACKEND; everything else is as in Django's own."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    @property
    def is_degraded(self) -> bool:
        """Whether it counts in memory, as far as this process knows."""
        client: _Client = self._cache  # type: ignore[assignment]  # the class set above
        return client.breaker.is_open
