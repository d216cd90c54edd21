"""Support cases: HR reads one named person's assessment, for a reason, for some days, and the person knows at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from assessments.reviews.models import LONGEST_CASE, SupportCase
from assessments.reviews.services.refusals import NotNow, NotYours
from core import audit, mail, notify
from people.models import Employee, User


@transaction.atomic
def open_case(subject: Employee, *, reason: str, days: int, by: User, at: datetime) -> SupportCase:
    """Let `by` read what is shared of one person's assessments for some days, 14 at most.

    The person gets news and a mail with the reason at once. One open case of the same two people at a time.
    """
    subject = Employee.objects.select_for_update(of=["self"]).select_related("user").get(pk=subject.pk)
    if subject.user_id == by.pk:
        raise NotYours("Your own assessments are under “Competencies”. Nobody opens a case about themselves.")
    if not subject.is_active:
        raise NotNow("They no longer work here, so they could not be told. A case can only be about somebody who can.")
    if SupportCase.objects.open_at(at).filter(subject=subject, opened_by=by).exists():
        raise NotNow(f"You have an open case about {subject.name} already.")
    case = SupportCase(
        subject=subject,
        opened_by=by,
        reason=reason.strip(),
        opened_at=at,
        ends_at=at + min(timedelta(days=days), LONGEST_CASE),
    )
    case.full_clean(exclude=["subject", "opened_by"])
    case.save()
    ends = _day(case.ends_at)
    audit.record("opened", case, by=by, about=subject.user, changes={"reason": case.reason, "until": ends})
    name = _name(by)
    path = f"{reverse('people:profile')}#opened"
    text = f"{name} of HR may read your shared assessments until {ends}. Reason: {case.reason}"
    notify.tell(subject.user, f"support-case:{case.pk}", text, path, at)
    context = {"name": subject.first_name, "by": name, "reason": case.reason, "until": ends, "path": path}
    mail.queue("support_case", to=subject.user, key=f"support-case:{case.pk}", context=context, at=at)
    return case


@transaction.atomic
def close_case(case: SupportCase, *, by: User, at: datetime) -> SupportCase:
    """End a case before its time; nothing can be read by it any more."""
    case = SupportCase.objects.select_for_update(of=["self"]).select_related("subject__user").get(pk=case.pk)
    if case.opened_by_id != by.pk:
        raise NotYours("Whoever opened the case closes it.")
    if not case.is_open(at):
        raise NotNow("This case has ended already.")
    case.closed_at = at
    case.save(update_fields=["closed_at"])
    audit.record("closed", case, by=by, about=case.subject.user)
    text = f"{_name(by)} of HR has closed the support case and can read your assessments no more."
    notify.tell(case.subject.user, f"support-case-closed:{case.pk}", text, f"{reverse('people:profile')}#opened", at)
    return case


def _name(user: User) -> str:
    return user.employee.name if hasattr(user, "employee") else user.email


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "l j F")
