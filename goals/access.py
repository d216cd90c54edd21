"""Who may write what about goals (access.md, rows 39 to 42). What a viewer may see: Goal.objects.visible_to."""

from django.db.models import Q, QuerySet

from goals.models import Goal, GoalDetail
from people.access import Role, Viewer
from people.models import Employee, Unit

Level = GoalDetail.Level
SHARED = (Level.ORGANISATION, Level.DEPARTMENT, Level.TEAM)


def may_check_in(viewer: Viewer, goal: Goal) -> bool:
    """Check-ins are the owner's: nobody reports progress in another's name."""
    return (
        viewer.employee is not None
        and goal.owner_id == viewer.employee.pk
        and goal.is_active
        and goal.cycle.takes_check_ins
    )


def may_change(viewer: Viewer, goal: Goal) -> bool:
    """Whether the viewer may change or withdraw the goal.

    The owner; for one person's goal the direct manager too; for the others HR admins, executives, heads of the unit or of
    a unit above, and everyone above the owner.
    """
    if not goal.is_active or not goal.cycle.is_open:
        return False
    if viewer.employee and goal.owner_id == viewer.employee.pk:
        return True
    if goal.visibility == Goal.Visibility.PRIVATE:
        return False
    if goal.detail.level == Level.INDIVIDUAL:
        return viewer.manages(goal.owner)
    if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
        return True
    if goal.detail.level == Level.ORGANISATION:
        return False
    return viewer.is_above(goal.owner) or any(unit.contains(goal.unit) for unit in viewer.headed_units)


def may_read_guardrails(viewer: Viewer, goal: Goal) -> bool:
    """Readings come from the owner or from whoever may change the goal."""
    return may_check_in(viewer, goal) or (goal.cycle.takes_check_ins and may_change(viewer, goal))


def levels_to_set(viewer: Viewer) -> list[GoalDetail.Level]:
    """Levels at which the viewer may set a goal, the organisation first."""
    levels = []
    everywhere = viewer.has(Role.HR_ADMIN, Role.EXECUTIVE)
    if everywhere:
        levels.append(Level.ORGANISATION)
    if everywhere or viewer.headed_units:
        levels += [Level.DEPARTMENT, Level.TEAM]
    if viewer.employee:
        levels.append(Level.INDIVIDUAL)
    return levels


def units_to_set(viewer: Viewer) -> QuerySet[Unit]:
    """Units for which the viewer may set department and team goals."""
    units = Unit.objects.active()
    if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
        return units
    within = Q(pk=None)
    for unit in viewer.headed_units:
        within |= Q(position__gte=unit.position, position__lte=unit.last_position)
    return units.filter(within)


def owners_to_set(viewer: Viewer, level: str) -> QuerySet[Employee]:
    """People whom the viewer may make owner of a goal of that level."""
    people = Employee.objects.active()
    me = viewer.employee
    if level == Level.INDIVIDUAL:
        return people.filter(Q(pk=me.pk) | Q(manager=me)) if me else people.none()
    if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE) or me is None:
        return people
    return people.filter(Q(pk=me.pk) | Q(line_first__gt=me.line_first, line_first__lte=me.line_last))


def parents_to_set(viewer: Viewer, cycle_id: int) -> QuerySet[Goal]:
    """Goals that another may support: what the viewer sees, no person's goal unless it is theirs or their manager's."""
    me = viewer.employee
    shared = Q(detail__level__in=SHARED)
    if me:
        shared |= Q(owner__in=[me.pk, me.manager_id or me.pk])
    goals = Goal.objects.visible_to(viewer).active().filter(cycle_id=cycle_id)
    return goals.filter(shared).exclude(visibility=Goal.Visibility.PRIVATE)


def may_be_parent(viewer: Viewer, goal: Goal) -> bool:
    """Whether parents_to_set holds a goal that was fetched through visible_to."""
    me = viewer.employee
    is_shared = goal.detail.level in SHARED or (me is not None and goal.owner_id in (me.pk, me.manager_id))
    return goal.is_active and is_shared and goal.visibility != Goal.Visibility.PRIVATE
