"""Who may write what about promises (access.md, rows 5 and 50). What a viewer may see: `visible_to` of each model."""

from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from actions.models import Action, Workshop
from actions.models.action import EXECUTIVE_DEPTH
from assessments.surveys.models import UnitSnapshot
from goals.models import Goal, GoalDetail
from people.access import Role, Viewer
from people.models import Employee, Unit

Thing = TypeVar("Thing", Action, Goal)

LEADERS_DEPTH = 1  # leaders are executives and the heads of the organisation and its departments (method.md, section 9)


def leads(viewer: Viewer, unit: Unit) -> bool:
    return any(led.contains(unit) for led in viewer.headed_units)


def is_leader(viewer: Viewer) -> bool:
    """Whether the viewer belongs to those who go first and may commit themselves before everyone."""
    if viewer.employee is None:
        return False
    return viewer.has(Role.EXECUTIVE) or any(unit.depth <= LEADERS_DEPTH for unit in viewer.headed_units)


def units_to_promise(viewer: Viewer) -> QuerySet[Unit]:
    """Units for which the viewer may choose an action: theirs with all below; executives down to the departments."""
    scopes = [Q(position__range=(unit.position, unit.last_position)) for unit in viewer.headed_units]
    if viewer.has(Role.EXECUTIVE):
        scopes.append(Q(depth__lte=EXECUTIVE_DEPTH))
    return Unit.objects.active().filter(reduce(or_, scopes, Q(pk__in=[])))


def may_promise(viewer: Viewer) -> bool:
    return units_to_promise(viewer).exists()


def may_change(viewer: Viewer, action: Action) -> bool:
    """The owner; for a team's action also whoever leads the unit, and executives where they may choose actions.

    A commitment is its leader's alone.
    """
    if viewer.employee is not None and action.owner_id == viewer.employee.pk:
        return True
    if action.is_commitment:
        return False
    return leads(viewer, action.unit) or (viewer.has(Role.EXECUTIVE) and action.unit.depth <= EXECUTIVE_DEPTH)


def in_care(viewer: Viewer, things: QuerySet[Thing]) -> QuerySet[Thing]:
    """Of these, what belongs to units that the viewer's HR work covers: all for HR admins, theirs for partners."""
    if viewer.has(Role.HR_ADMIN):
        return things
    scopes = [Q(unit__position__range=(unit.position, unit.last_position)) for unit in viewer.partner_units]
    return things.filter(reduce(or_, scopes, Q(pk__in=[])))


def owners_to_choose(viewer: Viewer) -> QuerySet[Employee]:
    """Everyone who works here: a promise may need somebody from next door."""
    return Employee.objects.visible_to(viewer).active()


def goals_to_serve(viewer: Viewer) -> QuerySet[Goal]:
    """Current goals of the organisation, departments and teams; what one person wants to learn is no place for a promise."""
    goals = Goal.objects.visible_to(viewer).current().exclude(visibility=Goal.Visibility.PRIVATE)
    return goals.exclude(detail__level=GoalDetail.Level.INDIVIDUAL).select_related("detail", "unit")


def guides_of(viewer: Viewer) -> QuerySet[UnitSnapshot]:
    """Units of published surveys whose way from result to promise the viewer may follow: those they lead or look after,
    everything for HR admins, the organisation and its departments for executives."""
    seen = UnitSnapshot.objects.visible_to(viewer)
    if viewer.has(Role.HR_ADMIN):
        return seen
    scopes = [unit.pk for unit in (*viewer.partner_units, *viewer.headed_units)]
    above = UnitSnapshot.objects.filter(
        campaign=OuterRef("campaign"),
        unit__in=scopes,
        place__lte=OuterRef("place"),
        last_place__gte=OuterRef("place"),
    )
    within = Q(Exists(above))
    if viewer.has(Role.EXECUTIVE):
        within |= Q(depth__lte=EXECUTIVE_DEPTH)
    return seen.filter(within)


def may_follow_guide(viewer: Viewer, place: UnitSnapshot) -> bool:
    """Whether the steps are the viewer's to take: whoever leads the unit today."""
    return place.unit is not None and leads(viewer, place.unit)


def may_hold_workshops(viewer: Viewer) -> bool:
    """HR admins and leaders call a round."""
    return viewer.has(Role.HR_ADMIN, Role.EXECUTIVE) or is_leader(viewer)


def may_facilitate(viewer: Viewer, workshop: Workshop) -> bool:
    return viewer.employee is not None and workshop.facilitator_id == viewer.employee.pk
