"""Report praise that is none, and decide about it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from core import audit, notify
from core.errors import DomainError
from people.models import Employee, RoleGrant, User
from recognition.models import Praise, Report
from recognition.services import praise as thanks

REASON = "Your praise for {} was taken down by HR. Ask them if you want to know more."


class ReportedAlready(DomainError):
    """HR is looking at it."""


class DecidedAlready(DomainError):
    """Somebody else of HR was first."""


@transaction.atomic
def report(praise: Praise, words: str, *, by: Employee, at: datetime) -> Report:
    """Ask HR to look at praise one can read. Nobody else is told who asked, and the trail does not say: whoever reports a
    private thank-you has got one. Raises ReportedAlready."""
    thanks.lock(praise)
    if praise.reports.undecided().exists():
        raise ReportedAlready("Somebody has reported this already; HR is looking at it.")
    made = Report.objects.create(praise=praise, by=by, words=words, made_at=at)
    audit.record("reported", praise, by=None)
    hr = RoleGrant.objects.filter(role=RoleGrant.Role.HR_ADMIN).values_list("user_id", flat=True)
    url = reverse("recognition:report", args=[made.pk])
    notify.tell_all(hr, f"praise-report:{made.pk}", "Praise was reported and waits for you", url, at)
    return made


@transaction.atomic
def decide(report_: Report, decision: Report.Decision, reason: str, *, by: User, at: datetime) -> Report:
    """Leave it or take it down; whoever reported is told, and the giver when it goes. Raises DecidedAlready."""
    waiting = (
        Report.objects.select_for_update(of=("self",)).undecided().select_related("praise__to", "praise__by__user")
    )
    found = waiting.select_related("by__user").filter(pk=report_.pk).first()
    if found is None:
        raise DecidedAlready("Somebody else decided this meanwhile. Read what they wrote.")
    found.decision, found.reason, found.decided_at, found.decided_by = decision, reason, at, by
    found.save(update_fields=["decision", "reason", "decided_at", "decided_by"])
    praise = found.praise
    if decision == Report.Decision.TAKEN_DOWN:
        praise.taken_down_at = at
        praise.save(update_fields=["taken_down_at"])
        told = REASON.format(praise.to.name)
        notify.tell(praise.by.user, f"praise-taken-down:{praise.pk}", told, "", at)
    words = f"HR looked at what you reported: {found.get_decision_display().lower()}"
    notify.tell(found.by.user, f"praise-report-decided:{found.pk}", words, reverse("recognition:wall"), at)
    audit.record("decided on", found, by=by, changes={"decision": {"old": "", "new": decision.value}})
    return found
