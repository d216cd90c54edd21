"""Who may cascade which goal, and to whom a draft may go."""

from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, When

from goals import access
from goals.models import Goal, GoalCycle, GoalDetail
from goals.models.goal import GoalQuerySet
from people.access import Role, Viewer
from people.models import Employee, Unit

Level = GoalDetail.Level
OFFERED_UNITS = 60
OFFERED_PEOPLE = 120
OFFERED_GOALS = 60


@dataclass(frozen=True)
class Recipient:
    """A unit, in the person of who leads it, or a person. `key` is what forms send: u12 or p34."""

    key: str
    label: str
    person: Employee
    unit: Unit
    level: str


def goals_to_cascade(viewer: Viewer, cycle: GoalCycle) -> list[Goal]:
    """Goals from which the viewer can cascade: their own, their units', those of units above, the organisation's."""
    me = viewer.employee
    if me is None or not leads_anybody(viewer):
        return []
    near = Q(owner=me) | Q(detail__level=Level.ORGANISATION)
    near |= Q(unit__position__lte=me.unit.position, unit__last_position__gte=me.unit.position)
    for unit in viewer.headed_units:
        near |= Q(unit__position__gte=unit.position, unit__position__lte=unit.last_position)
    offered = _parents(viewer, cycle.pk).filter(near).with_words().select_related("cycle")
    return list(offered.order_by("depth", "unit__position", "pk")[:OFFERED_GOALS])


def leads_anybody(viewer: Viewer) -> bool:
    """Whether the viewer leads people or a unit, or sets goals for every unit."""
    everywhere = viewer.has(Role.HR_ADMIN, Role.EXECUTIVE)
    return everywhere or viewer.has(Role.MANAGER) or bool(viewer.headed_units) or _people(viewer).exists()


def may_cascade(viewer: Viewer, goal: Goal) -> bool:
    """Whether the viewer could send a draft that supports `goal` to anybody."""
    if viewer.employee is None or not goal.is_active or not goal.cycle.is_open:
        return False
    if not _parents(viewer, goal.cycle_id).filter(pk=goal.pk).exists():
        return False
    return _people(viewer).exists() or bool(_units(viewer, goal).exists())


def recipients_of(viewer: Viewer, goal: Goal) -> list[Recipient]:
    """Units below with their heads, then people below; never the viewer."""
    rank = Level(goal.detail.level).rank
    me = viewer.employee
    found: list[Recipient] = []
    if me is None:
        return found
    for unit in _units(viewer, goal).select_related("head__unit", "head__user")[:OFFERED_UNITS]:
        level = Level.DEPARTMENT if unit.depth <= 1 and rank <= Level.DEPARTMENT.rank else Level.TEAM
        if unit.head is not None:
            found.append(Recipient(f"u{unit.pk}", f"{unit.name}: {unit.head.name}", unit.head, unit, level))
    direct_first = Case(When(manager=me, then=0), default=1)
    people = (
        _people(viewer).select_related("unit", "user").order_by(direct_first, "unit__position", "name")[:OFFERED_PEOPLE]
    )
    found += [
        Recipient(f"p{one.pk}", f"{one.name}, {one.unit.name}", one, one.unit, Level.INDIVIDUAL) for one in people
    ]
    return found


def _parents(viewer: Viewer, cycle_id: int) -> GoalQuerySet:
    """Shared goals, and one's own: what the manager above keeps for themselves is not passed on."""
    shared = Q(detail__level__in=[Level.ORGANISATION, Level.DEPARTMENT, Level.TEAM])
    goals: GoalQuerySet = access.parents_to_set(viewer, cycle_id).filter(shared | Q(owner=viewer.employee))  # type: ignore[assignment]
    return goals


def _units(viewer: Viewer, goal: Goal) -> QuerySet[Unit]:
    """Units that somebody else leads: for heads their own and what lies below, for HR and executives the level below."""
    led = access.units_to_set(viewer).filter(head__is_active=True).exclude(head=viewer.employee)
    if goal.detail.level == Level.INDIVIDUAL:
        return led.none()
    if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
        near = Q(parent=goal.unit)
        for unit in viewer.headed_units:
            near |= Q(parent=unit)
        return led.filter(near).order_by("position")
    return led.order_by("depth", "position")


def _people(viewer: Viewer) -> QuerySet[Employee]:
    """Everyone below in the reporting line: they report to the sender, directly or through others."""
    me = viewer.employee
    if me is None:
        return Employee.objects.none()
    return Employee.objects.active().in_line_of(me)
