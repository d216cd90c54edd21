"""Erase who somebody was (GDPR article 17), and do it again after a backup has brought them back.

The row stays, as a former colleague without a name, because goals, results and the words of others stand on it. Released
results change by nothing. docs/decisions/013-erasure.md says what goes and what stays.
"""

from __future__ import annotations

import json
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import JSONField, Q, TextField, Value
from django.db.models.functions import Cast, Replace

from core import audit, personal_data
from core.errors import DomainError
from core.models import AuditEntry, Mail, Notification
from people import erasure_log, tree
from people.models import Employee, ImportLine, User


class StillHere(DomainError):
    """Only somebody who has left is erased."""


@transaction.atomic
def erase(person: Employee, *, by: User | None, on: date, is_noted: bool = False) -> bool:
    """Remove everything that names a leaver; False if that was done before.

    The erasure log gets its line first, unless it `is_noted` there. Raises StillHere, erasure_log.LogUnwritable.
    """
    tree.lock_organisation()
    kept = Employee.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    if kept.erased_on:
        return False
    if kept.is_active:
        raise StillHere(f"{kept.name} works here. Mark them as left first.")
    if not is_noted:
        erasure_log.append(kept.user, on=on)
    personal_data.erase(kept.user)
    _forget_mail_and_news(kept)
    _forget_imports(kept)
    _rename(kept, on=on)
    tree.renumber_line()
    audit.record("erased", kept, by=by)
    return True


def erase_again(*, on: date) -> int:
    """Erase everybody whom a restored backup has brought back; returns how many there were."""
    done = 0
    for line in erasure_log.lines():
        person = Employee.objects.select_related("user").filter(user=line.user).first()
        if person and line.fits(person.user) and person.erased_on is None:
            with transaction.atomic():
                # The backup may be older than the departure.
                Employee.objects.filter(pk=person.pk, is_active=True).update(is_active=False, left_on=line.on)
                User.objects.filter(pk=line.user).update(is_active=False)
                person.user.role_grants.all().delete()
                done += erase(person, by=None, on=on, is_noted=True)
    return done


def _forget_mail_and_news(person: Employee) -> None:
    user = person.user
    Mail.objects.filter(Q(user=user) | Q(address=user.email)).delete()
    Notification.objects.filter(Q(to=user) | Q(text__contains=person.name)).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    UserSession.objects.filter(user=user).delete()


def _forget_imports(person: Employee) -> None:
    ImportLine.objects.filter(Q(cells__employee_number=person.number) | Q(person__contains=person.name)).delete()


def _rename(person: Employee, *, on: date) -> None:
    """Take the name out of the record, the account and the trail; the fact of each entry stays."""
    user, old = person.user, [person.user.email]
    if not Employee.objects.filter(name=person.name).exclude(pk=person.pk).exists():
        old.append(person.name)  # or the trail would lose somebody else of that name
    person.name, person.number = f"Former colleague {person.pk}", f"erased-{person.pk}"
    person.title, person.site, person.job_role, person.hired_on, person.manager = "", "", None, None, None
    person.erased_on = on
    person.version += 1
    person.save()
    user.email, user.theme = f"erased-{user.pk}@nobody.invalid", User.Theme.AUTO
    user.set_unusable_password()
    user.save()
    AuditEntry.objects.filter(about=user).update(changes={})
    for words in old:
        _replace_in_trail(words, person.name)


def _replace_in_trail(old: str, new: str) -> None:
    AuditEntry.objects.filter(subject_label__contains=old).update(
        subject_label=Replace("subject_label", Value(old), Value(new))
    )
    said, instead = (json.dumps(words, ensure_ascii=False)[1:-1] for words in (old, new))
    told = AuditEntry.objects.annotate(told=Cast("changes", TextField())).filter(told__contains=said)
    told.update(changes=Cast(Replace(Cast("changes", TextField()), Value(said), Value(instead)), JSONField()))
