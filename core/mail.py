"""Write to people. One mail per kind, recipient and key, for ever: a repeated job writes to nobody twice.

    mail.queue("survey_invitation", to=employee.user, key="campaign:12", context={...}, at=at)

stores a row in the caller's transaction. A worker is woken after commit and writes, sends and retries (core/mail_delivery.py); a
clock job finds whatever a lost message left behind. core/mail_kinds.py says which files make a kind. Rows of a kind that
`leaves_no_row` go when they are sent: whoever queues such a mail guards against the second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.core.validators import validate_email
from django.db import transaction

from core import audit, mail_choices, mail_kinds, tasks
from core.mail_choices import How
from core.models import Mail

BATCH = 2000


class _User(Protocol):
    pk: Any


def queue(
    kind: str,
    *,
    to: _User | int | str,
    key: str,
    context: Mapping[str, Any],
    at: datetime,
    send_at: datetime | None = None,
    always: bool = False,
) -> None:
    """Write to one user, or to one address. A second call with the same kind, recipient and key changes nothing.

    `key` names the event, such as campaign:12; `context` is plain JSON. The address of a user is read when the mail
    leaves, and nothing is sent to an account that has been closed by then. What a person has chosen about the topic of
    this kind is kept, unless it goes out `always`: what one person sends another. Raises ValidationError for a bad address.
    """
    one = to if isinstance(to, str | int) else to.pk
    queue_each(kind, {one: context}, key=key, at=at, send_at=send_at, always=always)


def queue_all(
    kind: str,
    *,
    to: Iterable[int | str],
    key: str,
    context: Mapping[str, Any],
    at: datetime,
    send_at: datetime | None = None,
) -> None:
    """Write the same to many, given as ids of users or as addresses, in one statement per 2,000 of them."""
    queue_each(kind, dict.fromkeys(to, context), key=key, at=at, send_at=send_at)


def queue_each(
    kind: str,
    letters_to: Mapping[int | str, Mapping[str, Any]],
    *,
    key: str,
    at: datetime,
    send_at: datetime | None = None,
    always: bool = False,
) -> None:
    """Write to each their own letter: recipient to context, in one statement per 2,000 of them."""
    topic = mail_kinds.kind(kind).topic
    users = [one for one in letters_to if isinstance(one, int)]
    hows = mail_choices.others(users, topic) if topic and not always else {}
    due_at = max(at, send_at or at)
    rows = [
        _row(kind, recipient, key, dict(context), at, due_at, is_held=hows.get(recipient) == How.WEEKLY)
        for recipient, context in letters_to.items()
        if hows.get(recipient) != How.NEVER
    ]
    Mail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    if rows and due_at == at:
        tasks.nudge()


@dataclass(frozen=True)
class Personal:
    """One mail whose words are its recipient's alone, such as a link that opens one seat."""

    to: int | str
    key: str
    context: Mapping[str, Any]


def queue_personal(kind: str, letters_: Iterable[Personal], *, at: datetime) -> None:
    """Write to many, to each in their own words, in one statement per 2,000 of them."""
    mail_kinds.kind(kind)
    rows = [_row(kind, one.to, one.key, dict(one.context), at, at) for one in letters_]
    Mail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    if rows:
        tasks.nudge()


def was_queued(kind: str, *, to: _User, key_prefix: str, since: datetime) -> bool:
    """Whether such a mail to this user was asked for since then, for whoever writes again only after a while."""
    return Mail.objects.filter(kind=kind, user_id=to.pk, key__startswith=key_prefix, queued_at__gt=since).exists()


def forget(kinds: Iterable[str], *, key_prefix: str) -> int:
    """Remove every trace of mails whose very existence says something about people, once nothing can repeat them."""
    return Mail.objects.filter(kind__in=list(kinds), key__startswith=key_prefix).delete()[0]


@transaction.atomic
def try_again(kind: str, *, by: _User, at: datetime) -> int:
    """Give the failed mails of a kind new attempts; returns how many there were."""
    failed = Mail.objects.failed().filter(kind=kind)
    if (example := failed.order_by("pk").first()) is None:
        return 0
    count = failed.update(failed_at=None, attempts=0, due_at=at)
    counted = {} if mail_kinds.kind(kind).is_confidential else {"mails": {"old": None, "new": count}}
    audit.record("sent again", example, by=by, changes=counted)
    tasks.nudge()
    return count


def _row(
    kind: str,
    to: int | str,
    key: str,
    context: dict[str, Any],
    at: datetime,
    due_at: datetime,
    *,
    is_held: bool = False,
) -> Mail:
    row = Mail(kind=kind, key=key, context=context, queued_at=at, due_at=due_at, is_held=is_held)
    if isinstance(to, str):
        row.address = to.strip().lower()
        validate_email(row.address)
    else:
        row.user_id = to
    return row
