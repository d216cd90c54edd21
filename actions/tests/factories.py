"""Promises of the cast, made through the real services."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from actions.models import Action, AgreedText, CriticalMoment, Obstacle, Workshop
from actions.services import obstacles, promises, workshops
from assessments.surveys.tests import factories as surveys
from core.constructs import Construct
from people.models import Employee, JobRole, Unit


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


def called(people: Collection[Employee], facilitator: Employee, form: str = "definition_workshop") -> Workshop:
    """A blind round."""
    return workshops.call(
        title="What customer focus means here",
        form=surveys.form(form),
        participants=people,
        answers_due_on=in_days(7),
        facilitator=facilitator,
        by=facilitator.user,
        at=timezone.now(),
    )


def agreed(workshop: Workshop, by: Employee, code: str = "W-h1.1", text: str = "We answer within a day.") -> AgreedText:
    """A text agreed on in a round, whatever its state."""
    Workshop.objects.filter(pk=workshop.pk).update(state=Workshop.State.OPEN)
    return workshops.agree(
        workshop,
        workshop.form.items.get(code=code),
        text=text,
        owner=by,
        review_on=in_days(300),
        agreement="2 of 2 say: we mean the same",
        by=by.user,
        at=timezone.now(),
    )


def moment(role: JobRole, task: str = "Answers a call") -> CriticalMoment:
    return CriticalMoment.objects.create(job_role=role, task=task, behaviour="Says by when, and calls back first.")


def obstacle(by: Employee, unit: Unit | None = None, owner: Employee | None = None, **fields: Any) -> Obstacle:
    """One that `by` reports, for the head of the unit unless somebody else is to answer."""
    unit = unit or by.unit
    to = owner or unit.head or by.manager
    assert to
    given: dict[str, Any] = {"title": "Refunds wait for a signature", "unit": unit, "owner": to, **fields}
    said = obstacles.Report(**given)
    return obstacles.report(said, by=by, at=timezone.now())


def overdue_obstacle(by: Employee, owner: Employee, days: int = 5, **fields: Any) -> Obstacle:
    made = obstacle(by, owner=owner, **fields)
    Obstacle.objects.filter(pk=made.pk).update(due_on=in_days(-days))
    made.refresh_from_db()
    return made
