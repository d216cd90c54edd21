"""The goal tree: all of it while it is small, the upper levels with branches on demand when it is large."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import numpy as np
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, F, Q, Subquery, Value, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from goals import bulk, wording
from goals.models import Goal, GoalCycle, GoalDetail, UnitSummary
from goals.models.goal import GoalQuerySet
from goals.progress import NEEDS_ATTENTION, Status
from goals.queries import stamped
from goals.queries.concealed import veiled
from goals.queries.rows import GoalRow, rows_of
from people.access import Viewer
from people.models import Unit

WHOLE_UP_TO = 150  # goals; more are shown as organisation and department levels, deeper ones on demand
OPEN_UP_TO = 40  # goals; a larger tree starts with its lower branches folded
PAGE = 50  # goals of one branch, matches of one search
UPPER = 12  # goals below each goal of the organisation where the tree starts with those
PRINTED_UP_TO = 1_000  # goals; about 40 sheets of paper
COUNTED_UP_TO = 20_000  # goals; above, the filters show no counts


@dataclass(frozen=True)
class Filters:
    """What the tree is narrowed to; all empty shows everything of the current cycle."""

    cycle: GoalCycle | None = None
    q: str = ""
    unit: Unit | None = None
    construct: str = ""
    status: str = ""
    level: str = ""
    show: str = ""

    @property
    def are_set(self) -> bool:
        return bool(self.q or self.unit or self.construct or self.status or self.level or self.show)


@dataclass(frozen=True)
class Node:
    """A goal with what is below it. `more_url` leads to supporting goals that are not on the page."""

    row: GoalRow
    who: str
    children: list["Node"] = field(default_factory=list)
    below: int = 0
    hidden: int = 0
    is_open: bool = True
    more_url: str = ""
    is_match: bool = True

    @property
    def level_number(self) -> int:
        return GoalDetail.Level(self.row.level).rank + 1

    @property
    def below_words(self) -> str:
        all_of_them = wording.count(self.below, "supporting goal", "supporting goals")
        return f"{len(self.children)} of {all_of_them}" if 0 < len(self.children) < self.below else all_of_them

    @property
    def hidden_words(self) -> str:
        return (
            f"{wording.count(self.hidden, 'goal', 'goals')} of single people, not shown to you" if self.hidden else ""
        )


@dataclass(frozen=True)
class Pill:
    label: str
    show: str
    icon: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class TreePage:
    cycle: GoalCycle | None
    nodes: list[Node] = field(default_factory=list)
    unlinked: list[Node] = field(default_factory=list)
    unlinked_more: int = 0
    matches: Page[int] | None = None
    pills: list[Pill] = field(default_factory=list)
    people: int = 0
    covered: int = 0
    organisation_goals: int = 0
    computed_at: datetime | None = None  # totals of units; roll-ups are never older

    @property
    def coverage_share(self) -> float | None:
        return self.covered / self.people if self.people else None


@dataclass(frozen=True)
class PrintedTree:
    """The tree with every branch open. `printed` of `every` goals that fit are in it, from the top down."""

    cycle: GoalCycle | None
    nodes: list[Node] = field(default_factory=list)
    unlinked: list[Node] = field(default_factory=list)
    printed: int = 0
    every: int = 0


def current_cycle() -> GoalCycle | None:
    """The active cycle that began last."""
    return GoalCycle.objects.active().order_by("-starts_on", "-pk").first()


def tree_page(viewer: Viewer, filters: Filters, *, on: date, page: int | str | None = 1) -> TreePage:
    """The tree for one viewer; the same number of queries at any size."""
    cycle = filters.cycle or current_cycle()
    if cycle is None:
        return TreePage(None)
    on = cycle.day_of_scores(on)
    visible = Goal.objects.visible_to(viewer).active().filter(cycle=cycle)
    stamp, size = stamped.stamp_of(cycle.pk, on)
    seen = _seen(visible, viewer, stamp) if size <= COUNTED_UP_TO else None
    sorts = _sorts(cycle, on, stamp) if seen is not None or filters.status or filters.show in _Sorts.SHOWS else None
    if filters.are_set:
        chosen = _wanted(_chosen(visible, filters, viewer).values_list("pk", flat=True), filters, sorts)
        found = _matching(chosen, visible, viewer, on, page)
    elif seen is not None and len(seen) <= WHOLE_UP_TO:
        found = _whole(visible, viewer, on)
    else:
        found = _upper(visible, viewer, on)
    coverage = UnitSummary.objects.filter(cycle=cycle, unit__parent=None)
    people, covered, computed_at = coverage.values_list("people", "covered", "computed_at").first() or (0, 0, None)
    pills = _pills(filters.show, seen, sorts)
    return replace(found, cycle=cycle, pills=pills, people=people, covered=covered, computed_at=computed_at)


def printed_tree(viewer: Viewer, filters: Filters, *, on: date) -> PrintedTree:
    """Every goal that the viewer sees and the filters let through, up to PRINTED_UP_TO; those nearest the top come first, so
    that none is printed without what it serves. The same number of queries at any size."""
    cycle = filters.cycle or current_cycle()
    if cycle is None:
        return PrintedTree(None)
    on = cycle.day_of_scores(on)
    visible = Goal.objects.visible_to(viewer).active().filter(cycle=cycle)
    wanted, matching = visible, None
    if filters.are_set:
        sorts = _sorts(cycle, on) if filters.status or filters.show in _Sorts.SHOWS else None
        ids = _chosen(visible, filters, viewer).values_list("pk", flat=True)
        matching = set(_wanted(ids, filters, sorts))
        wanted = visible.filter(pk__in=matching | ids_above(matching))
    goals = list(wanted.with_words().order_by("depth", "pk")[:PRINTED_UP_TO])
    every = len(matching) if matching is not None else wanted.count()
    printed = sum(matching is None or goal.pk in matching for goal in goals)
    goals.sort(key=lambda goal: goal.pk)
    nodes = _nodes(veiled(rows_of(goals, on), viewer, on), viewer, matching=matching, is_whole=True)
    tops = [node for node in nodes if node.row.level == GoalDetail.Level.ORGANISATION]
    loose = [node for node in nodes if node.row.level != GoalDetail.Level.ORGANISATION]
    return PrintedTree(cycle, tops, loose, printed, every)


def branch(viewer: Viewer, goal: Goal, *, on: date, page: int | str | None = 1) -> tuple[Node, Page[Goal]]:
    """One goal with a page of what supports it."""
    visible = Goal.objects.visible_to(viewer).active().with_words()
    paged = Paginator(visible.filter(parent=goal).order_by("pk"), PAGE).get_page(page)
    rows = veiled(rows_of([goal, *paged.object_list], on), viewer, on)
    nodes = _nodes(rows, viewer, lazy=True)
    return nodes[0], paged


# --- which goals --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sorts:
    """Ids of the cycle's goals by what the filters ask for, whoever may see them."""

    SHOWS = ("attention", "unlinked", "stale")
    attention: set[int]
    unlinked: set[int]
    stale: set[int]
    by_status: dict[Status, set[int]]


