"""Erase who somebody was (GDPR article 17), and do it again after a backup has brought them back.

The row stays, as a former colleague without a name, because goals, results and the words of others stand on it. Released
results change by nothing. docs/decisions/013-erasure.md says what goes and what stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from core import audit, bulk, personal_data
from core.errors import DomainError
from core.models import NOWHERE, AuditEntry, Mail, MailChoice, Notification
from people import erasure_log, tree
from people.erasure_log import Line
from people.mentions import Mention
from people.models import Employee, ImportLine, Unit, User
from people.services import employees


class StillHere(DomainError):
    """Only somebody who has left is erased."""


@dataclass
class Again:
    """What was done after a restore, and what is left for people to decide."""

    erased: int = 0
    moved: set[int] = field(default_factory=set)  # whose manager was erased
    headless: set[int] = field(default_factory=set)  # units that were headed by somebody who was erased
    refused: list[Employee] = field(default_factory=list)  # in the log, and taken back since
    unreadable: list[int] = field(default_factory=list)  # lines of the log

    def without_a_manager_of_their_own(self) -> list[Employee]:
        return list(Employee.objects.active().filter(pk__in=self.moved).select_related("manager"))

    def without_a_head(self) -> list[Unit]:
        return list(Unit.objects.active().filter(pk__in=self.headless, head=None))


@transaction.atomic
def erase(person: Employee, *, by: User | None, on: date, is_noted: bool = False) -> bool:
    """Remove everything that names a leaver; False if that was done before.

    The erasure log gets its line last, unless it `is_noted` there: what is taken back before leaves none, and without a
    line all is taken back. Raises StillHere, erasure_log.LogUnwritable.
    """
    tree.lock_organisation()
    kept = Employee.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    if kept.erased_on:
        return False
    if kept.is_active:
        raise StillHere(f"{kept.name} works here. Mark them as left first.")
    personal_data.erase(kept.user)
    name = _name_of(kept)
    _forget_mail_and_news(kept, name)
    _forget_imports(kept, name)
    _rename(kept, name, on=on)
    tree.renumber_line()
    audit.record("erased", kept, by=by)
    if not is_noted:
        erasure_log.append(kept.user, on=on)
    return True


def erase_again(*, on: date) -> Again:
    """Erase everybody whom a restored backup has brought back. Safe to repeat."""
    log = erasure_log.read()
    done = Again(unreadable=log.unreadable)
    newest = {(line.user, line.joined_at): line for line in log.lines}
    for line in newest.values():
        person = Employee.objects.select_related("user", "manager").filter(user=line.user).first()
        if person is None or not line.fits(person.user) or person.erased_on:
            continue
        if _taken_back_since(person, line):
            done.refused.append(person)
            continue
        with transaction.atomic():
            _leave_again(person, line, done)
            done.erased += erase(person, by=None, on=on, is_noted=True)
    return done


def _taken_back_since(person: Employee, line: Line) -> bool:
    """Whether the person came back after the day of the line, by hand or by a file: then that erasure never happened."""
    returned = Q(verb="took back") | Q(verb="changed", changes__status__new="active")
    return AuditEntry.objects.filter(returned, about=person.user, at__date__gte=line.on).exists()


def _leave_again(person: Employee, line: Line, done: Again) -> None:
    """What a departure does: the backup may be older than it."""
    tree.lock_organisation()
    employees.close_account(person.user)
    Employee.objects.filter(pk=person.pk, is_active=True).update(is_active=False, left_on=line.on)
    done.headless |= set(person.headed_units.values_list("pk", flat=True))
    person.headed_units.update(head=None)
    successor = person.manager if person.manager and person.manager.is_active else None
    reports = list(person.reports.active().select_related("user"))
    done.moved |= {report.pk for report in reports}
    person.reports.active().update(manager=successor)
    changes = {"manager": {"old": _nameless(person), "new": successor.name if successor else None}}
    audit.record_many((audit.Entry("changed", report, report.user, changes) for report in reports), by=None)


def _forget_mail_and_news(person: Employee, name: Mention) -> None:
    user = person.user
    Mail.objects.filter(Q(user=user) | Q(address=user.email)).delete()
    MailChoice.objects.filter(user=user).delete()
    news = Notification.objects.filter(text__contains=person.name).values_list("pk", "text")
    naming = [pk for pk, text in news if name.is_in(text)]
    Notification.objects.filter(Q(to=user) | Q(pk__in=naming)).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    UserSession.objects.filter(user=user).delete()


def _forget_imports(person: Employee, name: Mention) -> None:
    rows = ImportLine.objects.filter(person__contains=person.name).values_list("pk", "person")
    naming = [pk for pk, label in rows if name.is_in(label)]
    ImportLine.objects.filter(Q(cells__employee_number=person.number) | Q(pk__in=naming)).delete()


def _rename(person: Employee, name: Mention, *, on: date) -> None:
    """Take the name out of the record, the account and the trail; the fact of each entry stays."""
    user, old = person.user, [Mention(person.user.email)]
    if not Employee.objects.filter(name=person.name).exclude(pk=person.pk).exists():
        old.append(name)  # or the trail would lose somebody else of that name
    person.name, person.number = _nameless(person), f"erased-{person.pk}"
    person.title, person.site, person.job_role, person.hired_on, person.manager = "", "", None, None, None
    person.erased_on = on
    person.version += 1
    person.save()
    user.email, user.theme = f"erased-{user.pk}{NOWHERE}", User.Theme.AUTO
    user.set_unusable_password()
    user.save()
    AuditEntry.objects.filter(about=user).update(changes={})
    for mention in old:
        _replace_in_trail(mention, person.name)


def _nameless(person: Employee) -> str:
    return f"Former colleague {person.pk}"


def _name_of(person: Employee) -> Mention:
    others = Employee.objects.filter(name__contains=person.name).exclude(pk=person.pk)
    return Mention(person.name, others.values_list("name", flat=True))


def _replace_in_trail(mention: Mention, new: str) -> None:
    changed = []
    for entry in _entries_with(mention.words):
        label, told = mention.replaced(entry.subject_label, new), mention.replaced_within(entry.changes, new)
        if (label, told) != (entry.subject_label, entry.changes):
            entry.subject_label, entry.changes = label[:200], told
            changed.append(entry)
    bulk.update_rows(changed, ["subject_label", "changes"])


def _entries_with(words: str) -> Iterator[AuditEntry]:
    """More than those that mention them: entries whose text holds the words anywhere."""
    said = json.dumps(words, ensure_ascii=False)[1:-1]
    told = AuditEntry.objects.annotate(told=Cast("changes", TextField()))
    yield from told.filter(Q(subject_label__contains=words) | Q(told__contains=said)).iterator()
