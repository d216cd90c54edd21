"""Working days: Monday to Friday, without the days off that the organisation keeps (core.days_off.known()).

Whoever reminds people passes these days as `off`; without them only weekends count.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.utils import timezone

SATURDAY = 5
MORNING = time(8)
A_DAY = timedelta(days=1)


def is_working_day(day: date, off: Collection[date] = ()) -> bool:
    return day.weekday() < SATURDAY and day not in off


def next_working_day(day: date, off: Collection[date] = ()) -> date:
    """`day` itself when it is a working day, else the first one after."""
    while not is_working_day(day, off):
        day += A_DAY
    return day


def previous_working_day(day: date, off: Collection[date] = ()) -> date:
    """`day` itself when it is a working day, else the last one before."""
    while not is_working_day(day, off):
        day -= A_DAY
    return day


def at_work(at: datetime, off: Collection[date] = ()) -> datetime:
    """`at` itself on a working day of the organisation, else eight o'clock on the next one: nobody is written to on days off."""
    local = timezone.localtime(at)
    if is_working_day(local.date(), off):
        return at
    return timezone.make_aware(datetime.combine(next_working_day(local.date(), off), MORNING))
