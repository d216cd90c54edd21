"""The directory: the list of people, one person's page, and the options of a person field."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q

from people.access import Role, Viewer
from people.models import Employee, JobRole, RoleGrant, Unit
from people.queries.sign_in import has_second_step

PEOPLE_PER_PAGE = 50
OPTIONS = 20


@dataclass(frozen=True)
class PersonPage:
    """What everybody who works here may know about a colleague, and what the viewer may do next."""

    person: Employee
    path: list[Unit]
    managers: list[Employee]
    reports: list[Employee]
    headed: list[Unit]
    may_open_record: bool
    may_edit: bool


@dataclass(frozen=True)
class RecordPage:
    """The private facts: for the person and for HR in scope."""

    person: Employee
    grants: list[RoleGrant]
    is_own: bool
    may_edit: bool
    may_see_roles: bool
    has_second_step: bool


def people(
    viewer: Viewer, *, text: str = "", unit: Unit | None = None, with_leavers: bool = False, page: str | None = None
) -> Page[Employee]:
    """People by name. The search looks at name, job title and unit only: facts that everyone here may see (T24)."""
    found = Employee.objects.visible_to(viewer).select_related("unit", "job_role", "manager")
    if not with_leavers:
        found = found.active()
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(title__icontains=word) | Q(unit__name__icontains=word))
    if unit:
        found = found.in_units(Unit.objects.subtree_of(unit))
    return Paginator(found.order_by("name", "pk"), PEOPLE_PER_PAGE).get_page(page)


def person_page(viewer: Viewer, person: Employee) -> PersonPage:
    return PersonPage(
        person=person,
        path=[*Unit.objects.ancestors_of(person.unit), person.unit],
        managers=list(
            Employee.objects.filter(line_first__lt=person.line_first, line_last__gte=person.line_first)
            .select_related("unit")
            .order_by("line_first")
        ),
        reports=list(person.reports.active().select_related("unit").order_by("name", "pk")),
        headed=list(person.headed_units.order_by("position")),
        may_open_record=viewer.may_open_record_of(person),
        may_edit=viewer.has(Role.HR_ADMIN),
    )


def record_page(viewer: Viewer, person: Employee) -> RecordPage:
    is_own = viewer.user is not None and viewer.user.pk == person.user_id
    may_see_roles = is_own or viewer.has(Role.HR_ADMIN)
    grants = list(person.user.role_grants.prefetch_related("units").order_by("role")) if may_see_roles else []
    has_code = may_see_roles and has_second_step(person.user)
    return RecordPage(person, grants, is_own, viewer.has(Role.HR_ADMIN), may_see_roles, has_code)


def options(viewer: Viewer, text: str) -> list[Employee]:
    """A few people whose name begins with, or holds, what was typed so far."""
    found = Employee.objects.visible_to(viewer).active()
    for word in text.split():
        found = found.filter(name__icontains=word)
    return list(found.select_related("unit").order_by("name", "pk")[:OPTIONS])


def job_roles() -> list[JobRole]:
    return list(JobRole.objects.order_by("name"))
