"""How mail is doing, for HR. A confidential kind is counted and its recipients are never named."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from core import letters
from core.models import Mail

FAILURES_SHOWN = 100


@dataclass(frozen=True)
class KindRow:
    kind: letters.Kind
    sent: int = 0
    waiting: int = 0
    failed: int = 0
    last_sent_at: datetime | None = None


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

    @property
    def failed(self) -> int:
        return sum(row.failed for row in self.rows)


def overview() -> Overview:
    counts = {row["kind"]: row for row in _counts()}
    rows = [_row(kind, counts.get(kind.name, {})) for kind in letters.kinds()]
    trouble = Mail.objects.waiting().exclude(failure="").order_by("-due_at").values_list("failure", flat=True).first()
    return Overview(rows, _failures({row.kind.name: row.kind for row in rows}), trouble or "")


def undelivered(kind: str, key: str) -> int:
    """How many mails of one event did not arrive. Raises ValueError for a kind of which nobody may know."""
    if letters.kind(kind).is_confidential:
        raise ValueError(kind)
    return Mail.objects.failed().filter(kind=kind, key=key).count()


def _counts() -> list[dict[str, Any]]:
    waiting = Q(sent_at=None, failed_at=None)
    counted = Mail.objects.values("kind").annotate(
        sent=Count("sent_at"), waiting=Count("pk", filter=waiting), failed=Count("failed_at"), last=Max("sent_at")
    )
    return [dict(row) for row in counted]


def _row(kind: letters.Kind, counts: dict[str, Any]) -> KindRow:
    sent, waiting, failed = (counts.get(name, 0) for name in ("sent", "waiting", "failed"))
    return KindRow(kind, sent, waiting, failed, counts.get("last"))


def _failures(kinds: dict[str, letters.Kind]) -> list[Failure]:
    open_kinds = [name for name, kind in kinds.items() if not kind.is_confidential]
    failed = Mail.objects.failed().filter(kind__in=open_kinds).select_related("user").order_by("-failed_at")
    return [
        Failure(kinds[one.kind].title, one.user.email if one.user else one.address, one.failure, one.failed_at)
        for one in failed[:FAILURES_SHOWN]
        if one.failed_at
    ]
