"""The table of people and goals: everybody a page at a time, or the goals that a filter picks, the most urgent first."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from django.core.paginator import Page, Paginator

from goals import attention, bulk, progress, wording
from goals.columns import Column, read
from goals.models import CheckIn, Goal
from goals.progress import Need
from goals.queries import stamped
from goals.queries.around import HIDDEN_GOAL
from goals.queries.concealed import concealed, veiled
from goals.queries.rows import GoalRow, rows_of
from goals.queries.team import Scope
from people.access import Viewer
from people.models import Employee

PEOPLE, GOALS = 20, 50  # on a page
EXPORTED = 1000  # goals worked out at a time


class Show(StrEnum):
    """What the table is narrowed to."""

    ALL = ""
    ATTENTION = "attention"
    BEHIND = "behind"
    STALE = "stale"
    GUARDRAIL = "guardrail"
    UNLINKED = "unlinked"

    @property
    def label(self) -> str:
        return {
            "": "Everybody",
            "attention": "Needs a look",
            "behind": "Behind the pace",
            "stale": "No recent update",
            "guardrail": "Guardrail broken",
            "unlinked": "No linked goal",
        }[self.value]


@dataclass(frozen=True)
class TeamRow:
    """One goal of one person. `confidence` is the owner's own, 0 to 10, from the latest check-in."""

    goal: GoalRow
    updated: str
    confidence: int | None
    call: str
    call_key: str
    needs: Need | None
    can_be_asked: bool
    serves: str


@dataclass(frozen=True)
class Member:
    """A person with their goals on this page; `is_linked`: one of them leads up to an organisation goal."""

    id: int
    name: str
    title: str
    unit: str
    rows: tuple[TeamRow, ...]
    is_linked: bool


@dataclass(frozen=True)
class TeamTable:
    members: tuple[Member, ...]
    page: Page[int]
    show: Show
    askable: int


def team_table(scope: Scope, viewer: Viewer, *, show: Show, on: date, page: str | None) -> TeamTable:
    """One page of the table; a fixed number of queries."""
    if show in (Show.ALL, Show.UNLINKED):
        people = scope.people
        if show is Show.UNLINKED:
            people = people.exclude(pk__in=scope.goals.filter(is_aligned=True).values("owner"))
        ids = people.order_by("line_first", "pk").values_list("pk", flat=True)
        found = Paginator(ids, PEOPLE).get_page(page)
        goals = scope.goals.filter(owner__in=list(found))
        persons = {one.pk: one for one in Employee.objects.select_related("unit").filter(pk__in=list(found))}
        order = list(found)
    else:
        found = Paginator(_chosen_lately(scope, viewer, show, on), GOALS).get_page(page)
        goals = scope.goals.filter(pk__in=list(found))
        persons, order = {}, []
    seen = goals.visible_to(viewer).with_words().select_related("parent__detail").order_by("pk")
    rows = _rows(list(seen), viewer, on)
    if not order:
        place = {pk: number for number, pk in enumerate(found)}
        rows.sort(key=lambda row: place[row.goal.id])
        order = list(dict.fromkeys(row.goal.owner_id for row in rows))
        persons = {one.pk: one for one in Employee.objects.select_related("unit").filter(pk__in=order)}
    members = _members([persons[pk] for pk in order if pk in persons], rows)
    return TeamTable(members, found, show, sum(row.can_be_asked for row in rows))


def _chosen_lately(scope: Scope, viewer: Viewer, show: Show, on: date) -> list[int]:
    """The same ids while the numbers of the cycle are the same: pages and filters of a large table follow each other."""
    unit = f"{scope.unit.pk}-{scope.unit.position}-{scope.unit.last_position}" if scope.whole and scope.unit else ""
    key = f"chosen:{stamped.scope_of(viewer)}:{scope.manager.pk}:{scope.whole}:{unit}:{show}"
    stamp, _ = stamped.stamp_of(scope.cycle.pk, on)
    found = stamped.kept(key, stamp, lambda: {"id": np.array(chosen(scope, viewer, show, on), np.int64)})
    ids: list[int] = found["id"].tolist()
    return ids


def chosen(scope: Scope, viewer: Viewer, show: Show, on: date) -> list[int]:
    """Ids of the goals below that a filter picks, the most urgent first; from the whole cycle at once.

    A goal whose roll-up the viewer must not see is picked for a broken guardrail, never for its status.
    """
    found = bulk.standings(scope.cycle.pk, on)
    needs = attention.needs_of(found, attention.asking(scope.cycle.pk))
    among = np.isin(found.tree["owner"], _owners(scope)) & found.tree.flag("is_listed")
    behind = np.isin(found.shown, [bulk.CODE[status] for status in progress.NEEDS_ATTENTION])
    narrowed = {
        Show.ATTENTION: needs <= Need.STALE,
        Show.BEHIND: behind,
        Show.STALE: found.is_stale,
        Show.GUARDRAIL: found.is_breached,
    }[show]
    rows = attention.in_order(found, needs, among & narrowed)
    ids: list[int] = found.tree["id"][rows].tolist()
    if show not in (Show.ATTENTION, Show.BEHIND):
        return ids
    by_status = ~found.tree.flag("has_metric")[rows]
    if show is Show.ATTENTION:
        by_status &= ~found.is_breached[rows]
    hidden = concealed(found.tree["id"][rows][by_status].tolist(), viewer, on)
    return [pk for pk in ids if pk not in hidden]


