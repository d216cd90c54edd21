"""Preparing a cycle: what it is called, whom it is for, who is asked until when. Nobody is told before the launch."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from assessments.reviews.models import ReviewCycle
from assessments.reviews.services.refusals import NotNow
from core import audit
from people.models import User

_MANY = ("units", "job_roles")


@transaction.atomic
def create_cycle(*, by: User | None, **given: Any) -> ReviewCycle:
    """A cycle in preparation. `given` are fields of the set-up: its name and three dates at least.

    Raises ValidationError when they break a rule of the cycle.
    """
    cycle = ReviewCycle(made_by=by)
    _write(cycle, given)
    audit.record("added", cycle, by=by)
    return cycle


@transaction.atomic
def update_cycle(cycle: ReviewCycle, *, by: User | None, **given: Any) -> ReviewCycle:
    """Change fields of the set-up while the cycle is in preparation. Raises ValidationError, NotNow."""
    cycle = _lock_prepared(cycle)
    before = {name: _plain(cycle, name) for name in given}
    _write(cycle, given)
    after = {name: _plain(cycle, name) for name in given}
    changes = {name: {"old": before[name], "new": after[name]} for name in given if before[name] != after[name]}
    if changes:
        audit.record("changed", cycle, by=by, changes=changes)
    return cycle


@transaction.atomic
def delete_cycle(cycle: ReviewCycle, *, by: User | None) -> None:
    """Give up a cycle that was never launched."""
    cycle = _lock_prepared(cycle)
    audit.record("deleted", cycle, by=by)
    cycle.delete()


def _lock_prepared(cycle: ReviewCycle) -> ReviewCycle:
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.state != ReviewCycle.State.PREPARATION:
        raise NotNow("This cycle has been launched; what people were told stays as it is.")
    return cycle


def _write(cycle: ReviewCycle, given: dict[str, Any]) -> None:
    for name, value in given.items():
        if name not in _MANY:
            setattr(cycle, name, value)
    _fit_dates(cycle)
    cycle.full_clean(exclude=["profile_set", "made_by"])
    cycle.save()
    for name in _MANY:
        if name in given:
            getattr(cycle, name).set(given[name])


def _fit_dates(cycle: ReviewCycle) -> None:
    """Dates of raters and calibration are there exactly when there is such a stage; the first ones fit the others."""
    if cycle.asks_others:
        cycle.named_by = cycle.named_by or cycle.self_due_on
        cycle.feedback_due_on = cycle.feedback_due_on or cycle.manager_due_on
    else:
        cycle.named_by = cycle.feedback_due_on = None
    cycle.calibration_until = cycle.calibration_until or cycle.closes_on if cycle.calibrates else None


def _plain(cycle: ReviewCycle, name: str) -> Any:
    value = getattr(cycle, name)
    return [str(one) for one in value.all()] if name in _MANY else value
