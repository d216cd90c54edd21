"""The table of people and goals: everybody a page at a time, or the goals that a filter picks, the most urgent first."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from django.core.paginator import Page, Paginator
from django.db.models import Q

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
from people.models import Employee, EmployeeQuerySet

PEOPLE, GOALS = 20, 50  # on a page
EXPORTED = 1000  # goals worked out at a time
ASKED_AT_ONCE = 200  # goals whose owners are asked together: a page that one can still read before sending


class Show(StrEnum):
    """What the table is narrowed to."""

    ALL = ""
    ATTENTION = "attention"
    BEHIND = "behind"
    STALE = "stale"
    GUARDRAIL = "guardrail"
    ASKS = "asks"
    UNSURE = "unsure"
    UNLINKED = "unlinked"

    @property
    def label(self) -> str:
        return {
            "": "Everybody",
            "attention": "Needs a look",
            "behind": "Behind the pace",
            "stale": "Not updated",
            "guardrail": "Guardrail broken",
            "asks": "Asks for help",
            "unsure": "Low confidence",
            "unlinked": "No linked goal",
        }[self.value]


@dataclass(frozen=True)
class TeamRow:
    """One goal of one person. `confidence`, the owner's own, 0 to 10, and `blocker`, what is in the way, are from the latest
    check-in."""

    goal: GoalRow
    updated: str
    confidence: int | None
    call: str
    call_key: str
    blocker: str
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


def team_table(scope: Scope, viewer: Viewer, *, show: Show, on: date, page: str | None, search: str = "") -> TeamTable:
    """One page of the table; a fixed number of queries."""
    if show in (Show.ALL, Show.UNLINKED):
        ids = _people(scope, viewer, show, search).values_list("pk", flat=True)
        found = Paginator(ids, PEOPLE).get_page(page)
        goals = scope.goals.filter(owner__in=list(found))
        persons = {one.pk: one for one in Employee.objects.select_related("unit").filter(pk__in=list(found))}
        order = list(found)
    else:
        found = Paginator(_searched(_chosen_lately(scope, viewer, show, on), search), GOALS).get_page(page)
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


def _people(scope: Scope, viewer: Viewer, show: Show, search: str) -> EmployeeQuerySet:
    """Whose rows stand in the table, in the order of the line; a search looks at names, units and the goals they own."""
    people = scope.people.order_by("line_first", "pk")
    if show is Show.UNLINKED:
        people = people.exclude(pk__in=scope.goals.filter(is_aligned=True).values("owner"))
    if search:
        goals = scope.goals.visible_to(viewer).filter(detail__title__icontains=search)
        people = people.filter(
            Q(name__icontains=search) | Q(unit__name__icontains=search) | Q(pk__in=goals.values("owner"))
        )
    return people


def _searched(ids: list[int], search: str) -> list[int]:
    """Those of these goals that the search finds, in their order."""
    if not search or not ids:
        return ids
    words = Q(detail__title__icontains=search) | Q(owner__name__icontains=search)
    words |= Q(owner__unit__name__icontains=search)
    fits = set(Goal.objects.filter(words, pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in ids if pk in fits]


def askable(scope: Scope, viewer: Viewer, *, show: Show, on: date, search: str = "") -> tuple[list[int], int]:
    """The goals of a filter whose owners can be asked for news, the most urgent first, at most ASKED_AT_ONCE; and how many
    there are in all."""
    goals = scope.goals.visible_to(viewer)
    if show in (Show.ALL, Show.UNLINKED):
        owners = _people(scope, viewer, show, search).order_by()
        ids = list(goals.filter(owner__in=owners).order_by("owner__line_first", "pk").values_list("pk", flat=True))
    else:
        ids = _searched(_chosen_lately(scope, viewer, show, on), search)
    running = goals.exclude(measured=Goal.Measured.NOT).filter(starts_on__lte=on, due_on__gte=on)
    running = running.exclude(checked_on=on).exclude(measured=Goal.Measured.PACED, own_ppm__gte=progress.PPM)
    can = set(running.filter(pk__in=ids).values_list("pk", flat=True))
    found = [pk for pk in ids if pk in can]
    return found[:ASKED_AT_ONCE], len(found)


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
    narrowed = {
        Show.ATTENTION: lambda: needs <= Need.STALE,
        Show.BEHIND: lambda: np.isin(found.shown, [bulk.CODE[status] for status in progress.NEEDS_ATTENTION]),
        Show.STALE: lambda: found.is_stale,
        Show.GUARDRAIL: lambda: found.is_breached,
        Show.ASKS: lambda: needs == Need.ASKS,
        Show.UNSURE: lambda: found.tree.among(attention.unsure(scope.cycle.pk)) & _is_running(found),
    }[show]()
    rows = attention.all_in_order(found, needs, among & narrowed)
    ids: list[int] = found.tree["id"][rows].tolist()
    if show not in (Show.ATTENTION, Show.BEHIND):
        return ids
    by_status = ~found.tree.flag("has_metric")[rows]
    if show is Show.ATTENTION:
        by_status &= ~found.is_breached[rows]
    hidden = concealed(found.tree["id"][rows][by_status].tolist(), viewer, on)
    return [pk for pk in ids if pk not in hidden]


def _is_running(found: bulk.Standings) -> bulk.Bools:
    return np.isin(found.status, [bulk.CODE[status] for status in progress.RUNNING])


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
        blocker=entry.blocker if entry else "",
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
    *("Own call", "In the way", "Last update", "Guardrails broken", "Due"),
)


def export_rows(
    scope: Scope, viewer: Viewer, *, show: Show, on: date, search: str = ""
) -> Iterator[tuple[object, ...]]:
    """The same rows for a file, some thousand at a time; a filter or a search picks the same goals as on the page."""
    goals = scope.goals.visible_to(viewer)
    if show in (Show.ALL, Show.UNLINKED):
        if show is Show.UNLINKED:
            goals = goals.filter(is_aligned=False)
        if search:
            goals = goals.filter(owner__in=_people(scope, viewer, show, search).order_by())
        ids = list(goals.order_by("owner__line_first", "pk").values_list("pk", flat=True))
    else:
        ids = _searched(chosen(scope, viewer, show, on), search)
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
        row.blocker,
        goal.checked_on.isoformat() if goal.checked_on else "",
        "; ".join(goal.breached),
        goal.due_on.isoformat(),
    )
