"""Who holds which role."""

from dataclasses import dataclass

from people.access import Role, Viewer
from people.models import RoleGrant, Unit, User


@dataclass(frozen=True)
class Holder:
    given: RoleGrant
    name: str
    units: list[Unit]
    may_change: bool

    @property
    def has_scope(self) -> bool:
        return self.given.role == RoleGrant.Role.HR_PARTNER


@dataclass(frozen=True)
class RoleSection:
    label: str
    says: str
    holders: list[Holder]


@dataclass(frozen=True)
class RolesPage:
    sections: list[RoleSection]
    may_edit: bool


SAYS = {
    RoleGrant.Role.HR_ADMIN: "Sets up people, questionnaires, competencies and cycles. Sees no single survey answer and no "
    "draft of anybody.",
    RoleGrant.Role.HR_PARTNER: "Does HR work for some units and all below them.",
    RoleGrant.Role.EXECUTIVE: "Reads released results and goals of the whole organisation.",
    RoleGrant.Role.AUDITOR: "Reads rules, thresholds, this page and the audit trail; no data of people.",
}


def roles_page(viewer: Viewer) -> RolesPage:
    may_edit = viewer.has(Role.HR_ADMIN)
    own = viewer.user.pk if viewer.user else None
    grants = list(RoleGrant.objects.select_related("user__employee").prefetch_related("units"))
    holders = [
        Holder(given, name_of(given.user), list(given.units.all()), may_edit and given.user_id != own)
        for given in grants
    ]
    sections = [
        RoleSection(
            role.label,
            SAYS[role],
            sorted((one for one in holders if one.given.role == role), key=lambda one: one.name.casefold()),
        )
        for role in RoleGrant.Role
    ]
    return RolesPage(sections, may_edit)


def name_of(user: User) -> str:
    """The employee's name, or the address of an account without an employee."""
    return user.employee.name if hasattr(user, "employee") else user.email
