"""Take an import back: what people.undo shows is what is written, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core import audit, bulk
from core.errors import DomainError
from core.models import AuditEntry, Mail, Notification
from people import tree
from people.imports import ACTIVE, LEFT
from people.models import Employee, PeopleImport, RoleGrant, Unit, User, no_address
from people.queries import imports as queries
from people.services import partners as partner_services
from people.services.imports import ChangedSince
from people.undo import Plan, Step

FIELD_OF = {
    "name": "name",
    "unit_key": "unit_id",
    "manager_number": "manager_id",
    "job_title": "title",
    "job_role_key": "job_role_id",
    "site": "site",
}
_FIELDS = ["name", "unit", "manager", "title", "job_role", "site", "hired_on", "is_active", "left_on", "version"]


class TooLate(DomainError):
    """An import can be taken back for some days only, and only once it has happened."""


class NothingGoesBack(DomainError):
    """Everything that the import did has been built on since."""


@transaction.atomic
def undo_import(file: PeopleImport, *, shown: str, by: User, at: datetime) -> bool:
    """Put back what the look at `shown` showed (undo.Plan.shown). False if it had been done before.

    Raises TooLate, NothingGoesBack, and ChangedSince if it would now do something else than was shown.
    """
    tree.lock_organisation()
    kept = PeopleImport.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if kept.undone_at:
        return False
    if kept.undo_until is None or at > kept.undo_until:
        raise TooLate("This import can be taken back no more. Mend people by hand, or import a right file.")
    plan = queries.undo_plan(kept, by=by)
    if plan.shown != shown:
        raise ChangedSince("Somebody changed the organisation after you looked. Below is what an undo would do now.")
    if not plan.going:
        raise NothingGoesBack("Nothing of this import can go back. The list below says why.")
    if kept.holds == PeopleImport.Holds.PARTNERS:
        partner_services.put_back(plan.going, by=by)
    else:
        _undo_people(plan, by=by, on=timezone.localdate(at))
    kept.undone_at, kept.undone_by = at, by
    kept.save(update_fields=["undone_at", "undone_by"])
    removed = sum(step.removes for step in plan.going)
    counts = {"put back": len(plan.going) - removed, "removed": removed, "stay in part or whole": len(plan.staying)}
    audit.record("undid the import", kept, by=by, changes=counts)
    return True


def _undo_people(plan: Plan, *, by: User, on: date) -> None:
    removed = [step for step in plan.going if step.removes]
    changed = [step for step in plan.going if not step.removes]
    _put_back(changed, on=on)
    _restore_accounts(changed)
    audit.record_many(_entries(changed, removed), by=by)
    _remove([step.person for step in removed if step.person])
    tree.renumber_line()


def _put_back(steps: Iterable[Step], *, on: date) -> None:
    people, users = [], []
    for step in steps:
        assert step.person is not None
        for column, before in step.back.items():
            _set(step.person, column, before, left_on=step.written.left_on or on.isoformat())
        step.person.version += 1
        people.append(step.person)
        if "email" in step.back:
            users.append(step.person.user)
    bulk.update_rows(people, _FIELDS)
    EmailAddress.objects.filter(user__in=users).delete()
    bulk.update_rows(users, ["email"])
    without = [user.pk for user in users if not user.address]  # they can sign in no more
    User.objects.filter(pk__in=without).update(session_epoch=F("session_epoch") + 1)


def _set(person: Employee, column: str, before: Any, *, left_on: str) -> None:
    if column == "email":
        person.user.email = before or no_address()
    elif column == "hired_on":
        person.hired_on = date.fromisoformat(before) if before else None
    elif column == "status":
        person.is_active = before == ACTIVE
        person.left_on = date.fromisoformat(left_on) if before == LEFT else None
    else:
        setattr(person, FIELD_OF[column], before)


def _restore_accounts(steps: Sequence[Step]) -> None:
    """Who was marked as left gets sign-in, roles and units again; who was taken back loses the sign-in again."""
    back = [step for step in steps if step.back.get("status") == ACTIVE]
    gone = [step.written.user for step in steps if step.back.get("status") == LEFT]
    User.objects.filter(pk__in=[step.written.user for step in back]).update(is_active=True)
    User.objects.filter(pk__in=gone).update(is_active=False, session_epoch=F("session_epoch") + 1)
    for step in back:
        for role, unit_ids in step.written.roles:
            units = Unit.objects.active().filter(pk__in=unit_ids)
            if units or not unit_ids:
                grant, _ = RoleGrant.objects.get_or_create(user_id=step.written.user, role=role)
                grant.units.set(units)
        Unit.objects.active().filter(pk__in=step.written.heads, head=None).update(head=step.person)


def _remove(people: Sequence[Employee]) -> None:
    """Delete people whom only this import made. What the trail said of them goes, that they were here stays.

    The look found nothing that points at them, so Django need not search again, row by row. Should something appear
    in between, the database refuses the whole undo, where a cascade would take it along.
    """
    users = [person.user_id for person in people]
    AuditEntry.objects.filter(about__in=users).update(about=None, changes={})
    Notification.objects.filter(to__in=users).delete()
    Mail.objects.filter(user__in=users).delete()
    EmailAddress.objects.filter(user__in=users).delete()
    UserSession.objects.filter(user__in=users).delete()
    Employee.objects.filter(manager__in=people).update(manager=None)
    for rows in (Employee.objects.filter(user__in=users), User.objects.filter(pk__in=users)):
        rows._raw_delete(rows.db)


def _entries(changed: Iterable[Step], removed: Iterable[Step]) -> Iterable[audit.Entry]:
    """Somebody removed has no record any more that an entry could be about."""
    verbs = {ACTIVE: "took back", LEFT: "marked as left"}
    for step in changed:
        assert step.person is not None
        verb = verbs.get(step.back.get("status", ""), "changed")
        changes = {column.replace("_", " "): {"old": now, "new": then} for column, (now, then) in step.words.items()}
        yield audit.Entry(verb, step.person, step.person.user, changes)
    for step in removed:
        assert step.person is not None
        yield audit.Entry("removed", step.person)
