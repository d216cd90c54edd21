"""Who may open what: roles, the viewer of a request, and `route`, which puts the access row beside each URL.

Default deny: middleware refuses every view that was not mapped through `route`. The matrix is the URL map itself, so the
two cannot drift apart; `manage.py access_matrix` prints it as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, reduce, wraps
from operator import or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from people.models import Employee, RoleGrant, Unit, User


class Role(StrEnum):
    """What a person is. Employee and manager are facts; the others are granted."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    HR_PARTNER = "hr_partner"
    HR_ADMIN = "hr_admin"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return {"hr_partner": "HR partner", "hr_admin": "HR administrator"}.get(self, self.value.capitalize())


class Scope(StrEnum):
    """Which objects a route shows to someone who may open it at all. Outside the scope an object does not exist (404)."""

    NONE = "nothing of its own: a form or a rule"
    PUBLIC = "the same for everyone, signed in or not"
    OWN = "the viewer's own"
    LINE = "the viewer's own and everyone below in the reporting line"
    RECORDS = "the viewer's own, and people in the units that HR work covers"
    UNITS = "the units the viewer looks after"
    ORGANISATION = "everything in the organisation"
    VISIBLE = "what the viewer's roles and place let them see"
    TOKEN = "what belongs to the owner of the token; a machine asks, and no session counts"


EVERYONE = frozenset(Role)
PUBLIC: frozenset[Role] = frozenset()
HR = frozenset({Role.HR_ADMIN, Role.HR_PARTNER})
HR_ADMIN = frozenset({Role.HR_ADMIN})
INSIDE = frozenset(Role) - {Role.AUDITOR}


@dataclass(frozen=True)
class Viewer:
    """The person behind a request, with the facts that decide access. Read anew for each request, never cached."""

    user: User | None
    employee: Employee | None = None

    @property
    def actor(self) -> User:
        """The signed-in user, as `by=` of a verb. Every page behind a route that is not public has one."""
        assert self.user is not None
        return self.user

    @property
    def me(self) -> Employee:
        """The viewer's own entry among the people. Raises PermissionDenied for an account of somebody who does not work here."""
        if self.employee is None:
            raise PermissionDenied("Only people who work here take part.")
        return self.employee

    @classmethod
    def of(cls, user: User | AnonymousUser) -> Viewer:
        if not isinstance(user, User) or not user.is_active:
            return cls(None)
        employee = Employee.objects.select_related("unit").filter(user=user, is_active=True).first()
        return cls(user, employee)

    @cached_property
    def _grants(self) -> list[RoleGrant]:
        return list(self.user.role_grants.prefetch_related("units")) if self.user else []

    @cached_property
    def roles(self) -> frozenset[Role]:
        found = {Role(grant.role) for grant in self._grants}
        if self.employee:
            found.add(Role.EMPLOYEE)
            if Employee.objects.active().filter(manager=self.employee).exists():
                found.add(Role.MANAGER)
        return frozenset(found)

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_hr(self) -> bool:
        return self.has(Role.HR_ADMIN, Role.HR_PARTNER)

    @property
    def is_inside(self) -> bool:
        """Whether the viewer has any role at all, and so sees the unit tree and the rules."""
        return bool(self.roles)

    @property
    def sees_people(self) -> bool:
        """Whether the directory is open: not to someone who is an auditor and nothing else."""
        return self.has(*INSIDE)

    @property
    def sees_everything_of_hr(self) -> bool:
        return self.has(Role.HR_ADMIN)

    @property
    def oversees_access(self) -> bool:
        return self.has(Role.HR_ADMIN, Role.AUDITOR)

    @cached_property
    def partner_units(self) -> list[Unit]:
        """The units an HR partner looks after, each standing for its whole subtree."""
        return [unit for grant in self._grants if grant.role == RoleGrant.Role.HR_PARTNER for unit in grant.units.all()]

    @cached_property
    def headed_units(self) -> list[Unit]:
        """The units the viewer leads today, each standing for its whole subtree, the uppermost first."""
        if self.employee is None:
            return []
        return list(Unit.objects.active().filter(head=self.employee).order_by("position"))

    def partner_filter(self) -> Q:
        """Employees in the units an HR partner looks after."""
        scopes = [Q(unit__position__range=(unit.position, unit.last_position)) for unit in self.partner_units]
        return reduce(or_, scopes, Q(pk__in=[]))

    def looks_after(self, unit: Unit) -> bool:
        """Whether HR work on this unit is the viewer's: everywhere for an HR admin, in scope for a partner."""
        return self.has(Role.HR_ADMIN) or any(scope.contains(unit) for scope in self.partner_units)

    def may_open_record_of(self, other: Employee) -> bool:
        """Whether the private facts of `other` are the viewer's to read: their own, or HR's in scope."""
        is_own = self.employee is not None and self.employee.pk == other.pk
        return is_own or self.looks_after(other.unit)

    def manages(self, other: Employee) -> bool:
        """Whether `other` is a direct report today."""
        return self.employee is not None and other.manager_id == self.employee.pk

    def is_above(self, other: Employee) -> bool:
        return self.employee is not None and self.employee.is_above(other)


class Request(HttpRequest):
    """A request as the views behind `route` meet it; the middleware has set both."""

    viewer: Viewer
    htmx: HtmxDetails
    stands_under: str  # set by a view that serves two sections: the menu entry this page belongs to


@dataclass(frozen=True)
class AccessRow:
    """One row of the access matrix: who may open a route, with which methods, and which objects it then shows."""

    name: str
    pattern: str
    methods: tuple[str, ...]
    who: frozenset[Role]
    scope: Scope
    extra: dict[str, Any] = field(default_factory=dict, compare=False)

    def admits(self, viewer: Viewer) -> bool:
        return self.who == PUBLIC or viewer.has(*self.who)


View = Callable[..., HttpResponse]


def route(
    pattern: str,
    view: View,
    name: str,
    *,
    who: Iterable[Role],
    scope: Scope,
    methods: Iterable[str] = ("GET",),
) -> URLPattern:
    """A URL pattern with its access row. GET admits HEAD. Roles outside `who` get 403, strangers the sign-in page.

    Raises ValueError for an object in the pattern without a scope, so that no route forgets to say what it shows.
    """
    row = AccessRow(name, pattern, tuple(methods), frozenset(who), scope)
    if "<" in pattern and scope is Scope.NONE:
        raise ValueError(f"Route {name} takes an object and names no scope.")
    return path(pattern, _guarded(view, row), name=name)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A redirect; for HTMX one of the whole page, or the sign-in form would land inside a fragment."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(redirect_to_login(request.htmx.current_url_abs_path or "/").url)  # type: ignore[attr-defined]
    return redirect_to_login(request.get_full_path())


def _guarded(view: View, row: AccessRow) -> View:
    allowed = [*row.methods, *(["HEAD"] if "GET" in row.methods else [])]
    methods_checked = require_http_methods(allowed)(view)
    if row.who != PUBLIC:
        methods_checked = never_cache(methods_checked)

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if row.who != PUBLIC and viewer.user is None:
            return _to_sign_in(request)
        if not row.admits(viewer):
            raise PermissionDenied("Your role does not include this page.")
        response = methods_checked(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request"])  # a fragment must never be shown as the page, nor the reverse
        return response

    guard.access_row = row  # type: ignore[attr-defined]
    # A view that reads no cookie cannot be made to act by one; such routes answer to a token in a header alone.
    guard.csrf_exempt = row.scope is Scope.TOKEN  # type: ignore[attr-defined]
    return guard
