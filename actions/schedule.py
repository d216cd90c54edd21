"""What the clock does for promises. Each run finds what is due in the database, so it may come late, twice or at once."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from actions import dead_rows
from actions.models import Action, FollowUp, Obstacle, Workshop
from actions.services import follow_ups, obstacles, promises, workshops
from core import days_off, jobs
from core.working_days import is_working_day

REMIND_AHEAD = timedelta(days=7)
REMIND_BEHIND = timedelta(days=60)  # an action that was forgotten longer ago is said on the pages, not by mail


@shared_task
def keep_promises() -> None:
    """Close questions whose time is over; count voices; on working days let obstacles appear, remind owners and ask teams."""
    at = timezone.now()
    on = timezone.localdate(at)
    if over := list(FollowUp.objects.filter(state=FollowUp.State.OPEN, closes_on__lt=on)):
        _each(over, follow_ups.close, at)
        jobs.attempt(dead_rows.vacuum)
    appeared, counted = jobs.attempt(obstacles.show_waiting, at=at), jobs.attempt(obstacles.count_voices, at=at)
    if appeared or counted:
        jobs.attempt(dead_rows.vacuum)
    if not is_working_day(on, days_off.known()):
        return
    due = Action.objects.unfinished().filter(due_on__range=(on - REMIND_BEHIND, on + REMIND_AHEAD))
    _each(due.select_related("owner__user", "unit"), promises.remind, at)
    _each(FollowUp.objects.filter(state=FollowUp.State.WAITING, asks_on__lte=on), follow_ups.ask, at)
    stuck = Obstacle.objects.with_words().select_related("owner__manager__user")
    _each(stuck.unfinished().filter(owner__is_active=False), obstacles.follow_the_line, at)
    _each(stuck.overdue(on).filter(due_on__gte=on - REMIND_BEHIND), obstacles.remind, at)
    late = Workshop.objects.filter(state=Workshop.State.BLIND, answers_due_on__lt=on)
    _each(late.select_related("facilitator__user"), workshops.remind_facilitator, at)


def _each(found: Iterable[Any], run: Callable[..., object], at: object) -> None:
    for one in found:
        jobs.attempt(run, one, at=at)
