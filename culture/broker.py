"""Valkey as Celery's broker, whose connection may be lost. culture/celery.py puts it in the place of kombu's own.

When Valkey goes away while a worker holds messages, Celery still wants to acknowledge them, or to put them back, on the
channel that it has just closed. kombu 5.7 then looks for an address that is no longer there, and the AttributeError ended
the worker, about every other time that Valkey was restarted. A lost connection is what it is, and Celery knows what to do
about one: it notes it and connects again. The messages are still in Valkey's store of those not acknowledged.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as ConnectionLost


class Channel(redis.Channel):
    @contextmanager
    def conn_or_acquire(self, client: Any = None) -> Iterator[Any]:
        if self.connection is None or self.connection.client is None:
            raise ConnectionLost("The connection of this channel has been closed.")
        with super().conn_or_acquire(client) as found:
            yield found


class Transport(redis.Transport):
    Channel = Channel


def install() -> None:
    """Let redis:// and rediss:// mean this transport, on a socket or by TCP."""
    TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), f"{__name__}:{Transport.__name__}"))
