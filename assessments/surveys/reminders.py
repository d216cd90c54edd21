"""On which days people are reminded: half-way, then every four days, and two days before the end, never at weekends nor on
the organisation's days off (`off`).

Customers only twice: half-way and before the end.

Pure. docs/programme.md, "Mails".
"""

from collections.abc import Collection
from datetime import date, timedelta

from core import working_days

EVERY = timedelta(days=4)
BEFORE_THE_END = timedelta(days=2)
APART = timedelta(days=2)  # two reminders are never closer


def days(opens_on: date, closes_on: date, *, few: bool = False, off: Collection[date] = ()) -> tuple[date, ...]:
    """The days, first to last; none where a survey is too short to be reminded of. `few`: the first and the last only."""
    last = working_days.previous_working_day(closes_on - BEFORE_THE_END, off)
    planned = []
    day = opens_on + (closes_on - opens_on) / 2
    while (moved := working_days.next_working_day(day, off)) <= last - APART:
        planned.append(moved)
        day += EVERY
    found = [day for day in (*planned, last) if day > opens_on]
    all_days = tuple(
        day for day, before in zip(found, [None, *found], strict=False) if not before or day - before >= APART
    )
    return tuple(dict.fromkeys((*all_days[:1], *all_days[-1:]))) if few else all_days


def due_on(
    today: date,
    opens_on: date,
    closes_on: date,
    last_reminded_on: date | None,
    *,
    few: bool = False,
    off: Collection[date] = (),
) -> bool:
    """Whether a reminder goes out today. One that was missed is made up for on the next working day, once."""
    if not working_days.is_working_day(today, off) or not opens_on < today < closes_on:
        return False
    since = last_reminded_on or opens_on
    return any(since < day <= today for day in days(opens_on, closes_on, few=few, off=off))
