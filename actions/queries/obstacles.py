"""The list of obstacles, one of them, and what leaders have to clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q

from actions import answering, wording
from actions.models import Obstacle, ObstacleStep, Voice
from actions.models.obstacle import ObstacleQuerySet
from goals.models import Goal
from people.access import Viewer
from people.models import Employee, Unit

State = Obstacle.State
PER_PAGE = 30
MOST = 50  # rows of a leader's page
SOON = timedelta(days=7)
LOOK_BACK = timedelta(days=365)
HEADINGS = (
    *("Obstacle", "Kind", "Unit", "Reported by", "Reported", "Answers for it", "Due", "State", "Answer", "Say so too"),
)
_SIGNALS = {State.OPEN: "waiting", State.TAKEN: "running", State.CLEARED: "done", State.STAYS: "closed"}


@dataclass(frozen=True)
class ObstacleRow:
    """One obstacle in a line. `voices` in words; few are not counted aloud. `reporter` says it where there is no name."""

    url: str
    pk: str
    title: str
    kind: str
    unit: str
    owner: str
    reporter: str
    reported_on: date
    age: str
    due_on: date
    due_words: str
    state_label: str
    signal: str
    is_overdue: bool
    is_unfinished: bool
    voices: str
    is_mine: bool
    says_so: bool
    answer: str


@dataclass(frozen=True)
class Filters:
    show: str = ""  # "" open ones, "mine" reported by me, "closed", "all"
    unit: Unit | None = None
    kind: str = ""
    text: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.show or self.unit or self.kind or self.text)


@dataclass(frozen=True)
class ObstacleList:
    rows: tuple[ObstacleRow, ...]
    page: Page[Obstacle]
    unfinished: int
    overdue: int
    cleared: int
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True)
class ObstaclePage:
    obstacle: Obstacle
    row: ObstacleRow
    steps: tuple[ObstacleStep, ...]
    goal_title: str
    goal_url: str
    may_answer: bool
    may_join: bool
    may_take_down: bool
    above: str


@dataclass(frozen=True)
class Cleared:
    """What one leader has closed within a year: of `closed`, `cleared` are out of the way, `in_time` of them by the day."""

    closed: int
    cleared: int
    in_time: int


@dataclass(frozen=True)
class ToClear:
    """A leader's page: what they owe, what stands still below them, and what they have cleared."""

    mine: tuple[ObstacleRow, ...]
    below: tuple[ObstacleRow, ...]
    more: int
    overdue: int
    cleared: Cleared
    found: tuple[Obstacle, ...] = ()

    def obstacle(self, pk: str) -> Obstacle | None:
        """The obstacle of the row with this key; None for any other text."""
        return next((one for one in self.found if str(one.pk) == pk), None)


def obstacle_list(viewer: Viewer, filters: Filters, *, on: date, page: str | None) -> ObstacleList:
    """The page. What is late stands first among the open ones, the newest first among the closed ones."""
    visible = Obstacle.objects.visible_to(viewer)
    paged = Paginator(_narrowed(visible, filters, viewer).with_words(), PER_PAGE).get_page(page)
    rows = tuple(obstacle_rows(list(paged.object_list), viewer, on=on))
    counts = visible.aggregate(
        unfinished=Count("pk", filter=Q(state__in=(State.OPEN, State.TAKEN))),
        overdue=Count("pk", filter=Q(state__in=(State.OPEN, State.TAKEN), due_on__lt=on)),
        cleared=Count("pk", filter=Q(state=State.CLEARED)),
    )
    return ObstacleList(rows=rows, page=paged, filters=filters, **counts)


def table(viewer: Viewer, filters: Filters, *, on: date) -> list[list[object]]:
    """The list as rows under HEADINGS, in the same words where something is not shown."""
    found = _narrowed(Obstacle.objects.visible_to(viewer), filters, viewer).with_words()
    return [
        [
            *(row.title, row.kind, row.unit, row.reporter, row.reported_on.isoformat(), row.owner),
            *(row.due_on.isoformat(), row.state_label, row.answer, row.voices),
        ]
        for row in obstacle_rows(list(found), viewer, on=on)
    ]


def obstacle_page(obstacle: Obstacle, viewer: Viewer, *, on: date) -> ObstaclePage:
    """One obstacle, read with its words."""
    goal = obstacle.goal if obstacle.goal_id and _sees_goal(viewer, obstacle.goal_id) else None
    return ObstaclePage(
        obstacle=obstacle,
        row=obstacle_rows([obstacle], viewer, on=on)[0],
        steps=tuple(obstacle.steps.select_related("by", "to")),
        goal_title=goal.detail.title if goal else "",
        goal_url=goal.get_absolute_url() if goal else "",
        may_answer=answering.may_answer(viewer, obstacle),
        may_join=answering.may_join(viewer, obstacle),
        may_take_down=answering.may_take_down(viewer, obstacle),
        above=above(obstacle) if answering.may_answer(viewer, obstacle) else "",
    )


def above(obstacle: Obstacle) -> str:
    """Who answers when whoever answers for it passes it up; "" where nobody stands above."""
    found = answering.next_above(obstacle.owner)
    return found.name if found else ""


