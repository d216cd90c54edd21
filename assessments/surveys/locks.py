"""One lock per campaign: saving and submitting share it, sealing holds it alone. Advisory, so that no row is touched.

And one per conversation about a comment: a row lock would leave the writer's transaction number on the comment.
"""

from uuid import UUID

from django.db import connection

_CLASS, _COMMENTS = 73001, 73002


def share(campaign_pk: int) -> bool:
    """Keep the campaign from being sealed until this transaction ends; False if the seal has begun. Never waits."""
    return bool(_run("SELECT pg_try_advisory_xact_lock_shared(%s, %s)", campaign_pk))


def hold(campaign_pk: int) -> None:
    """Wait for every save and submit under way, and keep new ones out until this transaction ends."""
    _run("SELECT pg_advisory_xact_lock(%s, %s)", campaign_pk)


def hold_comment(key: UUID) -> None:
    """Wait for whoever writes in the conversation about a comment, and keep others waiting."""
    _run("SELECT pg_advisory_xact_lock(%s, %s)", key.int % 2**31, _COMMENTS)


def _run(statement: str, number: int, of: int = _CLASS) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, [of, number])
        return cursor.fetchone()[0]
