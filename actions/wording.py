"""How promises are said. Pure."""

from datetime import date


def day(on: date) -> str:
    """ "17 July"."""
    return f"{on.day} {on:%B}"


def days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def due(due_on: date, on: date) -> str:
    """When it is due, seen from today: "due in 3 days", "due today", "was due 12 days ago"."""
    left = (due_on - on).days
    if left < 0:
        return f"was due {days(-left)} ago"
    return "due today" if left == 0 else f"due in {days(left)}" if left <= 14 else f"due {day(due_on)}"
