"""Working days: Monday to Friday. Public holidays are the organisation's own and not known here."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

SATURDAY = 5
MORNING = time(8)


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY


def next_working_day(day: date) -> date:
    """`day` itself when it is a working day, else the Monday after."""
    return day if is_working_day(day) else day + timedelta(days=7 - day.weekday())


def previous_working_day(day: date) -> date:
    """`day` itself when it is a working day, else the Friday before."""
    return day if is_working_day(day) else day - timedelta(days=day.weekday() - 4)


def at_work(at: datetime) -> datetime:
    """`at` itself on a working day of the organisation, else eight o'clock on the next one: nobody is written to at weekends."""
    local = timezone.localtime(at)
    if is_working_day(local.date()):
        return at
    return timezone.make_aware(datetime.combine(next_working_day(local.date()), MORNING))
