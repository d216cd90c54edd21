"""What hangs loose: goals that lead nowhere, goals that nobody supports, people without an aligned goal; coverage by unit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from goals import access
from goals.models import Goal, GoalCycle, GoalDetail, UnitSummary
from goals.models.goal import GoalQuerySet
from goals.queries.rows import GoalRow, rows_of
from goals.queries.tree import current_cycle
from people.access import Role, Viewer
from people.models import Employee, Unit

PAGE = 50
SMALLEST = 5  # people of a unit whose coverage is shown to somebody who neither leads nor looks after them
Level = GoalDetail.Level
TABS = (
    ("loose", "Goals that lead nowhere"),
    ("unsupported", "Goals nobody supports"),
    ("people", "People without an aligned goal"),
    ("coverage", "Coverage by unit"),
)


@dataclass(frozen=True)
class Loose:
    row: GoalRow
    why: str
    may_align: bool


@dataclass(frozen=True)
class Coverage:
    """One unit with everything below it. `said` replaces the numbers where they are not shown."""

    name: str
    depth: int
    people: int
    covered: int
    as_of: date
    said: str = ""

    @property
    def percent(self) -> float:
        return self.covered * 100 / self.people if self.people else 0


@dataclass(frozen=True)
class AlignmentPage:
    """One tab; of the others only how many there are. None: not for this viewer."""

    cycle: GoalCycle | None
    show: str = "loose"
    loose: Sequence[Loose] = ()
    unsupported: Sequence[GoalRow] = ()
    people: Sequence[Employee] = ()
    coverage: list[Coverage] = field(default_factory=list)
    page: Page[Any] | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """Key, label with its count, whether it is the one that is shown."""
        said = {key: f"{label} {self.counts[key]}" if key in self.counts else label for key, label in TABS}
        hidden = {"people"} - set(self.counts)
        return [(key, said[key], key == self.show) for key, _ in TABS if key not in hidden]


def alignment_page(viewer: Viewer, show: str, *, on: date, page: int | str | None = 1) -> AlignmentPage:
    """What the viewer leads or looks after; a fixed number of queries."""
    cycle = current_cycle()
    if cycle is None:
        return AlignmentPage(None)
    goals = _goals_of(viewer, cycle)
    loose = goals.filter(is_aligned=False).exclude(detail__level=Level.ORGANISATION).order_by("unit__position", "pk")
    support = Goal.objects.active().filter(parent=OuterRef("pk")).exclude(visibility=Goal.Visibility.PRIVATE)
    shared = goals.exclude(detail__level=Level.INDIVIDUAL)
    unsupported = shared.filter(~Exists(support)).order_by("depth", "unit__position", "pk")
    people = _people_without(viewer, cycle)
    counts = {"loose": loose.count(), "unsupported": unsupported.count()}
    if people is not None:
        counts["people"] = people.count()
    show = show if show in dict(TABS) and (show != "people" or people is not None) else "loose"
    if show == "coverage":
        return AlignmentPage(cycle, show, coverage=_coverage(viewer, cycle), counts=counts)
    chosen: QuerySet[Goal] | QuerySet[Employee]
    chosen = people.select_related("unit", "manager") if show == "people" and people is not None else loose
    chosen = unsupported if show == "unsupported" else chosen
    paged: Page[Any] = Paginator(chosen, PAGE).get_page(page)
    found = list(paged.object_list)
    if show == "people":
        return AlignmentPage(cycle, show, people=found, page=paged, counts=counts)
    rows = _rows(found, on)
    if show == "unsupported":
        return AlignmentPage(cycle, show, unsupported=rows, page=paged, counts=counts)
    return AlignmentPage(cycle, show, loose=_with_reasons(found, rows, viewer), page=paged, counts=counts)


def _goals_of(viewer: Viewer, cycle: GoalCycle) -> GoalQuerySet:
    """Goals in the viewer's care: of people below, of headed units, of units HR looks after, or of everybody."""
    goals = Goal.objects.visible_to(viewer).active().filter(cycle=cycle).exclude(visibility=Goal.Visibility.PRIVATE)
    if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
        return goals
    care = Q(pk__in=[])
    if me := viewer.employee:
        care |= Q(owner=me) | Q(owner__line_first__gt=me.line_first, owner__line_first__lte=me.line_last)
    for unit in [*viewer.partner_units, *viewer.headed_units]:
        care |= Q(unit__position__range=(unit.position, unit.last_position))
    found: GoalQuerySet = goals.filter(care)
    return found


def _people_without(viewer: Viewer, cycle: GoalCycle) -> QuerySet[Employee] | None:
    """People in the viewer's care without a goal that leads up to the organisation; None for who sees no names."""
    care = viewer.partner_filter()
    if me := viewer.employee:
        care |= Q(line_first__gt=me.line_first, line_first__lte=me.line_last)
    people = Employee.objects.active()
    if not viewer.has(Role.HR_ADMIN):
        if not viewer.has(Role.HR_PARTNER, Role.MANAGER):
            return None
        people = people.filter(care)
    aligned = Goal.objects.active().filter(owner=OuterRef("pk"), cycle=cycle, is_aligned=True)
    return people.filter(~Exists(aligned)).order_by("unit__position", "name")


def _coverage(viewer: Viewer, cycle: GoalCycle) -> list[Coverage]:
    """The units in the viewer's care in their order, at most as many as one can read."""
    units = Unit.objects.active()
    mine = Q(pk__in=[])
    for unit in [*viewer.partner_units, *viewer.headed_units]:
        mine |= Q(position__range=(unit.position, unit.last_position))
    cared_for = set(units.filter(mine).values_list("pk", flat=True))
    sees_all = viewer.has(Role.HR_ADMIN)
    if not viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
        units = units.filter(mine)
    stored = UnitSummary.objects.filter(cycle=cycle, unit__in=units, people__gt=0).select_related("unit")
    stored = stored.filter(unit__depth__lte=3).order_by("unit__position")[: 4 * PAGE]
    return [_covered(row, shows=sees_all or row.unit_id in cared_for or row.people >= SMALLEST) for row in stored]


def _covered(row: UnitSummary, *, shows: bool) -> Coverage:
    said = "" if shows else f"Not shown: fewer than {SMALLEST} people."
    return Coverage(
        row.unit.name, row.unit.depth, row.people if shows else 0, row.covered if shows else 0, row.as_of, said
    )


def _rows(goals: Sequence[Goal], on: date) -> list[GoalRow]:
    ids = [goal.pk for goal in goals]
    by_id = {row.id: row for row in rows_of(Goal.objects.with_words().filter(pk__in=ids), on)}
    return [by_id[pk] for pk in ids]


def _with_reasons(goals: Sequence[Goal], rows: Sequence[GoalRow], viewer: Viewer) -> list[Loose]:
    ids = [goal.pk for goal in goals]
    found = Goal.objects.filter(pk__in=ids).with_words().select_related("cycle", "parent__detail")
    whole = {goal.pk: goal for goal in found}
    return [Loose(row, _why(whole[row.id], viewer), access.may_change(viewer, whole[row.id])) for row in rows]


def _why(goal: Goal, viewer: Viewer) -> str:
    if goal.parent is None:
        return "Supports no other goal"
    if not goal.parent.is_active:
        return f"Supports “{goal.parent.detail.title}”, which was withdrawn"
    shown = goal.parent.visibility == Goal.Visibility.PUBLIC
    title = f"“{goal.parent.detail.title}”" if shown else "a goal"
    return f"Supports {title}, which leads to no organisation goal"
