"""What the clock does for mails. The beat table is in culture/celery.py; two clocks at once do no harm."""

from celery import shared_task
from django.utils import timezone

from core import mail_delivery, mail_digest


@shared_task(ignore_result=True)
def deliver_mail() -> None:
    """Deliver what a lost wake-up left behind, what has become due, and what is to be tried again."""
    mail_delivery.deliver_due(at=timezone.now())


@shared_task(ignore_result=True)
def send_week() -> None:
    """Send the mail of the week to those who want their mails once a week."""
    mail_digest.send_week(at=timezone.now())
