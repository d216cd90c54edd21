"""Row versions that PostgreSQL keeps after the release has deleted what raters wrote: they still name the rater."""

from django.db import connection


def vacuum() -> None:
    """Remove what was left behind. Outside any transaction; does nothing inside one, as in tests."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM reviews_feedback, reviews_feedbackrating, reviews_rater, reviews_otherscomment")
