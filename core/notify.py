"""Tell people something, on their home page. Safe to repeat: one notification per person and key, for ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.models import Notification

BATCH = 2000
LONGEST = 300  # characters of a notification


class _User(Protocol):
    pk: Any


@dataclass(frozen=True)
class News:
    """What one person is told; many of these go out with few statements."""

    to: int
    key: str
    text: str
    url: str


def tell(user: _User, key: str, text: str, url: str, at: datetime) -> None:
    """Tell one person. `key` names the event, such as results-released:12; a second call with it changes nothing."""
    tell_all([user.pk], key, text, url, at)


def tell_all(user_ids: Iterable[int], key: str, text: str, url: str, at: datetime) -> None:
    """Tell many people the same, in one statement per 2,000 of them. A long text is cut: the page behind it has all."""
    tell_each((News(user_id, key, text, url) for user_id in user_ids), at)


def tell_each(news: Iterable[News], at: datetime) -> None:
    """Tell each person their own news, in one statement per 2,000 of them."""
    rows = (Notification(to_id=one.to, key=one.key, text=_short(one.text), url=one.url, made_at=at) for one in news)
    Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


def news_of(user: _User, *, limit: int) -> list[Notification]:
    """The newest notifications of one person, unread or not."""
    return list(Notification.objects.filter(to_id=user.pk)[:limit])


def mark_read(user: _User, *, at: datetime) -> int:
    """Mark everything told up to `at` as read; returns how many were unread."""
    return Notification.objects.filter(to_id=user.pk, read_at=None, made_at__lte=at).update(read_at=at)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
