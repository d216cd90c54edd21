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


def headline(text: str, longest: int = 200) -> tuple[str, str]:
    """A text as a title, and as details where the title does not hold all of it."""
    words = " ".join(text.split())
    if len(words) <= longest:
        return words, ""
    return f"{words[: longest - 1].rsplit(' ', 1)[0]}…", text.strip()


def since(reported_on: date, on: date) -> str:
    """How long something has been in the way: "since today", "for 12 days"."""
    age = (on - reported_on).days
    return "since today" if age <= 0 else f"for {days(age)}"


def voices(count: int, fewest: int) -> str:
    """How many say so; few are not counted aloud."""
    return f"{count} people say so" if count >= fewest else f"fewer than {fewest} people say so"
