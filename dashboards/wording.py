"""How the home pages say counts, minutes and times of day. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def greeting(hour: int) -> str:
    if hour < 12:
        return "Good morning"
    return "Good afternoon" if hour < 18 else "Good evening"


def number(count: int) -> str:
    """Small numbers as words, to begin a sentence with."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def counted(count: int, one: str, many: str) -> str:
    """ "1 goal", "3 goals", "no goals"."""
    if count == 0:
        return f"no {many}"
    return f"{count} {one if count == 1 else many}"


def about(minutes: int) -> str:
    """A sum of estimates, no more exact than it is."""
    if minutes <= 10:
        return f"about {minutes} minute{'' if minutes == 1 else 's'}"
    if minutes < 55:
        return "about half an hour" if 25 <= minutes < 35 else f"about {round(minutes / 5) * 5} minutes"
    quarters = round(minutes / 30)
    if quarters == 2:
        return "about an hour"
    return f"about {quarters / 2:g} hours"


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"; the first letter is left as it is."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def day(on: date) -> str:
    """ "Friday 17 July"."""
    return f"{on:%A} {on.day} {on:%B}"


def due(day_: date, on: date) -> str:
    """ "due Friday 17 July", "due tomorrow", "due today", "was due Friday 17 July"."""
    near = {0: "due today", 1: "due tomorrow"}
    if (left := (day_ - on).days) < 0:
        return f"was due {day(day_)}"
    return near.get(left, f"due {day(day_)}")


def short_day(on: date) -> str:
    """ "17 July"."""
    return f"{on.day} {on:%B}"


def as_of(moment: datetime, now: datetime) -> str:
    """When stored numbers were computed, both in the organisation's time: "today, 06:15", "30 June, 23:50"."""
    return f"today, {moment:%H:%M}" if moment.date() == now.date() else f"{short_day(moment.date())}, {moment:%H:%M}"
