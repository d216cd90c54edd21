"""What HR does to the record of one person."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from core import audit
from core.errors import Conflict, DomainError
from people import tree
from people.models import Employee, JobRole, RoleGrant, Unit, User, no_address
from people.services import accounts


class ManagerLoop(DomainError):
    """Somebody would report to themselves, directly or through others."""


class AlreadyGone(DomainError):
    """The person has left."""


class StillNeeded(DomainError):
    """The person cannot leave while nobody else can do what they do."""


@dataclass(frozen=True)
class Details:
    """What HR keeps about a person. `email` is the address they sign in with, "" for who has none and cannot."""

    name: str
    title: str
    email: str
    unit: Unit
    manager: Employee | None
    job_role: JobRole | None
    site: str
    hired_on: date | None

    @classmethod
    def of(cls, person: Employee) -> "Details":
        return cls(
            name=person.name,
            title=person.title,
            email=person.user.address,
            unit=person.unit,
            manager=person.manager,
            job_role=person.job_role,
            site=person.site,
            hired_on=person.hired_on,
        )


@transaction.atomic
def add(number: str, details: Details, *, by: User) -> Employee:
    """Add somebody with an account. They choose a password by the link of the sign-in page."""
    tree.lock_organisation()
    user = User.objects.create_user(details.email or no_address())
    person = Employee(user=user, number=number, **_columns(details))
    person.save(force_insert=True)
    tree.renumber_line()
    audit.record("added", person, by=by, about=user, changes=_told(None, details))
    person.refresh_from_db()
    return person


@transaction.atomic
def edit(person: Employee, details: Details, *, version: int, by: User) -> Employee:
    """Change what HR keeps about a person; a move to another unit or manager takes effect today.

    Raises Conflict if the record was edited since `version`, ManagerLoop for a manager from below.
    """
    tree.lock_organisation()
    kept = Employee.objects.select_related("user", "unit", "manager", "job_role").get(pk=person.pk)
    if kept.version != version:
        raise Conflict(f"Somebody else changed the record of {kept.name} while you were typing.")
    old = Details.of(kept)
    if old == details:
        return kept
    _refuse_loop(kept, details.manager)
    for column, value in _columns(details).items():
        setattr(kept, column, value)
    kept.version += 1
    kept.save(update_fields=[*_columns(details), "version"])
    if old.email != details.email:
        change_address(kept.user, details.email)
    if old.manager != details.manager or old.name != details.name:
        tree.renumber_line()
    audit.record("changed", kept, by=by, about=kept.user, changes=_told(old, details))
    return kept


@transaction.atomic
def depart(person: Employee, *, on: date, successor: Employee | None, by: User) -> None:
    """Mark a person as left: they can sign in no more and their sessions end now.

    Their direct reports go to `successor`, their place at the head of units becomes empty and their roles end. All that
    they wrote and all results stay. Raises StillNeeded for the last HR administrator and for oneself.
    """
    tree.lock_organisation()
    kept = Employee.objects.select_related("user").get(pk=person.pk)
    if not kept.is_active:
        raise AlreadyGone(f"{kept.name} has left already.")
    reports = list(kept.reports.active())
    _refuse_departure(kept, reports, successor, by=by)
    roles = [grant.get_role_display() for grant in kept.user.role_grants.all()]
    close_account(kept.user)
    kept.is_active, kept.left_on = False, on
    kept.version += 1
    kept.save(update_fields=["is_active", "left_on", "version"])
    kept.headed_units.update(head=None)
    kept.reports.active().update(manager=successor)
    tree.renumber_line()
    changes = {"left on": {"old": None, "new": on.isoformat()}, "roles ended": {"old": roles, "new": []}}
    audit.record("marked as left", kept, by=by, about=kept.user, changes=changes)
    audit.record_many(
        (
            audit.Entry("changed", report, report.user, {"manager": {"old": kept.name, "new": _word(successor)}})
            for report in reports
        ),
        by=by,
    )


@transaction.atomic
def reinstate(person: Employee, *, by: User) -> None:
    """Take a departure back: the person can sign in again; roles and reports are given anew by hand."""
    kept = Employee.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    if kept.is_active:
        return
    if kept.erased_on:
        raise StillNeeded("Nobody knows any more who this was. Add the person anew.")
    was = kept.left_on
    open_account(kept.user)
    kept.is_active, kept.left_on = True, None
    kept.version += 1
    kept.save(update_fields=["is_active", "left_on", "version"])
    changes = {"left on": {"old": was.isoformat() if was else None, "new": None}}
    audit.record("took back", kept, by=by, about=kept.user, changes=changes)


def close_account(user: User) -> None:
    """No sign-in, no session, no role. Part of a larger intention, which leaves the audit entry."""
    user.role_grants.all().delete()
    user.is_active = False
    user.save(update_fields=["is_active"])
    accounts.end_sessions(user)


def open_account(user: User) -> None:
    user.is_active = True
    user.save(update_fields=["is_active"])


def change_address(user: User, email: str) -> None:
    """Sign in with another address from now on, or with none; the old one opens nothing any more."""
    EmailAddress.objects.filter(user=user).delete()
    user.email = email.lower() or no_address()
    user.save(update_fields=["email"])
    if not email:
        accounts.end_sessions(user)


def last_hr_admin(user: User) -> bool:
    """Whether nobody else could give roles if this user went. Locks the grants to the end of the transaction."""
    holders = set(
        RoleGrant.objects.select_for_update(of=("self",))
        .filter(role=RoleGrant.Role.HR_ADMIN, user__is_active=True)
        .values_list("user_id", flat=True)
    )
    return holders == {user.pk}


def _refuse_loop(person: Employee, manager: Employee | None) -> None:
    if manager is None:
        return
    if manager.pk == person.pk:
        raise ManagerLoop(f"{person.name} cannot be their own manager.")
    manager = Employee.objects.get(pk=manager.pk)
    if person.is_above(manager):
        raise ManagerLoop(
            f"{person.name} cannot report to {manager.name}: {manager.name} reports to {person.name}, "
            f"directly or through others. Give {manager.name} another manager first."
        )


def _refuse_departure(person: Employee, reports: list[Employee], successor: Employee | None, *, by: User) -> None:
    if person.user_id == by.pk:
        raise StillNeeded("You cannot mark yourself as left. Ask another HR administrator.")
    if last_hr_admin(person.user):
        raise StillNeeded(f"{person.name} is the only HR administrator. Give somebody else that role first.")
    if successor and (successor.pk == person.pk or successor.pk in {report.pk for report in reports}):
        raise ManagerLoop("The new manager must be somebody other than the person who leaves and their reports.")
    if successor and person.is_above(successor):
        raise ManagerLoop(f"{successor.name} reports to {person.name}, through others. Choose somebody else.")


def _columns(details: Details) -> dict[str, Any]:
    return {field.name: getattr(details, field.name) for field in fields(details) if field.name != "email"}


def _told(old: Details | None, new: Details) -> Mapping[str, Any]:
    """The fields that differ, in words, for the audit trail."""
    return {
        field.name.replace("_", " "): {
            "old": _word(getattr(old, field.name)) if old else None,
            "new": _word(getattr(new, field.name)),
        }
        for field in fields(new)
        if old is None or getattr(old, field.name) != getattr(new, field.name)
    }


def _word(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None
