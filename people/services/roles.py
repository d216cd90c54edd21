"""Giving and taking roles. Nobody changes their own, and the last HR administrator stays one."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from core import audit
from core.errors import DomainError
from people.models import RoleGrant, Unit, User
from people.services import accounts, employees


class OwnRole(DomainError):
    """Nobody gives or takes a role of their own."""


class NoScope(DomainError):
    """An HR partner needs units, and only an HR partner has them."""


class HasRole(DomainError):
    """The user has the role already."""


class LastAdmin(DomainError):
    """Somebody must remain who can give roles."""


@transaction.atomic
def grant(user: User, role: str, *, units: Sequence[Unit] = (), by: User | None) -> RoleGrant:
    """Give a role; the user's sessions end, so that it counts from a fresh sign-in. `by` None: the operator's command."""
    _refuse_own(user, by)
    _refuse_scope(role, units)
    given, is_new = RoleGrant.objects.get_or_create(user=user, role=role)
    if not is_new:
        raise HasRole(f"{user.email} is {given.get_role_display()} already. Change the units of that role instead.")
    given.units.set(units)
    accounts.end_sessions(user)
    changes = {"role": {"old": None, "new": given.get_role_display()}, "units": {"old": [], "new": _names(units)}}
    audit.record("gave a role to", user, by=by, about=user, changes=changes)
    return given


@transaction.atomic
def change_scope(given: RoleGrant, units: Sequence[Unit], *, by: User) -> None:
    """Let an HR partner look after other units from now on."""
    _refuse_own(given.user, by)
    _refuse_scope(given.role, units)
    old = _names(given.units.all())
    given.units.set(units)
    accounts.end_sessions(given.user)
    audit.record(
        "changed the units of",
        given.user,
        by=by,
        about=given.user,
        changes={"units": {"old": old, "new": _names(units)}},
    )


@transaction.atomic
def revoke(given: RoleGrant, *, by: User) -> None:
    """Take a role; it is gone with the next request, and the user's sessions end."""
    _refuse_own(given.user, by)
    if given.role == RoleGrant.Role.HR_ADMIN and employees.last_hr_admin(given.user):
        raise LastAdmin("This is the only HR administrator. Give somebody else that role first.")
    changes = {
        "role": {"old": given.get_role_display(), "new": None},
        "units": {"old": _names(given.units.all()), "new": []},
    }
    user = given.user
    given.delete()
    accounts.end_sessions(user)
    audit.record("took a role from", user, by=by, about=user, changes=changes)


def note_export(rows: int, *, by: User) -> None:
    """Leave a trace of who took the audit trail away."""
    audit.record("exported the audit trail", by, by=by, about=by, changes={"rows": rows})


def _refuse_own(user: User, by: User | None) -> None:
    if by is not None and user.pk == by.pk:
        raise OwnRole("Nobody changes their own roles. Ask another HR administrator.")


def _refuse_scope(role: str, units: Sequence[Unit]) -> None:
    if role == RoleGrant.Role.HR_PARTNER and not units:
        raise NoScope("Choose the units that this HR partner looks after.")
    if role != RoleGrant.Role.HR_PARTNER and units:
        raise NoScope("Only HR partners are tied to units; the other roles see the whole organisation.")


def _names(units: Iterable[Unit]) -> list[str]:
    return [unit.name for unit in units]
