"""Valkey as Celery's broker, whose connection may be lost. culture/celery.py puts it in the place of kombu's own.

Two faults of kombu 5.7, both found by tests/faults, left the queue unattended after Valkey had been away:

- When Valkey closes the connection while a worker holds messages, Celery still wants to acknowledge them, or to put them
  back, on the channel it has just closed. kombu looks for an address that is no longer there, and the AttributeError ended
  the worker. A lost connection is what it is, and Celery knows what to do about one.
- When Valkey hangs, an acknowledgement runs into the socket's timeout, and kombu goes on counting the message as held. The
  worker takes no more than it has processes, so after two of them it was alive and silent. The place is free again.

The message itself stays in Valkey and is delivered once more; every job of ours may run twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis, virtual
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError


class QoS(redis.QoS):
    """Counts the messages that a worker holds."""

    def ack(self, delivery_tag: str) -> None:
        with self._place_freed(delivery_tag):
            super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        with self._place_freed(delivery_tag):
            super().reject(delivery_tag, requeue=requeue)

    @contextmanager
    def _place_freed(self, delivery_tag: str) -> Iterator[None]:
        try:
            yield
        except RedisError:
            virtual.QoS.ack(self, delivery_tag)  # the count alone
            raise


class Channel(redis.Channel):
    QoS = QoS

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
