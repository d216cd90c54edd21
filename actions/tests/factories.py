"""Promises of the cast, made through the real services."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from actions.models import Action
from actions.services import promises
from core.constructs import Construct
from people.models import Employee, Unit


def in_days(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)


def promise(owner: Employee, unit: Unit | None = None, **fields: Any) -> Action:
    defaults: dict[str, Any] = {
        "title": "Call back within a day",
        "construct": Construct.CONSEQUENCE,
        "due_on": in_days(20),
    }
    made = promises.Promise(**(defaults | {"owner": owner, "unit": unit or owner.unit} | fields))
    return promises.choose(made, by=owner.user, at=timezone.now())


def overdue(owner: Employee, unit: Unit | None = None, by: int = 5, **fields: Any) -> Action:
    action = promise(owner, unit, **fields)
    Action.objects.filter(pk=action.pk).update(due_on=in_days(-by))
    action.refresh_from_db()
    return action
