"""Goals of one person, the line from them to the organisation, and the goals of a manager's people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from goals import progress, wording
from goals.models import CheckIn, Goal, GoalCycle, GoalDetail
from goals.models.goal import GoalQuerySet
from goals.progress import Status
from goals.queries.concealed import veiled
from goals.queries.course import Course, courses_of
from goals.queries.page import Link, goals_above, link_of
from goals.queries.rows import GoalRow, facts_of
from goals.rhythm import is_due, rhythm_of
from people.access import Viewer
from people.models import Employee

ATTENTION = 12  # goals that an attention list names; it says how many more there are


@dataclass(frozen=True)
class GoalCard:
    """A goal on a home page, as components/_goal_card.html wants it."""

    id: int
    title: str
    url: str
    benefit: str
    status: str
    status_words: str
    measure: str
    due: str
    due_on: date
    done_percent: float | None
    expected_percent: float | None
    values: tuple[float, ...]
    pace: tuple[float, ...]
    updated: str
    check_in_url: str
    is_stale: bool
    is_done: bool
    is_private: bool
    needs: str  # why to check in now; "" while it is fresh
    serves: str = ""
    serves_url: str = ""
    own_call: str = ""  # the owner's judgement at the last check-in, beside the computed status


def my_goals(viewer: Viewer, *, on: date, cycle: GoalCycle | None = None) -> list[GoalCard]:
    """The viewer's own goals: of one cycle, or of all active ones; first those that wait for a check-in, then by day due."""
    if viewer.employee is None:
        return []
    mine = Goal.objects.active().filter(owner=viewer.employee)
    mine = mine.filter(cycle=cycle) if cycle else mine.current()
    goals = list(mine.with_words().select_related("cycle", "parent__detail").order_by("due_on", "pk"))
    facts = facts_of(goals, on)
    courses, rows = courses_of(goals, facts), [facts.row(goal) for goal in goals]
    rows, calls = veiled(rows, viewer, on), _own_calls(goals)
    cards = [_card(goal, row, courses.get(goal.pk, Course()), on) for goal, row in zip(goals, rows, strict=True)]
    cards = [replace(card, own_call=calls.get(card.id, "")) for card in cards]
    return sorted(cards, key=lambda card: not card.needs)


def _own_calls(goals: Sequence[Goal]) -> dict[int, str]:
    """What the owner called each goal at its latest check-in, in words."""
    latest = (
        CheckIn.objects.standing()
        .filter(goal__in=[goal.pk for goal in goals])
        .order_by("goal_id", "-measured_on", "-pk")
    )
    said = latest.distinct("goal_id").values_list("goal_id", "call")
    return {goal: CheckIn.Call(call).label for goal, call in said if call}


def _card(goal: Goal, row: GoalRow, course: Course, on: date) -> GoalCard:
    is_running = row.status in progress.RUNNING and goal.cycle.takes_check_ins
    updated = f"updated {wording.since((on - row.checked_on).days)}" if row.checked_on else "no check-in yet"
    return GoalCard(
        id=row.id,
        title=row.title,
        url=row.url,
        benefit=row.benefit,
        status=row.status_key,
        status_words=row.status_words,
        measure=row.measure,
        due=f"by {wording.day(row.due_on, on)}",
        due_on=row.due_on,
        done_percent=row.done_percent,
        expected_percent=row.expected_percent,
        values=course.values,
        pace=course.pace,
        updated=updated,
        check_in_url=reverse("goals:check_in", args=[row.id]) if is_running or row.status == Status.MISSED else "",
        is_stale=row.is_stale,
        is_done=row.status in (Status.ACHIEVED, Status.MISSED),
        is_private=row.is_private,
        needs=_needs(goal, row, on) if is_running else "",
        serves=goal.parent.detail.title if goal.parent else "",
        serves_url=goal.parent.get_absolute_url() if goal.parent else "",
    )


def _needs(goal: Goal, row: GoalRow, on: date) -> str:
    """Why a check-in is wanted now, by the rhythm of the goal."""
    if row.checked_on is None:
        return "No check-in yet" if row.has_metric else ""
    if not row.has_metric or not is_due(goal, on):
        return ""
    wanted = rhythm_of(goal).label.lower()
    return f"Last update {(on - row.checked_on).days} days ago, wanted {wanted}"


def line_of_sight(employee: Employee, *, on: date) -> list["SightStep"]:
    """From one of the person's goals up to the organisation's; without one, from the nearest goal of their units.

    Empty while neither leads to an organisation goal.
    """
    linked = Goal.objects.current().filter(is_aligned=True).with_words()
    mine = linked.filter(owner=employee).order_by("due_on", "pk")
    first = mine.filter(due_on__gte=on).first() or mine.first() or _nearest(linked, employee)
    if first is None:
        return []
    is_mine = first.owner_id == employee.pk
    steps = [SightStep.of(link_of(first), who="Me", icon="person") if is_mine else SightStep.of(link_of(first))]
    for goal in goals_above(first):
        opens = goal.visibility == Goal.Visibility.PUBLIC or goal.owner_id == employee.pk
        steps.append(SightStep.of(link_of(goal, opens=opens)))
    return steps


def _nearest(linked: GoalQuerySet, employee: Employee) -> Goal | None:
    """A shared goal of the person's unit, else of the unit above, and so on."""
    unit = employee.unit
    around = linked.filter(unit__position__lte=unit.position, unit__last_position__gte=unit.position)
    shared = around.exclude(detail__level=GoalDetail.Level.INDIVIDUAL)
    return shared.order_by("-unit__depth", "pk").first()


@dataclass(frozen=True)
class SightStep:
    """One step of the line of sight; `url` is empty where the person may not open the goal."""

    who: str
    title: str
    benefit: str
    url: str
    icon: str

    @classmethod
    def of(cls, link: Link, *, who: str = "", icon: str = "") -> "SightStep":
        return cls(who or link.who, link.title, link.benefit, link.url, icon or link.icon)
