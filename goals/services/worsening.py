"""Telling the owner and the line that a goal's status has worsened: once a goal and day, whatever it does in between."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from django.db import transaction

from core import mail, notify
from core.working_days import is_working_day
from goals import bulk, wording
from goals.columns import Bools, Ints
from goals.models import Goal, RollupState, StatusBook
from goals.progress import Status
from goals.queries.concealed import concealed
from goals.queries.rows import GoalRow, rows_of
from people.access import Viewer
from people.models import Employee

SEVERITY = {Status.AT_RISK: 1, Status.OFF_TRACK: 2, Status.MISSED: 3}  # the others: nothing to worry about
_SEVERITIES = np.array([SEVERITY.get(status, 0) for status in bulk.STATUSES])
TOLD_AT_ONCE = 2000  # goals; a change that worsens more is news of another kind


@transaction.atomic
def tell_worsened(cycle_id: int, *, on: date, at: datetime) -> int:
    """Compare every status with the last look and tell of those that are worse; returns how many goals.

    The first look at a cycle only takes notes. Nothing is told at weekends: Monday compares with Friday.
    """
    if not is_working_day(on):
        return 0
    state = RollupState.objects.filter(cycle=cycle_id).first()
    book = StatusBook.objects.select_for_update().filter(cycle=cycle_id).first()
    if state is None or state.rolled_up_at is None or state.as_of != on:
        return 0  # wait until the numbers are today's
    if book and book.taken_on == on and book.taken_at >= state.rolled_up_at:
        return 0
    found = bulk.standings(cycle_id, on)
    ids, codes = found.tree["id"], found.shown.astype(np.int8)
    worse = _worse(book, ids, codes) & found.tree.flag("is_listed") if book else np.zeros(len(ids), bool)
    StatusBook.objects.update_or_create(
        cycle_id=cycle_id,
        defaults={
            "taken_on": on,
            "taken_at": at,
            "ids": ids.astype("<i8").tobytes(),
            "codes": codes.tobytes(),
        },
    )
    chosen = ids[worse][:TOLD_AT_ONCE].tolist()
    _tell(chosen, on, at)
    return len(chosen)


def _worse(book: StatusBook, ids: Ints, codes: Ints) -> Bools:
    """Which goals were seen before with a milder status."""
    old_ids, old_codes = np.frombuffer(book.ids, "<i8"), np.frombuffer(book.codes, np.int8)
    if not len(old_ids):
        return np.zeros(len(ids), bool)
    order = np.argsort(old_ids, kind="stable")
    place = np.minimum(np.searchsorted(old_ids[order], ids), len(old_ids) - 1)
    known = old_ids[order][place] == ids
    before = _SEVERITIES[old_codes[order][place]]
    worse: Bools = known & (_SEVERITIES[codes] > before)
    return worse


def _tell(ids: Sequence[int], on: date, at: datetime) -> None:
    """News for the owner and for the manager, and one mail a day to each of them."""
    found = Goal.objects.filter(pk__in=ids).with_words().select_related("owner__user", "owner__manager__user")
    goals = list(found.order_by("pk"))
    rows: dict[int, list[GoalRow]] = defaultdict(list)
    people: dict[int, Employee] = {}
    for goal, row in zip(goals, rows_of(goals, on), strict=True):
        for person in (goal.owner, goal.owner.manager):
            if person is not None and person.is_active:
                people[person.pk] = person
                rows[person.pk].append(row)
    for pk, person in people.items():
        shown = _shown_to(person, rows[pk], on)
        lines = [_text(row, is_own=row.owner_id == pk) for row in shown]
        for row, text in zip(shown, lines, strict=True):
            notify.tell(person.user, f"goal-worsened:{row.id}:{on}", text[:300], row.url, at)
        if not lines:
            continue
        context = {"name": person.first_name, "goals": lines, "path": "/"}
        mail.queue("goal_worsened", to=person.user, key=f"goals-worsened:{on}", context=context, at=at)


def _shown_to(person: Employee, rows: Sequence[GoalRow], on: date) -> list[GoalRow]:
    """Without the goals whose status is a roll-up that would give away to this person what another keeps to the line."""
    bare = [row.id for row in rows if not row.has_metric]
    hidden = concealed(bare, Viewer(person.user, person), on)
    return [row for row in rows if row.id not in hidden]


def _text(row: GoalRow, *, is_own: bool) -> str:
    """“Answer within a day” is off track now: 20%, expected 50%."""
    whose = "Your goal" if is_own else f"{row.owner}'s goal"
    numbers = f": {row.progress_words}" if row.progress_words else f": {wording.strip(row.measure)}"
    return f"{whose} “{row.title}” is {row.status_words.lower()} now{numbers}."
