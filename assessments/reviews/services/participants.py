"""What HR does for single people in a running cycle: another reviewing manager, leave, and back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.reviews.models import Assessment
from assessments.reviews.services.cycles import start_manager_reviews
from assessments.reviews.services.refusals import NotNow, NotReady
from core import audit, notify
from people.models import Employee, User


@transaction.atomic
def reassign(assessment: Assessment, *, manager: Employee, reason: str, by: User | None, at: datetime) -> Assessment:
    """Let somebody else review than the reporting line says, such as a stand-in. The person and both managers are told.

    What the former manager shared stays; their draft stays their own. The person decides anew whether the report of the
    others is passed on. Nobody in HR gets at somebody's results this way: it takes a second of them.
    """
    assessment = _lock(assessment, at=at)
    reason = _said(reason)
    if manager.pk == assessment.employee_id:
        raise NotReady("Nobody reviews themselves as manager. Choose somebody else.")
    if by and manager.user_id == by.pk and assessment.employee.manager_id != manager.pk:
        raise NotReady(
            "You cannot make yourself the reviewing manager. Let somebody else in HR do it, or open a support case to "
            "read one person's results."
        )
    if not manager.is_active:
        raise NotReady(f"{manager.name} no longer works here. Choose somebody else.")
    if not manager.reports.active().exists():
        raise NotReady(
            f"{manager.name} leads nobody, and only people who do have the pages to review on. Choose one of them."
        )
    if manager.pk == assessment.manager_id:
        raise NotReady(f"{manager.name} reviews {assessment.employee.name} already.")
    return _hand_over(assessment, manager, by_hand=True, reason=reason, by=by, at=at)


@transaction.atomic
def give_back(assessment: Assessment, *, reason: str, by: User | None, at: datetime) -> Assessment:
    """Let the reporting line decide again who reviews."""
    assessment = _lock(assessment, at=at)
    if not assessment.is_assigned_by_hand:
        raise NotNow("The reporting line decides already who reviews.")
    manager = assessment.employee.manager
    manager = manager if manager and manager.is_active else None
    return _hand_over(assessment, manager, by_hand=False, reason=_said(reason), by=by, at=at)


@transaction.atomic
def excuse(assessment: Assessment, *, reason: str, by: User | None, at: datetime) -> Assessment:
    """Leave somebody out of this cycle, as on long leave. What they wrote stays theirs; nothing of it counts."""
    assessment = _lock(assessment, at=at)
    if assessment.is_excused:
        raise NotNow(f"{assessment.employee.name} is left out already.")
    return _take_part(assessment, is_excused=True, reason=_said(reason), by=by, at=at)


@transaction.atomic
def resume(assessment: Assessment, *, reason: str, by: User | None, at: datetime) -> Assessment:
    """Take somebody back in who was left out."""
    assessment = _lock(assessment, at=at)
    if not assessment.is_excused:
        raise NotNow(f"{assessment.employee.name} takes part already.")
    if not assessment.employee.is_active:
        raise NotReady(f"{assessment.employee.name} no longer works here.")
    return _take_part(assessment, is_excused=False, reason=_said(reason), by=by, at=at)


def _lock(assessment: Assessment, *, at: datetime) -> Assessment:
    assessment = (
        Assessment.objects.select_for_update(of=["self"])
        .select_related("cycle", "employee__user", "employee__manager__user", "manager__user")
        .get(pk=assessment.pk)
    )
    if not assessment.cycle.is_running(timezone.localdate(at)):
        raise NotNow(f"{assessment.cycle} is closed.")
    return assessment


def _said(reason: str) -> str:
    if not reason.strip():
        raise NotReady("Say why. The people concerned read it.")
    return reason.strip()


def _hand_over(
    assessment: Assessment, manager: Employee | None, *, by_hand: bool, reason: str, by: User | None, at: datetime
) -> Assessment:
    former = assessment.manager
    assessment.manager, assessment.is_assigned_by_hand = manager, by_hand
    assessment.is_report_shared &= manager == former  # passed on to that one alone
    assessment.save(update_fields=["manager", "is_assigned_by_hand", "is_report_shared"])
    start_manager_reviews([assessment])
    person = assessment.employee
    changes = {"manager": {"old": former and former.name, "new": manager and manager.name}, "reason": reason}
    entry = audit.record("reviewing manager changed", assessment, by=by, about=person.user, changes=changes)
    key = f"review-handed-over:{entry.pk}"
    for user, whom, url in (
        (person.user, "you", reverse("reviews:mine")),
        *((one.user, person.name, reverse("reviews:team")) for one in (former, manager) if one),
    ):
        who = f"{manager.name} now reviews {whom}" if manager else f"no manager reviews {whom} now"
        notify.tell(user, key, f"{assessment.cycle}: {who}. Why: {reason}", url, at)
    return assessment


def _take_part(assessment: Assessment, *, is_excused: bool, reason: str, by: User | None, at: datetime) -> Assessment:
    assessment.is_excused = is_excused
    assessment.save(update_fields=["is_excused"])
    person = assessment.employee
    verb = "left out of the cycle" if is_excused else "taken back into the cycle"
    entry = audit.record(verb, assessment, by=by, about=person.user, changes={"reason": reason})
    text = f"{assessment.cycle}: you are {verb}. Why: {reason}"
    notify.tell(person.user, f"review-takes-part:{entry.pk}", text, reverse("reviews:mine"), at)
    if manager := assessment.manager:  # without the reason, which may be private
        text = f"{assessment.cycle}: {person.name} is {verb}."
        notify.tell(manager.user, f"review-takes-part:{entry.pk}", text, reverse("reviews:team"), at)
    return assessment
