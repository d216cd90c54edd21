"""Mails are delivered by a worker, which is woken when there are some; the clock finds what a lost message left."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from core import mail_delivery, wakeups

KEY = "core:mail-wake-up"
COLLAPSE_SECONDS = 2  # mails of the same moment share one message


@shared_task(ignore_result=True)
def deliver_mail() -> None:
    """Deliver what is due."""
    wakeups.forget(KEY)
    mail_delivery.deliver_due(at=timezone.now())


def nudge() -> None:
    """Ask the worker to deliver once the caller's transaction has committed. Never raises, hardly ever waits."""
    transaction.on_commit(lambda: wakeups.send(deliver_mail, key=KEY, within=COLLAPSE_SECONDS), robust=True)
