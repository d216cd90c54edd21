"""One lock per campaign: saving and submitting share it, sealing holds it alone. Advisory, so that no row is touched."""

from django.db import connection

_CLASS = 73001


def share(campaign_pk: int) -> bool:
    """Keep the campaign from being sealed until this transaction ends; False if the seal has begun. Never waits."""
    return bool(_run("SELECT pg_try_advisory_xact_lock_shared(%s, %s)", campaign_pk))


def hold(campaign_pk: int) -> None:
    """Wait for every save and submit under way, and keep new ones out until this transaction ends."""
    _run("SELECT pg_advisory_xact_lock(%s, %s)", campaign_pk)


def _run(statement: str, campaign_pk: int) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_CLASS, campaign_pk])
        return cursor.fetchone()[0]
