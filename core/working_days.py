"""Working days: Monday to Friday. Public holidays are the organisation's own and not known here."""

from datetime import date, timedelta

SATURDAY = 5


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY


def next_working_day(day: date) -> date:
    """`day` itself when it is a working day, else the Monday after."""
    return day if is_working_day(day) else day + timedelta(days=7 - day.weekday())


def previous_working_day(day: date) -> date:
    """`day` itself when it is a working day, else the Friday before."""
    return day if is_working_day(day) else day - timedelta(days=day.weekday() - 4)
