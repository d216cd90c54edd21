"""The broker connection that may be lost (F06, F08); tests/faults shows it with a real worker."""

import os

import pytest
from celery import current_app
from kombu.exceptions import OperationalError
from kombu.transport import redis, virtual
from redis.exceptions import TimeoutError

from culture.broker import ConnectionLost, Transport


def test_addresses_of_valkey_lead_to_our_transport():
    for address in ("redis://localhost:6379/1", "rediss://localhost/1", "redis+socket:///tmp/x?virtual_host=1"):
        assert current_app.connection_for_write(address).get_transport_cls() is Transport


def test_a_channel_whose_connection_is_gone_says_that_it_was_lost():
    with current_app.connection_for_write() as connection:
        channel = connection.default_channel
        with channel.conn_or_acquire() as client:
            assert client.ping()
        connection.release()

        with pytest.raises(ConnectionLost), channel.conn_or_acquire():
            pass
        assert issubclass(ConnectionLost, connection.connection_errors)  # so Celery connects again


@pytest.mark.parametrize("verb", ["ack", "reject"])
def test_f08_a_message_whose_acknowledgement_ran_into_the_timeout_holds_no_place(verb, monkeypatch):
    def no_answer(*arguments):
        raise TimeoutError("Timeout reading from socket")

    monkeypatch.setattr(redis.QoS, "_remove_from_indices", no_answer)
    with current_app.connection_for_write() as connection:
        held = connection.default_channel.qos
        held.prefetch_count = 1
        virtual.QoS.append(held, object(), "tag")
        assert not held.can_consume()

        with pytest.raises(TimeoutError):
            getattr(held, verb)("tag")
        assert held.can_consume()
        held.restore_at_shutdown = False  # there is nothing behind it


def test_f07_sending_to_a_broker_that_refuses_fails_at_once(monkeypatch):
    attempts = []
    monkeypatch.setattr("kombu.utils.functional.sleep", attempts.append)
    nowhere = f"redis+socket://{os.devnull}/nothing?virtual_host=1"

    with current_app.connection_for_write(nowhere) as connection, pytest.raises(OperationalError):
        current_app.send_task("nothing", connection=connection, retry=False)
    assert attempts == []
