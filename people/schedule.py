"""What the clock does for people. The beat table is in culture/celery.py; two clocks at once do no harm."""

from celery import shared_task
from django.utils import timezone

from people.services import accounts, imports


@shared_task(ignore_result=True)
def apply_agreed_imports() -> None:
    """Large files that HR has agreed to, one after another. The rows in the database are the queue."""
    imports.apply_agreed(at=timezone.now())


@shared_task(ignore_result=True)
def forget_old_imports() -> None:
    """Uploaded files hold personal data: those that were not imported go after a week, the rows of the others after a month."""
    imports.forget_old(at=timezone.now())


@shared_task(ignore_result=True)
def forget_ended_sessions() -> None:
    """The list of places where somebody is signed in names no place where they were."""
    accounts.forget_ended_sessions(at=timezone.now())