def _seen(visible: GoalQuerySet, viewer: Viewer, stamp: str) -> set[int]:
    """Ids of the goals that the viewer sees."""
    ids = visible.order_by().values_list("pk", flat=True)
    found = stamped.kept(f"seen:{stamped.scope_of(viewer)}", stamp, lambda: {"id": np.fromiter(ids, np.int64)})
    return set(found["id"].tolist())


def _sorts(cycle: GoalCycle, on: date, stamp: str = "") -> _Sorts:
    found = stamped.kept("sorts", stamp, lambda: _sorted_columns(cycle, on))
    ids, shown = found["id"], found["shown"]
    by_status = {status: set(ids[shown == bulk.CODE[status]].tolist()) for status in Status}
    return _Sorts(
        attention=set().union(*(by_status[status] for status in NEEDS_ATTENTION)),
        unlinked=set(ids[found["is_aligned"] == 0].tolist()),
        stale=set(ids[found["is_stale"] == 1].tolist()),
        by_status=by_status,
    )


def _sorted_columns(cycle: GoalCycle, on: date) -> stamped.Columns:
    found = bulk.standings(cycle.pk, on)
    listed = found.tree.flag("is_listed")
    columns = {"id": found.tree["id"], "shown": found.shown, "is_stale": found.is_stale}
    columns |= {"is_aligned": found.tree.flag("is_aligned")}
    return {name: values[listed].astype(np.int64 if name == "id" else np.int8) for name, values in columns.items()}


