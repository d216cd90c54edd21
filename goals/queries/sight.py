"""From each of a person's goals up to the organisation's: what their work serves, and where the line breaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from goals.models import Goal, GoalDetail
from goals.queries.page import ICONS
from goals.queries.people import SightStep, line_of_sight
from goals.queries.rows import GoalRow, rows_of
from goals.queries.tree import ids_above
from people.access import Viewer


@dataclass(frozen=True)
class Step:
    """One goal on the way up. Without an address and numbers where the person may not open it."""

    who: str
    title: str
    benefit: str
    icon: str
    row: GoalRow | None


@dataclass(frozen=True)
class Sight:
    """The line from one goal of mine; `is_whole` when it ends at an organisation goal."""

    goal_id: int
    steps: Sequence[Step]
    is_whole: bool
    is_private: bool


@dataclass(frozen=True)
class SightPage:
    sights: list[Sight]
    nearest: list[SightStep]  # from the unit's goal, for somebody whose own goals lead nowhere

    @property
    def is_whole(self) -> bool:
        return any(sight.is_whole for sight in self.sights)


def sight_page(viewer: Viewer, *, on: date) -> SightPage:
    """Every line of the viewer's current goals; the same number of queries however many."""
    me = viewer.employee
    if me is None:
        return SightPage([], [])
    mine = list(Goal.objects.current().filter(owner=me).with_words().order_by("-is_aligned", "due_on", "pk"))
    above = Goal.objects.filter(pk__in=ids_above([goal.pk for goal in mine])).with_words()
    goals = {goal.pk: goal for goal in [*above, *mine]}
    seen = set(Goal.objects.visible_to(viewer).filter(pk__in=goals).values_list("pk", flat=True))
    rows = {row.id: row for row in rows_of(goals.values(), on)}

    def step(goal: Goal) -> Step:
        is_personal = goal.detail.level == GoalDetail.Level.INDIVIDUAL
        who = "Me" if goal.owner_id == me.pk else goal.owner.name if is_personal else goal.unit.name
        icon = ICONS[GoalDetail.Level(goal.detail.level)]
        row = rows[goal.pk] if goal.pk in seen else None
        return Step(who, goal.detail.title, goal.detail.customer_benefit, icon, row)

    def line(goal: Goal) -> Sight:
        chain, here = [goal], goal
        while here.parent_id and here.parent_id in goals:
            here = goals[here.parent_id]
            chain.append(here)
        is_private = goal.visibility == Goal.Visibility.PRIVATE
        return Sight(goal.pk, [step(one) for one in chain], goal.is_aligned, is_private)

    sights = [line(goal) for goal in mine]
    nearest = [] if any(sight.is_whole for sight in sights) else line_of_sight(me, on=on)
    return SightPage(sights, nearest)
