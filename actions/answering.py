"""Who answers for an obstacle, and who may act on one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from actions.models import Obstacle
from assessments.surveys.models.campaigns import MINIMUM_GROUP
from people.access import Role, Viewer
from people.models import Employee, Unit

FEWEST = MINIMUM_GROUP  # others who could have said it, and voices before they are counted aloud


@dataclass(frozen=True)
class Addressee:
    """A unit that something stands in the way of, and who answers for it. `people`: who else could have reported there."""

    unit: Unit
    head: Employee
    people: int

    @property
    def hides_a_name(self) -> bool:
        return self.people >= FEWEST


def addressees(me: Employee) -> list[Addressee]:
    """The own unit and those above, nearest first, each with its head; never oneself. Empty where nobody stands above."""
    found = _with_people(Unit.objects.active(), me).filter(
        position__lte=me.unit.position, last_position__gte=me.unit.position, head__is_active=True
    )
    units = found.exclude(head=me).select_related("head__user").order_by("-position")
    led = [Addressee(unit, unit.head, unit.people_beside) for unit in units if unit.head]  # type: ignore[attr-defined]
    if led or me.manager is None or not me.manager.is_active:
        return led
    own = _with_people(Unit.objects.filter(pk=me.unit_id), me).get()
    return [Addressee(own, me.manager, own.people_beside)]  # type: ignore[attr-defined]


def people_beside(unit: Unit, me: Employee) -> int:
    """Everyone else in the unit with all below it, its head apart."""
    found = _with_people(Unit.objects.filter(pk=unit.pk), me).get()
    return int(found.people_beside)  # type: ignore[attr-defined]


def next_above(owner: Employee) -> Employee | None:
    """Who answers when `owner` cannot: their manager, else the nearest head above."""
    if owner.manager is not None and owner.manager.is_active:
        return owner.manager
    return next((one.head for one in addressees(owner)), None)


def may_answer(viewer: Viewer, obstacle: Obstacle) -> bool:
    """Whoever answers for it, and everyone above them in the line, as long as it is not closed."""
    return obstacle.is_unfinished and answers_for(viewer, obstacle)


def answers_for(viewer: Viewer, obstacle: Obstacle) -> bool:
    me = viewer.employee
    return me is not None and (me.pk == obstacle.owner_id or me.is_above(obstacle.owner))


def may_join(viewer: Viewer, obstacle: Obstacle) -> bool:
    """Everyone who works here but the one who answers for it."""
    me = viewer.employee
    return obstacle.is_unfinished and me is not None and me.pk != obstacle.owner_id


def may_take_down(viewer: Viewer, obstacle: Obstacle) -> bool:
    return viewer.has(Role.HR_ADMIN) and obstacle.state != Obstacle.State.TAKEN_DOWN


def _with_people(units: QuerySet[Unit], me: Employee) -> QuerySet[Unit]:
    below = (
        Employee.objects.active()
        .filter(unit__position__range=(OuterRef("position"), OuterRef("last_position")))
        .exclude(pk=Coalesce(OuterRef("head"), 0))
        .exclude(pk=me.pk)
    )
    counted = below.order_by().values("is_active").annotate(how_many=Count("pk")).values("how_many")
    return units.annotate(people_beside=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
