"""What is owed in running cycles, by whom and until when: for the one mail that each gets on a day of reminders.

Read by the clock alone. No page shows who owes something: of raters that would tell who has not answered (T51).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from assessments.reviews.models import (
    Assessment,
    CycleReminder,
    Feedback,
    Rater,
    RaterQuerySet,
    Review,
    ReviewCycle,
)
from assessments.surveys import reminders
from core import working_days

Stage = CycleReminder.Stage
A_STAGE_OF_ITS_OWN = timedelta(days=7)  # shorter than this after the stage before, it counts from the launch
NEWLY_ASKED = timedelta(days=2)  # nobody is reminded so soon after being asked
Due = tuple[int, Stage]  # a stage of a cycle, by the cycle's key


def window(cycle: ReviewCycle, stage: Stage) -> tuple[date, date] | None:
    """First and last day of a stage; None where the cycle has no such stage. Half-way lies between the two."""
    assert cycle.launched_at is not None
    launched_on = timezone.localdate(cycle.launched_at)
    if stage == Stage.SELF:
        return launched_on, cycle.self_due_on
    if stage == Stage.MANAGER:
        before, end = cycle.self_due_on, cycle.manager_due_on
    elif cycle.named_by is None or cycle.feedback_due_on is None:
        return None
    elif stage == Stage.NAMING:
        return launched_on, cycle.named_by
    elif stage == Stage.APPROVAL:
        return launched_on, cycle.feedback_due_on
    else:
        before, end = cycle.named_by, cycle.feedback_due_on
    return (max(before, launched_on) if end - before >= A_STAGE_OF_ITS_OWN else launched_on), end


def days(cycle: ReviewCycle, stage: Stage, *, off: Collection[date]) -> tuple[date, ...]:
    """On which days people are reminded of a stage, as its days are now.

    Of names that wait for approval whenever others are reminded to name, and on the working day after the last of them
    can have come.
    """
    if stage == Stage.APPROVAL and cycle.named_by:
        after = working_days.next_working_day(cycle.named_by + timedelta(days=1), off)
        return (*days(cycle, Stage.NAMING, off=off), after)
    found = window(cycle, stage)
    return reminders.days(*found, few=True, off=off) if found else ()


def due_stages(cycles: Iterable[ReviewCycle], *, on: date, off: Collection[date]) -> list[Due]:
    """The stages that are reminded of on that day: one of `days`, or the working day after one that was missed."""
    cycles = list(cycles)
    if not working_days.is_working_day(on, off):
        return []
    last = {(row.cycle_id, row.stage): row.reminded_on for row in CycleReminder.objects.filter(cycle__in=[*cycles])}
    found: list[Due] = []
    for cycle in cycles:
        for stage in Stage:
            between = window(cycle, stage)
            if between is None or not between[0] < on < between[1]:
                continue
            since = last.get((cycle.pk, stage), between[0])
            if any(since < day <= on for day in days(cycle, stage, off=off)):
                found.append((cycle.pk, stage))
    return found


@dataclass(frozen=True)
class Owed:
    """One thing that one user still has to do. `count` is about how many people."""

    user: int
    cycle: ReviewCycle
    stage: Stage
    due_on: date
    about: str = ""
    count: int = 1
    is_new: bool = False

    @property
    def due(self) -> Due:
        return self.cycle.pk, self.stage


def owed(cycles: Collection[ReviewCycle], *, on: date) -> dict[int, list[Owed]]:
    """By user, soonest first: what is not shared, named or approved, and whom they are asked about.

    Five queries, whatever the number of people.
    """
    known = {cycle.pk: cycle for cycle in cycles}
    found: dict[int, list[Owed]] = defaultdict(list)
    for one in (*_self(known), *_managers(known), *_naming(known, on), *_approving(known, on), *_raters(known, on)):
        found[one.user].append(one)
    return {user: sorted(all_, key=lambda one: (one.due_on, one.stage, one.about)) for user, all_ in found.items()}


def _drafts(known: Collection[int], kind: Review.Kind) -> QuerySet[Review]:
    return (
        Review.objects.filter(
            kind=kind,
            state=Review.State.DRAFT,
            assessment__cycle__in=known,
            assessment__is_excused=False,
            assessment__employee__is_active=True,
            by__is_active=True,
        )
        .of_record()
        .order_by()
    )


def _self(known: dict[int, ReviewCycle]) -> Iterable[Owed]:
    for user, cycle in _drafts(known, Review.Kind.SELF).values_list("by__user_id", "assessment__cycle_id"):
        yield Owed(user, known[cycle], Stage.SELF, known[cycle].self_due_on)


def _managers(known: dict[int, ReviewCycle]) -> Iterable[Owed]:
    grouped = _drafts(known, Review.Kind.MANAGER).values_list("by__user_id", "assessment__cycle_id")
    for user, cycle, count in grouped.annotate(Count("pk")):
        yield Owed(user, known[cycle], Stage.MANAGER, known[cycle].manager_due_on, count=count)


def _naming(known: dict[int, ReviewCycle], on: date) -> Iterable[Owed]:
    """Whose list is empty, as long as names can be sent."""
    taking = [cycle.pk for cycle in known.values() if cycle.takes_nominations(on)]
    kept = Rater.objects.filter(state__in=[Rater.State.PROPOSED, Rater.State.APPROVED], assessment__cycle__in=taking)
    empty = Assessment.objects.taking_part().filter(cycle__in=taking, employee__is_active=True)
    rows = empty.exclude(pk__in=kept.values("assessment")).order_by()
    for user, cycle in rows.values_list("employee__user_id", "cycle_id"):
        due_on = known[cycle].named_by
        assert due_on is not None
        yield Owed(user, known[cycle], Stage.NAMING, due_on)


def _approving(known: dict[int, ReviewCycle], on: date) -> Iterable[Owed]:
    """Managers for whom names wait; those can be approved as long as answers are taken."""
    taking = [cycle.pk for cycle in known.values() if cycle.takes_feedback(on)]
    reviewed = Assessment.objects.taking_part().filter(
        Q(is_assigned_by_hand=True) | Q(employee__manager=F("manager")),
        cycle__in=taking,
        employee__is_active=True,
        manager__is_active=True,
        raters__state=Rater.State.PROPOSED,
    )
    rows = reviewed.order_by().values_list("manager__user_id", "cycle_id")
    for user, cycle, count in rows.annotate(Count("pk", distinct=True)):
        named_by, answered_by = known[cycle].named_by, known[cycle].feedback_due_on
        assert named_by is not None
        assert answered_by is not None
        yield Owed(user, known[cycle], Stage.APPROVAL, named_by if on <= named_by else answered_by, count=count)


def _raters(known: dict[int, ReviewCycle], on: date) -> Iterable[Owed]:
    waiting = _unanswered(known.values(), on).filter(employee__is_active=True)
    rows = waiting.values_list("employee__user_id", "assessment__cycle_id", "assessment__employee__name", "asked_at")
    for user, cycle, about, asked_at in rows:
        due_on = known[cycle].feedback_due_on
        assert due_on is not None
        yield Owed(user, known[cycle], Stage.RATERS, due_on, about, is_new=_is_new(asked_at, on))


def externals_owing(cycles: Collection[ReviewCycle], *, on: date) -> dict[tuple[int, str], list[Rater]]:
    """Externals who were asked some days ago and have not answered, by cycle and address."""
    asked = _unanswered(cycles, on).filter(group=Rater.Group.EXTERNAL, token_digest__isnull=False)
    found: dict[tuple[int, str], list[Rater]] = defaultdict(list)
    for rater in asked.select_related("assessment__cycle", "assessment__employee").order_by("pk"):
        if not _is_new(rater.asked_at, on):
            found[rater.assessment.cycle_id, rater.email].append(rater)
    return found


def _unanswered(cycles: Iterable[ReviewCycle], on: date) -> RaterQuerySet:
    """Those who are asked, as long as answers are taken, and have sent none. Who declines is asked no longer."""
    taking = [cycle.pk for cycle in cycles if cycle.takes_feedback(on)]
    sent = Feedback.objects.filter(state=Feedback.State.SUBMITTED, rater__assessment__cycle__in=taking)
    asked = Rater.objects.asked().filter(
        assessment__cycle__in=taking, assessment__is_excused=False, assessment__employee__is_active=True
    )
    return asked.exclude(pk__in=sent.values("rater")).order_by()


def _is_new(asked_at: datetime | None, on: date) -> bool:
    return asked_at is not None and timezone.localdate(asked_at) > on - NEWLY_ASKED
