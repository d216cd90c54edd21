"""Who may cascade which goal, and to whom a draft may go."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Case, Q, QuerySet, When

from core.numbers import whole_number
from core.search import searched
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


@dataclass(frozen=True)
class Offer:
    """Whom the page lists: the chosen first. `more` of those that fit are not listed; searching finds them."""

    recipients: list[Recipient] = field(default_factory=list)
    more: int = 0
    q: str = ""


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


def recipients_of(viewer: Viewer, goal: Goal, *, q: str = "", kept: Collection[str] = ()) -> Offer:
    """Units below with their heads, then people below; never the viewer. A fixed number of queries.

    `q` narrows them by name, number or unit; those with a key in `kept` are listed whatever is searched.
    """
    me, q = viewer.employee, searched(q)
    if me is None:
        return Offer(q=q)
    every_unit = _units(viewer, goal).select_related("head__unit", "head__user")
    every_person = _people(viewer).select_related("unit", "user")
    named = Q(name__icontains=q) | Q(head__name__icontains=q)
    units = every_unit.filter(named) if q else every_unit
    known = Q(name__icontains=q) | Q(number__iexact=q) | Q(unit__name__icontains=q)
    direct_first = Case(When(manager=me, then=0), default=1)
    people = (every_person.filter(known) if q else every_person).order_by(direct_first, "unit__position", "name")
    chosen_units, chosen_people = (
        every_unit.filter(pk__in=_numbers(kept, "u")),
        every_person.filter(pk__in=_numbers(kept, "p")),
    )
    heads = [_led(unit, goal) for unit in [*chosen_units, *units[:OFFERED_UNITS]]]
    persons = [_single(one) for one in [*chosen_people, *people[:OFFERED_PEOPLE]]]
    more = max(0, units.count() - OFFERED_UNITS) + max(0, people.count() - OFFERED_PEOPLE)
    return Offer(list({one.key: one for one in [*heads, *persons]}.values()), more, q)


def _led(unit: Unit, goal: Goal) -> Recipient:
    """A unit that somebody leads."""
    assert unit.head is not None
    is_upper = unit.depth <= 1 and Level(goal.detail.level).rank <= Level.DEPARTMENT.rank
    level = Level.DEPARTMENT if is_upper else Level.TEAM
    return Recipient(f"u{unit.pk}", f"{unit.name}: {unit.head.name}", unit.head, unit, level)


def _single(person: Employee) -> Recipient:
    return Recipient(f"p{person.pk}", f"{person.name}, {person.unit.name}", person, person.unit, Level.INDIVIDUAL)


def _numbers(keys: Collection[str], kind: str) -> list[int]:
    """The keys of one kind as numbers; what means nothing is left out."""
    numbers = (whole_number(key[1:]) for key in keys if key.startswith(kind))
    return [number for number in numbers if number]


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
