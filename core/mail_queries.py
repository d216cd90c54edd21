"""How mail is doing, for HR.

Of a confidential kind recipients are never named and mails never counted: reminders sent are people invited less
people who have answered.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from core import mail_kinds
from core.models import Mail

FAILURES_SHOWN = 100
NOT_COUNTED, SOME, NONE = "not counted", "some", "none"


@dataclass(frozen=True)
class KindRow:
    """One kind in words, as the page prints them; `has_failed` offers new attempts."""

    kind: mail_kinds.Kind
    sent: str
    waiting: str
    failed: str
    has_failed: bool


@dataclass(frozen=True)
class Failure:
    """One mail that did not arrive, of a kind that may be named."""

    title: str
    address: str
    why: str
    at: datetime


@dataclass(frozen=True)
class Overview:
    rows: list[KindRow]
    failures: list[Failure] = field(default_factory=list)
    trouble: str = ""


def overview() -> Overview:
    counts = {row["kind"]: row for row in _counts()}
    rows = [_row(kind, counts.get(kind.name, {})) for kind in mail_kinds.kinds()]
    trouble = Mail.objects.waiting().exclude(failure="").order_by("-due_at").values_list("failure", flat=True).first()
    return Overview(rows, _failures({row.kind.name: row.kind for row in rows}), trouble or "")


def undelivered(kind: str, key: str) -> int:
    """How many mails of one event did not arrive. Raises ValueError for a kind of which nobody may know."""
    if mail_kinds.kind(kind).is_confidential:
        raise ValueError(kind)
    return Mail.objects.failed().filter(kind=kind, key=key).count()


def undelivered_of(kind: str, key_prefix: str) -> int:
    """The same for mails that carry a key each. Raises ValueError for a kind of which nobody may know."""
    if mail_kinds.kind(kind).is_confidential:
        raise ValueError(kind)
    return Mail.objects.failed().filter(kind=kind, key__startswith=key_prefix).count()


def _counts() -> list[dict[str, Any]]:
    waiting = Q(sent_at=None, failed_at=None, is_held=False)  # what is held is where its reader wants it
    counted = Mail.objects.values("kind").annotate(
        sent=Count("sent_at"), waiting=Count("pk", filter=waiting), failed=Count("failed_at")
    )
    return [dict(row) for row in counted]


def _row(kind: mail_kinds.Kind, counts: dict[str, Any]) -> KindRow:
    sent, waiting, failed = (counts.get(name, 0) for name in ("sent", "waiting", "failed"))
    if kind.is_confidential:
        return KindRow(kind, NOT_COUNTED, NOT_COUNTED, SOME if failed else NONE, bool(failed))
    return KindRow(kind, str(sent), str(waiting), str(failed), bool(failed))


def _failures(kinds: dict[str, mail_kinds.Kind]) -> list[Failure]:
    open_kinds = [name for name, kind in kinds.items() if not kind.is_confidential]
    failed = Mail.objects.failed().filter(kind__in=open_kinds).select_related("user").order_by("-failed_at")
    return [
        Failure(kinds[one.kind].title, one.user.email if one.user else one.address, one.failure, one.failed_at)
        for one in failed[:FAILURES_SHOWN]
        if one.failed_at
    ]
