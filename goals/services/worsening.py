"""Telling the owner and the line that a goal's status has worsened: once a goal and day, whatever it does in between."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.urls import reverse

from core import days_off, mail, notify
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
GOALS_AT_ONCE, PEOPLE_AT_ONCE = 5000, 200  # of one statement, so that no day needs more memory than another
NAMED = 20  # goals that are named to one person; the others are counted


@transaction.atomic
def tell_worsened(cycle_id: int, *, on: date, at: datetime) -> int:
    """Compare every status with the last look and tell of those that are worse; returns how many goals.

    The first look at a cycle only takes notes. Nothing is told on days off: Monday compares with Friday.
    """
    if not is_working_day(on, days_off.known()):
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
    chosen = ids[worse].tolist()
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
    """News for the owner and for the manager, and one mail a day to each of them.

    As many statements for one person as for PEOPLE_AT_ONCE, apart from those who are told of a goal without a measure: what
    may not be told to them is looked up for each.
    """
    goals_of = _whose(ids)
    people = list(goals_of)
    for first in range(0, len(people), PEOPLE_AT_ONCE):
        _tell_people({pk: goals_of[pk] for pk in people[first : first + PEOPLE_AT_ONCE]}, on, at)


def _whose(ids: Sequence[int]) -> dict[int, list[int]]:
    """Person to the goals that they are told of, their own before those of their reports."""
    own: dict[int, list[int]] = defaultdict(list)
    below: dict[int, list[int]] = defaultdict(list)
    for first in range(0, len(ids), GOALS_AT_ONCE):
        found = Goal.objects.filter(pk__in=ids[first : first + GOALS_AT_ONCE]).order_by("pk")
        names = ("pk", "owner", "owner__is_active", "owner__manager", "owner__manager__is_active")
        for goal, owner, owner_is_here, manager, manager_is_here in found.values_list(*names):
            if owner_is_here:
                own[owner].append(goal)
            if manager_is_here:
                below[manager].append(goal)
    return {person: own[person] + below[person] for person in [*own, *(one for one in below if one not in own)]}


def _tell_people(goals_of: Mapping[int, Sequence[int]], on: date, at: datetime) -> None:
    people = Employee.objects.select_related("user", "unit").in_bulk(list(goals_of))
    named = {goal for goals in goals_of.values() for goal in goals[:NAMED]}
    found = Goal.objects.filter(pk__in=named).with_words().select_related("owner")
    rows = {row.id: row for row in rows_of(list(found.order_by("pk")), on)}
    news: list[notify.News] = []
    letters: dict[int | str, Mapping[str, Any]] = {}
    for pk, goals in goals_of.items():
        person, more = people[pk], max(0, len(goals) - NAMED)
        shown = _shown_to(person, [rows[goal] for goal in goals[:NAMED] if goal in rows], on)
        lines = [_text(row, is_own=row.owner_id == pk) for row in shown]
        user = person.user_id
        news += [
            notify.News(user, f"goal-worsened:{row.id}:{on}", text, row.url)
            for row, text in zip(shown, lines, strict=True)
        ]
        if more:
            text = f"{wording.count(more, 'more goal is', 'more goals are')} doing worse than at the last look."
            url = f"{reverse('goals:tree')}?show=attention"
            news.append(notify.News(user, f"goals-worsened-more:{on}", text, url))
        if lines:
            letters[user] = {"name": person.first_name, "goals": lines, "more": more, "path": "/"}
    notify.tell_each(news, at)
    mail.queue_each("goal_worsened", letters, key=f"goals-worsened:{on}", at=at)


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
