"""The action board, and the rows that home pages, the summary and the next survey show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from actions import access, wording
from actions.models import Action, FollowUp
from actions.models.action import ActionQuerySet
from actions.queries import follow_ups, worked
from core.constructs import Construct
from goals.models import Goal
from people.access import Role, Viewer
from people.models import Employee, Unit

State = Action.State
COLUMNS = (State.PLANNED, State.DOING, State.DONE, State.DROPPED)
CARDS = 50  # per column; the filters narrow the rest


@dataclass(frozen=True)
class PromiseRow:
    """One action in a line. `verdict` is empty before it can be asked; `signal` is the state a status tag shows."""

    pk: int
    title: str
    construct: Construct
    unit: str
    owner: str
    due_on: date
    due_words: str
    state: str
    state_label: str
    signal: str
    is_overdue: bool
    is_commitment: bool
    is_mine: bool
    url: str
    closing_words: str
    goal: str = ""
    goal_url: str = ""
    verdict: worked.Worked | None = None
    asked: str = ""


@dataclass(frozen=True)
class Column:
    state: str
    label: str
    rows: tuple[PromiseRow, ...]
    more: int


@dataclass(frozen=True)
class Kept:
    """Promises whose day has come: how many were done in time, are late or came late, or were dropped with a reason.

    `percent` is None before there is one; `own_*` are those the viewer answers for.
    """

    due: int
    kept: int
    late: int
    dropped: int
    percent: int | None
    own_due: int = 0
    own_kept: int = 0


@dataclass(frozen=True)
class Filters:
    unit: Unit | None = None
    construct: str = ""
    show: str = ""  # mine, overdue or commitments

    @property
    def is_set(self) -> bool:
        return bool(self.unit or self.construct or self.show)


@dataclass(frozen=True)
class Board:
    columns: tuple[Column, ...]
    kept: Kept
    overdue: int
    scope: str
    may_choose: bool
    may_commit: bool
    filters: Filters = field(default_factory=Filters)

    @property
    def is_empty(self) -> bool:
        return not any(column.rows for column in self.columns)


def board(viewer: Viewer, filters: Filters, *, on: date) -> Board:
    """The page. A fixed number of queries, whatever the number of actions."""
    visible = Action.objects.visible_to(viewer)
    found = list(_narrowed(visible, filters, viewer, on).with_words().order_by("due_on", "pk"))
    rows = promise_rows(found, viewer, on=on, judged=True)
    columns = []
    for state in COLUMNS:
        of_state = [row for row in rows if row.state == state]
        if state in (State.DONE, State.DROPPED):
            of_state.reverse()  # the newest first
        columns.append(Column(state, str(state.label), tuple(of_state[:CARDS]), max(0, len(of_state) - CARDS)))
    return Board(
        columns=tuple(columns),
        kept=promises_kept(viewer, on=on),
        overdue=visible.overdue(on).count(),
        scope=_scope(viewer),
        may_choose=access.may_promise(viewer),
        may_commit=access.is_leader(viewer),
        filters=filters,
    )


HEADINGS = (
    *("Action", "C", "Unit", "Owner", "Due", "State", "How it stands", "What came of it", "Goal"),
    *("Did it work?", "Before", "After", "Change", "The team"),
)


def table(viewer: Viewer, filters: Filters, *, on: date) -> list[list[object]]:
    """The board as rows under HEADINGS: what the page holds, and in the same words where something is not shown."""
    found = _narrowed(Action.objects.visible_to(viewer), filters, viewer, on).with_words().order_by("due_on", "pk")
    return [
        [
            row.title,
            row.construct.short,
            row.unit,
            row.owner,
            row.due_on.isoformat(),
            row.state_label,
            row.due_words,
            row.closing_words,
            row.goal,
            row.verdict.label if row.verdict else "",
            row.verdict.before if row.verdict else "",
            row.verdict.after if row.verdict else "",
            row.verdict.change if row.verdict else "",
            row.asked,
        ]
        for row in promise_rows(list(found), viewer, on=on, judged=True)
    ]


def due_for(viewer: Viewer, *, on: date, within: int = 7) -> list[PromiseRow]:
    """What the viewer answers for, or leads the team of, that is overdue or due within so many days: own first, then by day."""
    me = viewer.employee
    if me is None:
        return []
    led = Q(owner=me)
    for unit in viewer.headed_units:
        led |= Q(kind=Action.Kind.TEAM, unit__position__range=(unit.position, unit.last_position))
    last = date.fromordinal(on.toordinal() + within)
    found = list(Action.objects.unfinished().filter(led, due_on__lte=last).with_names().order_by("due_on", "pk"))
    found.sort(key=lambda action: action.owner_id != me.pk)
    return promise_rows(found, viewer, on=on)


def actions_of_construct(viewer: Viewer, construct: Construct, *, on: date, most: int = 20) -> list[PromiseRow]:
    """What is being done and was done for one C, as far as the viewer may see it: running first, then the newest."""
    found = Action.objects.visible_to(viewer).filter(construct=construct).with_names()
    running = list(found.unfinished().order_by("due_on", "pk")[:most])
    closed = list(found.exclude(pk__in=[one.pk for one in running]).order_by("-closed_on", "-pk")[:most])
    return promise_rows([*running, *closed][:most], viewer, on=on, judged=True)


def promises_to(employee: Employee, *, on: date, since: date, viewer: Viewer | None = None) -> list[PromiseRow]:
    """What this person's team and leaders promised and has run or ended since: for the summary and the next survey.

    `viewer` is the reader, where it is not the person alone.
    """
    found = Action.objects.promised_to(employee).filter(Q(closed_on=None) | Q(closed_on__gte=since)).with_names()
    return promise_rows(list(found.order_by("due_on", "pk")), viewer or Viewer(employee.user, employee), on=on)


def commitments(*, on: date) -> list[PromiseRow]:
    """What leaders have promised to do themselves, the running ones."""
    found = Action.objects.filter(kind=Action.Kind.COMMITMENT).exclude(state=State.DROPPED).with_names()
    return promise_rows(list(found.order_by("unit__depth", "owner__name")), None, on=on)


def promises_kept(viewer: Viewer, *, on: date) -> Kept:
    """Done on or before the day, of those whose day has come or that were done; dropped ones count as not kept. One query."""
    me = viewer.employee.pk if viewer.employee else None
    rows = Action.objects.visible_to(viewer).values_list("state", "due_on", "closed_on", "owner")
    due = [one for one in rows if one[1] < on or one[0] == State.DONE]
    kept = [one for one in due if one[0] == State.DONE and one[2] is not None and one[2] <= one[1]]
    dropped = sum(state == State.DROPPED for state, *_ in due)
    return Kept(
        due=len(due),
        kept=len(kept),
        late=len(due) - len(kept) - dropped,
        dropped=dropped,
        percent=(200 * len(kept) + len(due)) // (2 * len(due)) if due else None,
        own_due=sum(one[3] == me for one in due),
        own_kept=sum(one[3] == me for one in kept),
    )


def promise_rows(found: Sequence[Action], viewer: Viewer | None, *, on: date, judged: bool = False) -> list[PromiseRow]:
    """Rows of actions read `with_names` or `with_words`; `judged` adds what happened after to those that are done."""
    goals = _visible_goals(found, viewer)
    done = [one for one in found if one.state == State.DONE] if judged else []
    verdicts = worked.of_actions(done, viewer) if done and viewer else {}
    return [
        PromiseRow(
            pk=action.pk,
            title=action.title,
            construct=Construct(action.construct),
            unit=action.unit.name,
            owner=action.owner.name,
            due_on=action.due_on,
            due_words=_due_words(action, on),
            state=action.state,
            state_label=action.get_state_display(),
            signal=_signal(action, on),
            is_overdue=action.is_overdue(on),
            is_commitment=action.is_commitment,
            is_mine=viewer is not None and viewer.employee is not None and action.owner_id == viewer.employee.pk,
            url=action.get_absolute_url(),
            closing_words=action.closing_words,
            goal=action.goal.detail.title if action.goal and action.goal_id in goals else "",
            goal_url=action.goal.get_absolute_url() if action.goal and action.goal_id in goals else "",
            verdict=verdicts.get(action.pk),
            asked=_asked(action),
        )
        for action in found
    ]


def _narrowed(actions: ActionQuerySet, filters: Filters, viewer: Viewer, on: date) -> ActionQuerySet:
    if filters.unit:
        actions = actions.filter(unit__position__range=(filters.unit.position, filters.unit.last_position))
    if filters.construct:
        actions = actions.filter(construct=filters.construct)
    if filters.show == "mine":
        actions = actions.filter(owner=viewer.employee)
    elif filters.show == "overdue":
        actions = actions.overdue(on)
    elif filters.show == "commitments":
        actions = actions.filter(kind=Action.Kind.COMMITMENT)
    return actions


def _visible_goals(found: Iterable[Action], viewer: Viewer | None) -> set[int]:
    """Goals that the viewer may be pointed to; one query."""
    named = {action.goal_id for action in found if action.goal_id}
    if viewer is None or not named:
        return set()
    return set(Goal.objects.visible_to(viewer).filter(pk__in=named).values_list("pk", flat=True))


def _due_words(action: Action, on: date) -> str:
    if action.is_unfinished or action.closed_on is None:
        return wording.due(action.due_on, on)
    if action.state == State.DROPPED:
        return f"dropped {wording.day(action.closed_on)}"
    late = (action.closed_on - action.due_on).days
    return f"done {wording.day(action.closed_on)}" + (f", {wording.days(late)} late" if late > 0 else ", in time")


def _signal(action: Action, on: date) -> str:
    if action.is_overdue(on):
        return "off_track"
    return {State.PLANNED: "planned", State.DOING: "running", State.DONE: "done"}.get(State(action.state), "closed")


def _asked(action: Action) -> str:
    follow_up: FollowUp | None = getattr(action, "follow_up", None)
    return follow_ups.short_words(follow_up) if follow_up else ""


def _scope(viewer: Viewer) -> str:
    """Whose promises the board shows, in one sentence."""
    if viewer.has(Role.HR_ADMIN):
        return "Every promise in the organisation."
    if viewer.has(Role.EXECUTIVE):
        return "Promises of the organisation and its departments, of the units you lead, and your own."
    if viewer.headed_units:
        return "Promises of the units you lead and of those above, and your own."
    if viewer.has(Role.HR_PARTNER):
        return "Promises of the units you look after."
    return "What was promised to your team and to the groups it belongs to."
