"""The organisation's days off, such as public holidays: kept by HR, and no reminder leaves on one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from core import audit, tables
from core.errors import DomainError
from core.models import DayOff

LONGEST_NAME = 80
HEADINGS = {"date", "day", "on"}  # a first line that begins so is a heading
_FORMATS = "Write dates as 2026-12-25."


class DaysRefused(DomainError):
    """Some lines cannot be read; the message names the first of them."""


@dataclass(frozen=True)
class Day:
    on: date
    name: str


def known() -> frozenset[date]:
    """All of them, for core.working_days. One query."""
    return frozenset(DayOff.objects.values_list("on", flat=True))


def parse(text: str) -> list[Day]:
    """Lines of a date and a name, separated by a comma, semicolon or tab, as copied from a file. Raises DaysRefused."""
    days: dict[date, Day] = {}
    for number, row in enumerate(tables.read("days.csv", text.encode()), start=1):
        if not row or (number == 1 and row[0].lower() in HEADINGS):
            continue
        try:
            on = date.fromisoformat(row[0])
        except ValueError:
            raise DaysRefused(f"Line {number}: “{row[0]}” is no date. {_FORMATS}") from None
        name = row[1] if len(row) > 1 else ""
        if not name or len(name) > LONGEST_NAME:
            raise DaysRefused(f"Line {number}: give the day a name of at most {LONGEST_NAME} characters.")
        days[on] = Day(on, name)
    if not days:
        raise DaysRefused(f"There is no day here. One line for each: a date, a comma, a name. {_FORMATS}")
    return list(days.values())


@transaction.atomic
def add(days: Sequence[Day], *, by: Any) -> int:
    """Add days, or rename those that are there; returns how many are new or renamed."""
    there = {day.on: day for day in DayOff.objects.select_for_update().filter(on__in=[day.on for day in days])}
    changed = 0
    for day in days:
        old = there.get(day.on)
        if old and old.name == day.name:
            continue
        row, _ = DayOff.objects.update_or_create(on=day.on, defaults={"name": day.name})
        audit.record("kept", row, by=by, changes={"name": {"old": old.name if old else None, "new": day.name}})
        changed += 1
    return changed


@transaction.atomic
def remove(day: DayOff, *, by: Any) -> None:
    audit.record("removed", day, by=by, changes={"on": {"old": day.on, "new": None}})
    day.delete()