def _chosen(visible: GoalQuerySet, filters: Filters, viewer: Viewer) -> GoalQuerySet:
    """What the database can tell: words, unit, construct, owner."""
    chosen = visible.order_by("pk")
    if filters.q:
        chosen = chosen.filter(Q(detail__title__icontains=filters.q) | Q(owner__name__icontains=filters.q))
    if unit := filters.unit:
        chosen = chosen.filter(unit__position__gte=unit.position, unit__position__lte=unit.last_position)
    if filters.construct:
        chosen = chosen.filter(detail__constructs__contains=[filters.construct])
    if filters.level:
        chosen = chosen.filter(detail__level=filters.level)
    return chosen.filter(owner=viewer.employee) if filters.show == "mine" else chosen


def _wanted(ids: Iterable[int], filters: Filters, sorts: _Sorts | None) -> list[int]:
    """What is worked out from numbers and the calendar: status, attention, link, age of the last update."""
    sets = []
    if sorts and filters.status:
        sets.append(sorts.by_status[Status(filters.status)])
    if sorts and filters.show in _Sorts.SHOWS:
        sets.append(getattr(sorts, filters.show))
    return [pk for pk in ids if all(pk in wanted for wanted in sets)]


def _matching(chosen: list[int], visible: GoalQuerySet, viewer: Viewer, on: date, page: int | str | None) -> TreePage:
    """A page of goals that fit the filters, each under the goals it serves."""
    matches = Paginator(chosen, PAGE).get_page(page)
    ids = set(matches.object_list)
    goals = visible.with_words().filter(pk__in=ids | ids_above(ids)).order_by("pk")
    return TreePage(None, _nodes(veiled(rows_of(goals, on), viewer, on), viewer, matching=ids), matches=matches)


def _whole(visible: GoalQuerySet, viewer: Viewer, on: date) -> TreePage:
    rows = veiled(rows_of(visible.with_words().order_by("pk"), on), viewer, on)
    nodes = _nodes(rows, viewer)
    tops = [node for node in nodes if node.row.level == GoalDetail.Level.ORGANISATION]
    loose = [node for node in nodes if node.row.level != GoalDetail.Level.ORGANISATION]
    return TreePage(None, tops, unlinked=loose, organisation_goals=len(tops))


def _upper(visible: GoalQuerySet, viewer: Viewer, on: date) -> TreePage:
    """Organisation goals and what supports them directly; the rest loads by branch. As many queries as for all of it."""
    tops = visible.filter(parent=None, detail__level=GoalDetail.Level.ORGANISATION).order_by("pk").values("pk")[:PAGE]
    numbered = visible.filter(parent__in=tops).annotate(
        place=Window(RowNumber(), partition_by=F("parent"), order_by=F("pk").asc())
    )
    second = numbered.filter(place__lte=UPPER).order_by().values("pk")
    loose = visible.filter(parent=None).exclude(detail__level=GoalDetail.Level.ORGANISATION)
    counted = loose.order_by().values(every=Value(1)).annotate(count=Count("pk")).values("count")
    # One list of ids: two of them joined by "or" would be looked up for every goal of the cycle.
    shown = visible.with_words().filter(pk__in=tops.union(second)).order_by("pk")
    goals = list(shown.annotate(loose=Subquery(counted)))
    nodes = _nodes(veiled(rows_of(goals, on), viewer, on), viewer, lazy=True)
    more = (goals[0].loose or 0) if goals else loose.count()
    return TreePage(None, nodes, unlinked_more=more, organisation_goals=len(nodes))