def to_clear(viewer: Viewer, *, on: date) -> ToClear:
    """What the viewer answers for, by day, and what is overdue with people below them. A fixed number of queries."""
    me = viewer.employee
    if me is None:
        return ToClear((), (), 0, 0, Cleared(0, 0, 0))
    unfinished = Obstacle.objects.unfinished().with_words().order_by("due_on", "pk")
    mine = list(unfinished.filter(owner=me)[:MOST])
    late = unfinished.filter(owner__line_first__gt=me.line_first, owner__line_first__lte=me.line_last, due_on__lt=on)
    below = list(late[: MOST + 1])
    rows = obstacle_rows([*mine, *below[:MOST]], viewer, on=on)
    return ToClear(
        mine=tuple(rows[: len(mine)]),
        below=tuple(rows[len(mine) :]),
        more=max(0, late.count() - MOST) if len(below) > MOST else 0,
        overdue=sum(row.is_overdue for row in rows[: len(mine)]),
        cleared=cleared_by(me, on=on),
        found=(*mine, *below[:MOST]),
    )


def cleared_by(me: Employee, *, on: date) -> Cleared:
    """What one person has closed within a year. One query."""
    closed = Obstacle.objects.filter(owner=me, closed_on__gte=on - LOOK_BACK).exclude(state=State.TAKEN_DOWN)
    return Cleared(
        **closed.aggregate(
            closed=Count("pk"),
            cleared=Count("pk", filter=Q(state=State.CLEARED)),
            in_time=Count("pk", filter=Q(state=State.CLEARED, closed_on__lte=F("due_on"))),
        )
    )


def obstacles_due_for(viewer: Viewer, *, on: date, most: int = 20) -> list[ObstacleRow]:
    """For home pages: what the viewer owes within a week, own first, and what is overdue with people below them."""
    me = viewer.employee
    if me is None:
        return []
    owed = Q(owner=me, due_on__lte=on + SOON)
    owed |= Q(owner__line_first__gt=me.line_first, owner__line_first__lte=me.line_last, due_on__lt=on)
    found = list(Obstacle.objects.unfinished().filter(owed).with_names().order_by("due_on", "pk")[:most])
    found.sort(key=lambda one: one.owner_id != me.pk)
    return obstacle_rows(found, viewer, on=on)


def obstacle_rows(found: Sequence[Obstacle], viewer: Viewer, *, on: date) -> list[ObstacleRow]:
    """Rows of obstacles read `with_words`; one query more for whether the viewer says so too."""
    me = viewer.employee
    marks = {Voice.mark_of(one.pk, me): one.pk for one in found if one.is_unfinished} if me else {}
    said = set(Voice.objects.filter(mark__in=marks).values_list("obstacle_id", flat=True)) if marks else set()
    return [
        ObstacleRow(
            url=one.get_absolute_url(),
            pk=str(one.pk),
            title=one.title,
            kind=str(one.get_kind_display()),
            unit=one.unit.name,
            owner=one.owner.name,
            reporter=one.reported_by.name if one.reported_by else "reported without a name",
            reported_on=one.reported_on,
            age=wording.since(one.reported_on, one.closed_on or on),
            due_on=one.due_on,
            due_words=_due_words(one, on),
            state_label="Overdue" if one.is_overdue(on) else str(one.get_state_display()),
            signal="off_track" if one.is_overdue(on) else _SIGNALS.get(State(one.state), "hidden"),
            is_overdue=one.is_overdue(on),
            is_unfinished=one.is_unfinished,
            voices=wording.voices(one.voices, answering.FEWEST),
            is_mine=me is not None and one.owner_id == me.pk,
            says_so=one.pk in said,
            answer=one.answer,
        )
        for one in found
    ]


def _narrowed(visible: ObstacleQuerySet, filters: Filters, viewer: Viewer) -> ObstacleQuerySet:
    if filters.unit:
        visible = visible.filter(unit__position__range=(filters.unit.position, filters.unit.last_position))
    if filters.kind:
        visible = visible.filter(kind=filters.kind)
    if filters.text:
        visible = visible.filter(Q(title__icontains=filters.text) | Q(details__icontains=filters.text))
    if filters.show == "mine":
        mine = visible.filter(reported_by=viewer.employee) if viewer.employee else visible.none()
        return mine.order_by("-reported_on", "pk")
    if filters.show == "closed":
        return visible.exclude(closed_on=None).order_by("-closed_on", "pk")
    if filters.show == "all":
        return visible.order_by("-reported_on", "pk")
    return visible.unfinished().order_by("due_on", "pk")


def _due_words(one: Obstacle, on: date) -> str:
    if one.closed_on:
        return f"closed {wording.day(one.closed_on)}"
    owed = "answer" if one.state == State.OPEN else "to be cleared,"
    return f"{owed} {wording.due(one.due_on, on)}"


def _sees_goal(viewer: Viewer, goal: int) -> bool:
    return Goal.objects.visible_to(viewer).filter(pk=goal).exists()
