"""Row versions that PostgreSQL keeps after the question to a team has closed, obstacles without a name have appeared or
voices were counted.

An answer marks a seat and raises a count in one transaction, so both old versions carry its number. An obstacle that waited
for the morning was written by a transaction of the evening before, and a voice by one of the minute it was raised. They
must go.
"""

from django.db import connection


def vacuum() -> None:
    """Remove what was left behind. Outside any transaction; does nothing inside one, as in tests."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM actions_seat, actions_followup, actions_obstacle, actions_voice")