def _owners(scope: Scope) -> bulk.Ints:
    """Everybody in the scope, as one column."""
    manager, unit = scope.manager, scope.unit
    line = "e.manager_id = %(manager)s"
    if scope.whole:
        line = "e.line_first > %(first)s AND e.line_first <= %(last)s"
    within = "AND u.position BETWEEN %(position)s AND %(last_position)s" if scope.whole and unit else ""
    source = f"people_employee e JOIN people_unit u ON u.id = e.unit_id WHERE e.is_active AND {line} {within}"
    parameters = {"manager": manager.pk, "first": manager.line_first, "last": manager.line_last}
    if unit:
        parameters |= {"position": unit.position, "last_position": unit.last_position}
    return read([Column("id", "e.id", 8)], source, parameters)["id"]


def _members(people: Sequence[Employee], rows: Sequence[TeamRow]) -> tuple[Member, ...]:
    of_owner: dict[int, list[TeamRow]] = defaultdict(list)
    for row in rows:
        of_owner[row.goal.owner_id].append(row)
    return tuple(
        Member(
            person.pk,
            person.name,
            person.title,
            person.unit.name,
            tuple(of_owner[person.pk]),
            any(row.goal.is_linked for row in of_owner[person.pk]),
        )
        for person in people
    )


def _rows(goals: Sequence[Goal], viewer: Viewer, on: date) -> list[TeamRow]:
    latest = _latest([goal.pk for goal in goals])
    rows = veiled(rows_of(goals, on), viewer, on)
    above = [goal.parent_id for goal in goals if goal.parent_id]
    seen = set(Goal.objects.visible_to(viewer).filter(pk__in=above).values_list("pk", flat=True))
    return [_row(goal, row, latest.get(goal.pk), seen, on) for goal, row in zip(goals, rows, strict=True)]


def _row(goal: Goal, row: GoalRow, entry: CheckIn | None, seen: Collection[int], on: date) -> TeamRow:
    """`seen`: the goals above of which the viewer may read the title."""
    serves = "" if goal.parent is None else goal.parent.detail.title if goal.parent_id in seen else HIDDEN_GOAL
    is_running = row.status in progress.RUNNING
    asks = bool(entry and entry.blocker)
    return TeamRow(
        goal=row,
        updated=wording.since((on - row.checked_on).days) if row.checked_on else "never",
        confidence=entry.confidence if entry else None,
        call=entry.get_call_display() if entry and entry.call else "",
        call_key=entry.call if entry else "",
        needs=progress.need(row.shown, asks=asks, is_breached=bool(row.breached), stale=row.is_stale),
        can_be_asked=is_running and row.has_metric and row.checked_on != on,
        serves=serves,
    )


def _latest(ids: Sequence[int]) -> dict[int, CheckIn]:
    found = (
        CheckIn.objects.standing().filter(goal__in=ids).order_by("goal_id", "-measured_on", "-pk").distinct("goal_id")
    )
    return {entry.goal_id: entry for entry in found}


# --- as a file ------------------------------------------------------------------------------------------------------------

EXPORT_HEADER = (
    *("Person", "Unit", "Goal", "Level", "Leads up to", "Measure", "Progress", "Expected", "Status", "Confidence"),
    *("Own call", "Last update", "Guardrails broken", "Due"),
)


def export_rows(scope: Scope, viewer: Viewer, *, show: Show, on: date) -> Iterator[tuple[object, ...]]:
    """The same rows for a file, some thousand at a time; a filter picks the same goals as on the page."""
    goals = scope.goals.visible_to(viewer)
    if show in (Show.ALL, Show.UNLINKED):
        if show is Show.UNLINKED:
            goals = goals.filter(is_aligned=False)
        ids = list(goals.order_by("owner__line_first", "pk").values_list("pk", flat=True))
    else:
        ids = chosen(scope, viewer, show, on)
    for first in range(0, len(ids), EXPORTED):
        some = ids[first : first + EXPORTED]
        found = {one.pk: one for one in goals.filter(pk__in=some).with_words().select_related("parent__detail")}
        yield from (_exported(row) for row in _rows([found[pk] for pk in some if pk in found], viewer, on))


def _exported(row: TeamRow) -> tuple[object, ...]:
    goal = row.goal
    return (
        goal.owner,
        goal.unit,
        goal.title,
        goal.level,
        row.serves,
        wording.strip(goal.measure),
        wording.percent(goal.progress_ppm) or "no data",
        wording.percent(goal.expected_ppm) or "no pace",
        goal.status_words,
        "" if row.confidence is None else row.confidence,
        row.call,
        goal.checked_on.isoformat() if goal.checked_on else "",
        "; ".join(goal.breached),
        goal.due_on.isoformat(),
    )
