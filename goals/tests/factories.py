"""Goals for tests. `goal(...)` goes through services.set_goal, so that place, numbers and marks are as in the product."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from goals import services
from goals.models import CheckIn, Goal, GoalCycle
from people.models import Employee

START, END, TODAY = date(2026, 1, 1), date(2026, 12, 31), date(2026, 7, 1)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def cycle(name: str = "Year 2026", state: str = "active") -> GoalCycle:
    made = services.open_cycle(name=name, starts_on=START, ends_on=END, by=None)
    return services.activate_cycle(made, by=None) if state == "active" else made


def plan(owner: Employee, in_cycle: GoalCycle, **given: Any) -> services.GoalPlan:
    """An increase from 0 to 100 for one person, over the whole cycle; anything can be given otherwise."""
    parts: dict[str, Any] = {
        "cycle": in_cycle,
        "level": "individual",
        "title": "Answer within a day",
        "customer_benefit": "Customers wait less.",
        "unit": owner.unit,
        "owner": owner,
        "starts_on": START,
        "due_on": END,
        "metric_type": "increase",
        "metric_name": "Answers within a day",
        "metric_unit": "%",
        **given,
    }
    if parts["level"] == "organisation":
        parts.setdefault("constructs", ["strategy"])
    if parts["metric_type"] in ("increase", "decrease"):
        ends = (0, 100) if parts["metric_type"] == "increase" else (100, 0)
        parts.setdefault("baseline", Decimal(ends[0]))
        parts.setdefault("target", Decimal(ends[1]))
    return services.GoalPlan(**parts)


def goal(owner: Employee, in_cycle: GoalCycle, **given: Any) -> Goal:
    return services.set_goal(plan(owner, in_cycle, **given), by=owner.user)


def check_in(on: Goal, value: object = None, *, at: datetime = NOON, **given: Any) -> CheckIn:
    entry = services.CheckInEntry(
        measured_on=given.pop("measured_on", at.date()),
        value=None if value is None else Decimal(str(value)),
        **given,
    )
    return services.check_in(on, entry, by=on.owner, at=at)
