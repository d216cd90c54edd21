"""Deliver what core.mail has queued. Several workers may do so at once; each mail is claimed by one of them.

A mail that the server accepted just before the worker died goes out twice: better than never, and both carry the same
Message-ID. What one address refuses keeps no other mail waiting.
"""

import logging
import smtplib
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from core import mail_kinds
from core.models import NOWHERE, Mail

log = logging.getLogger(__name__)
BATCH = 50
LEASE = timedelta(minutes=15)  # how long a claimed mail is left alone; longer than a batch takes at EMAIL_TIMEOUT each
SERVER_PAUSE = timedelta(minutes=1)
PAUSES = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)
)  # after the first attempt, the second ...
NO_SERVER = "The mail server does not answer. It is tried again every minute."


def deliver_due(*, at: datetime) -> int:
    """Send everything that is due at `at`; returns how many mails left."""
    sent = 0
    while batch := _claim(at):
        connection = get_connection()
        if not _opened(connection):
            Mail.objects.filter(pk__in=[mail.pk for mail in batch]).update(due_at=at + SERVER_PAUSE, failure=NO_SERVER)
            break
        try:
            sent += sum(_deliver(mail, connection, at) for mail in batch)
        finally:
            connection.close()
    return sent


def _claim(at: datetime) -> list[Mail]:
    """Up to BATCH mails that no other worker takes before the lease is over."""
    with transaction.atomic():
        batch = list(
            Mail.objects.due(at).select_for_update(skip_locked=True, of=("self",)).select_related("user")[:BATCH]
        )
        Mail.objects.filter(pk__in=[mail.pk for mail in batch]).update(due_at=at + LEASE)
    return batch


def _opened(connection: BaseEmailBackend) -> bool:
    try:
        connection.open()
    except OSError as error:  # smtplib's errors are among them
        log.warning("The mail server does not answer: %s", error)
        return False
    return True


def _deliver(mail: Mail, connection: BaseEmailBackend, at: datetime) -> bool:
    if mail.user and not mail.user.is_active:
        _give_up(mail, "The account has been closed; nothing was sent.", at)
        return False
    if mail.user and mail.user.email.endswith(NOWHERE):
        Mail.objects.filter(
            pk=mail.pk
        ).delete()  # somebody without e-mail: nothing failed, and there is nothing to mend
        return False
    try:
        _written(mail, connection).send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        _refused(mail, f"The address was refused ({codes[0]}).", at, for_good=all(code >= 500 for code in codes))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail, the others leave
        log.warning("Mail %s was not sent: %s", mail.pk, type(error).__name__)
        _refused(mail, f"Not sent: {type(error).__name__}.", at)
    else:
        _sent(mail, at)
        return True
    return False


def _sent(mail: Mail, at: datetime) -> None:
    """The words are not needed any more and may hold what belongs to one person; of some kinds even the row tells."""
    row = Mail.objects.filter(pk=mail.pk)
    if mail_kinds.kind(mail.kind).leaves_no_row:
        row.delete()
    else:
        row.update(sent_at=at, context={}, failure="", attempts=mail.attempts + 1)


def _written(mail: Mail, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    letter = mail_kinds.write(mail.kind, mail.context)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<mail-{mail.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    to = mail.user.email if mail.user else mail.address
    message = EmailMultiAlternatives(letter.subject, letter.text, to=[to], headers=headers, connection=connection)
    message.attach_alternative(letter.html, "text/html")
    return message


def _refused(mail: Mail, why: str, at: datetime, *, for_good: bool = False) -> None:
    if for_good or mail.attempts >= len(PAUSES):
        _give_up(mail, why, at)
    else:
        due_at = at + PAUSES[mail.attempts]
        Mail.objects.filter(pk=mail.pk).update(due_at=due_at, failure=why, attempts=mail.attempts + 1)


def _give_up(mail: Mail, why: str, at: datetime) -> None:
    Mail.objects.filter(pk=mail.pk).update(failed_at=at, failure=why, attempts=mail.attempts + 1)
