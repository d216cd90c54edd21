"""How long the rows of uploaded files are kept: one rule for people, competencies and goals."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model

KEEP_UNAPPLIED_FOR = timedelta(days=7)
KEEP_LINES_FOR = timedelta(days=30)


@transaction.atomic
def forget_old(files: type[Model], lines: type[Model], *, at: datetime) -> int:
    """Delete files that were never imported, and the rows of those imported long ago. Returns how many rows went.

    `files` has `made_at` and `applied_at`; `lines` has a foreign key `file`.
    """
    all_files: Any = files._default_manager
    all_lines: Any = lines._default_manager
    unapplied = all_files.filter(applied_at=None, made_at__lt=at - KEEP_UNAPPLIED_FOR)
    gone, _ = all_lines.filter(file__in=unapplied).delete()
    unapplied.delete()
    old, _ = all_lines.filter(file__applied_at__lt=at - KEEP_LINES_FOR).delete()
    return int(gone + old)