def ids_above(ids: Collection[int]) -> set[int]:
    """Ids of everything that these goals serve, directly or through others."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE above(id) AS (
                   SELECT parent_id FROM goals_goal WHERE id = ANY(%(ids)s) AND parent_id IS NOT NULL
                   UNION SELECT g.parent_id FROM above a JOIN goals_goal g ON g.id = a.id WHERE g.parent_id IS NOT NULL)
               SELECT id FROM above""",
            {"ids": list(ids)},
        )
        return {row[0] for row in cursor.fetchall()}


# --- as a tree ----------------------------------------------------------------------------------------------------------


def _nodes(
    rows: Sequence[GoalRow],
    viewer: Viewer,
    *,
    matching: set[int] | None = None,
    lazy: bool = False,
    is_whole: bool = False,
) -> list[Node]:
    """Rows under their parents; rows whose parent is not among them come first level, in order."""
    listed = {row.id for row in rows}
    children: dict[int | None, list[GoalRow]] = defaultdict(list)
    for row in rows:
        children[row.parent_id if row.parent_id in listed else None].append(row)
    seen, everything = _below(listed, viewer)
    unfolded = len(rows) <= OPEN_UP_TO or matching is not None or lazy or is_whole

    def node(row: GoalRow, say_weight: bool) -> Node:
        weights = {child.weight for child in children[row.id]}
        below = [node(child, len(weights) > 1) for child in children[row.id]]
        total = seen.get(row.id, 0)
        return Node(
            row,
            who=_who(row, viewer, say_weight),
            children=below,
            below=total,
            hidden=everything.get(row.id, 0) - total,
            is_open=bool(below) and (unfolded or row.level == GoalDetail.Level.ORGANISATION),
            more_url=reverse("goals:branch", args=[row.id]) if lazy and total > len(below) else "",
            is_match=matching is None or row.id in matching,
        )

    return [node(row, say_weight=False) for row in children[None]]


def _below(ids: Iterable[int], viewer: Viewer) -> tuple[dict[int, int], dict[int, int]]:
    """Supporting goals of each goal: how many the viewer sees, and how many there are."""
    ids = list(ids)

    def per_parent(goals: GoalQuerySet) -> dict[int, int]:
        parts = goals.active().filter(parent__in=ids).exclude(visibility=Goal.Visibility.PRIVATE)
        counted = parts.order_by().values_list("parent").annotate(how_many=Count("pk"))
        return {parent: how_many for parent, how_many in counted if parent is not None}

    return per_parent(Goal.objects.visible_to(viewer)), per_parent(Goal.objects.all())


def _who(row: GoalRow, viewer: Viewer, say_weight: bool) -> str:
    """Owner and weight in words; a person's goal names the person alone."""
    owner = "You" if viewer.employee and viewer.employee.pk == row.owner_id else row.owner
    parts = [owner] if row.level == GoalDetail.Level.INDIVIDUAL else [row.unit, owner]
    if row.level == GoalDetail.Level.ORGANISATION:
        parts.append(", ".join(construct.short for construct in row.constructs))
    if say_weight:
        parts.append(f"weight {row.weight}")
    if row.is_private:
        parts.append("private")
    return " · ".join(part for part in parts if part)


def _pills(current: str, seen: set[int] | None, sorts: _Sorts | None) -> list[Pill]:
    """The filters, with counts of what the viewer sees where counting is cheap."""

    def words(label: str, ids: set[int] | None) -> str:
        return label if seen is None or ids is None else f"{label} {len(ids & seen)}"

    return [
        Pill(words("All", seen), "", is_current=not current),
        Pill("Mine and what they serve", "mine", is_current=current == "mine"),
        Pill(
            words("Need attention", sorts.attention if sorts else None),
            "attention",
            "exclamation-triangle",
            current == "attention",
        ),
        Pill(words("Not linked", sorts.unlinked if sorts else None), "unlinked", "", current == "unlinked"),
        Pill(words("Not updated", sorts.stale if sorts else None), "stale", "", current == "stale"),
    ]
