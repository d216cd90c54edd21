"""What the clock does for the library. The beat table is in culture/celery.py."""

from celery import shared_task
from django.utils import timezone

from assessments.competencies.services import imports


@shared_task(ignore_result=True)
def forget_old_imports() -> None:
    """Files that were not imported go after a week, the rows of the others after a month."""
    imports.forget_old(at=timezone.now())
