"""The viewer's own page, and what is kept about them."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.paginator import Page, Paginator

from core import mail_choices
from core.models import AuditEntry, Notification
from people.access import Viewer
from people.models import Employee, RoleGrant, User
from people.queries import audit

ENTRIES_PER_PAGE = 20


@dataclass(frozen=True)
class ProfilePage:
    user: User
    person: Employee | None
    grants: list[RoleGrant]
    entries: Page[AuditEntry]
    lines: list[audit.Line]


def profile_page(viewer: Viewer, *, page: str | None = None) -> ProfilePage:
    assert viewer.user is not None
    entries = Paginator(audit.about(viewer.user), ENTRIES_PER_PAGE).get_page(page)
    return ProfilePage(
        user=viewer.user,
        person=Employee.objects.select_related("unit", "manager", "job_role").filter(user=viewer.user).first(),
        grants=list(viewer.user.role_grants.prefetch_related("units").order_by("role")),
        entries=entries,
        lines=[audit.own_line(entry) for entry in entries],
    )


def personal_data(user: User) -> dict[str, Any]:
    """Account, facts, roles, notifications and the trail of who opened or changed the user's records."""
    return {
        "account": {"email": user.address, "look": user.theme, "since": user.joined_at.isoformat()},
        "second_step": [one.created_at.isoformat() for one in Authenticator.objects.filter(user=user, type="totp")],
        "signed_in": [
            {"browser": one.user_agent, "address": one.ip, "since": one.created_at.isoformat()}
            for one in UserSession.objects.filter(user=user)
        ],
        "employee": _facts(Employee.objects.select_related("unit", "manager", "job_role").filter(user=user).first()),
        "roles": [
            {"role": grant.get_role_display(), "units": [unit.name for unit in grant.units.all()]}
            for grant in user.role_grants.prefetch_related("units")
        ],
        "notifications": [
            {"text": one.text, "made_at": one.made_at.isoformat()} for one in Notification.objects.filter(to=user)
        ],
        "mails": mail_choices.of(user.pk),
        "audit_entries_about_you": [
            {"at": line.at.isoformat(), "who": line.who, "verb": line.verb, "what": line.what}
            for line in map(audit.own_line, audit.about(user))
        ],
    }


def _facts(person: Employee | None) -> dict[str, Any] | None:
    if person is None:
        return None
    return {
        "number": person.number,
        "name": person.name,
        "title": person.title,
        "unit": person.unit.name,
        "manager": person.manager.name if person.manager else None,
        "job_role": person.job_role.name if person.job_role else None,
        "site": person.site,
        "hired_on": person.hired_on.isoformat() if person.hired_on else None,
        "left_on": person.left_on.isoformat() if person.left_on else None,
    }
