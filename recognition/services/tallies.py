"""Count praise once for each calendar quarter, for HR and the pages of the seven Cs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from core.constructs import Construct
from people.models import Employee
from recognition import balance
from recognition.balance import Thanks
from recognition.models import Praise, Tally
from recognition.queries import figures


def count_quarter(*, on: date, at: datetime) -> Tally | None:
    """Count the last whole quarter before `on`; None when that was done. Private thank-yous are not counted."""
    until_on = _first_of_quarter(on)
    from_on = _first_of_quarter(until_on - timedelta(days=1))
    if Tally.objects.filter(from_on=from_on).exists():
        return None
    given = Praise.objects.told().filter(given_at__date__gte=from_on, given_at__date__lt=until_on)
    thanks = figures.thanks_of(given)
    people = list(Employee.objects.active().values_list("pk", flat=True))
    tally, is_new = Tally.objects.get_or_create(
        from_on=from_on,
        defaults={
            "until_on": until_on,
            "people": len(people),
            "shares": _shares(thanks),
            "figures": figures.numbers(thanks, people, (until_on - from_on).days),
            "counted_at": at,
        },
    )
    return tally if is_new else None


def _shares(thanks: Sequence[Thanks]) -> list[dict[str, object]]:
    found = balance.shares(thanks, [construct.value for construct in Construct]) or []
    return [{"constructs": list(one.constructs), "percent": round(100 * one.share)} for one in found]


def _first_of_quarter(on: date) -> date:
    return date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
