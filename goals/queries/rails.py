"""Guardrails and their readings in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from goals import wording
from goals.models import Guardrail, GuardrailReading

SHOWN = 8  # readings of one guardrail


@dataclass(frozen=True)
class EarlierReading:
    """What a reading said before its author corrected it."""

    until: datetime
    read_on: date
    value: str
    note: str


@dataclass(frozen=True)
class ReadingRow:
    """One reading that stands. `earlier`: the first version first."""

    id: int
    by: str
    by_id: int
    read_on: date
    value: str
    note: str
    is_breach: bool
    mend_until: datetime
    earlier: tuple[EarlierReading, ...]


@dataclass(frozen=True)
class Rail:
    """A guardrail in words. `state`: holds, breached, or unread; readings the newest first."""

    id: int
    name: str
    value: str
    limit: str
    why: str
    read_on: date | None
    state: str
    readings: tuple[ReadingRow, ...] = ()


def read_by() -> Prefetch:
    """The readings of guardrails with who read them, for one query whatever their number."""
    return Prefetch("readings", GuardrailReading.objects.select_related("by"))


def rail_of(rail: Guardrail, readings: Iterable[GuardrailReading] = ()) -> Rail:
    """`readings`: all of them, those that a correction has replaced too."""
    value = "" if rail.value is None else wording.with_unit(wording.plain(rail.value), rail.unit)
    state = "unread" if rail.value is None else "breached" if rail.is_breached else "holds"
    shown = tuple(_rows(rail, list(readings)))
    return Rail(rail.pk, rail.name, value, wording.limit(rail), rail.why, rail.read_on, state, shown)


def _rows(rail: Guardrail, readings: list[GuardrailReading]) -> Iterable[ReadingRow]:
    by_id = {one.pk: one for one in readings}
    standing = [one for one in readings if one.replaced_at is None]
    for one in standing[:SHOWN]:
        yield ReadingRow(
            one.pk,
            one.by.name,
            one.by_id,
            one.read_on,
            _value(rail, one),
            one.note,
            rail.breaks(one.value),
            one.mend_until,
            tuple(_earlier(rail, one, by_id)),
        )


def _earlier(rail: Guardrail, reading: GuardrailReading, by_id: dict[int, GuardrailReading]) -> list[EarlierReading]:
    old = by_id.get(reading.corrects_id or 0)
    if old is None or old.replaced_at is None:
        return []
    said = EarlierReading(old.replaced_at, old.read_on, _value(rail, old), old.note)
    return [*_earlier(rail, old, by_id), said]


def _value(rail: Guardrail, reading: GuardrailReading) -> str:
    return wording.with_unit(wording.plain(reading.value), rail.unit)
