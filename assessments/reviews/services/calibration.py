"""Calibration: managers look at agreed levels together; one changes only with a reason that the person reads."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.reviews.models import AgreedLevel, Assessment, LevelChange
from assessments.reviews.services.refusals import NotNow, NotReady, NotYours, Stale
from core import audit, notify
from people.models import Employee


@transaction.atomic
def change_level(
    assessment: Assessment, competency: int, *, level: int, reason: str, revision: int, by: Employee, at: datetime
) -> LevelChange:
    """Change one agreed level after the talk. The reviewing manager does it; the person is told, with the reason.

    Raises Stale when the page is older than the stored levels. What was agreed and acknowledged before stays on record.
    """
    assessment = _locked(assessment, revision=revision, by=by, at=at)
    agreed = AgreedLevel.objects.select_related("version__scale").filter(assessment=assessment, competency=competency)
    found = agreed.first()
    if found is None:
        raise NotReady("Only a level that was agreed in the talk can be changed.")
    if found.level == level:
        raise NotReady("This is the agreed level already. Choose another one, or leave it.")
    if not found.version.scale.levels.filter(value=level).exists():
        raise NotReady("Choose one of the levels of the scale.")
    change = LevelChange(
        assessment=assessment,
        version=found.version,
        from_level=found.level,
        to_level=level,
        reason=reason.strip(),
        by=by.user,
        at=at,
    )
    change.full_clean(exclude=["assessment", "version", "by"])
    change.save()
    found.level, found.set_by = level, by.user
    found.save(update_fields=["level", "set_by"])
    assessment.revision += 1
    assessment.save(update_fields=["revision"])
    about = assessment.employee.user
    audit.record("level changed after the talk", assessment, by=by.user, about=about)
    _tell(change, by=by, at=at)
    return change


def _locked(assessment: Assessment, *, revision: int, by: Employee, at: datetime) -> Assessment:
    assessment = (
        Assessment.objects.select_for_update(of=["self"])
        .select_related("cycle", "employee__user", "manager__user", "agreed_by")
        .get(pk=assessment.pk)
    )
    if not assessment.is_reviewed_by(by):
        raise NotYours("The manager of today changes agreed levels.")
    if not assessment.cycle.is_calibrating(timezone.localdate(at)):
        raise NotNow("This cycle is not being calibrated. Agreed levels stay as they are.")
    if assessment.agreed_at is None:
        raise NotNow("No levels have been agreed yet.")
    if assessment.revision != revision:
        raise Stale("A level or the statement was changed since you opened this page. Read both before you go on.")
    return assessment


def _tell(change: LevelChange, *, by: Employee, at: datetime) -> None:
    """The person; and whoever agreed the levels in the talk, when that was another manager."""
    assessment = change.assessment
    url = f"{reverse('reviews:result', args=[assessment.pk])}#changes"
    key = f"level-change:{change.pk}"
    what = f"{assessment.cycle}: {by.name} changed an agreed level, {change.version.name}, to {change.to_level}."
    notify.tell(assessment.employee.user, key, f"{what} The reason stands with it.", url, at)
    if assessment.manager and assessment.agreed_by and assessment.agreed_by_id != by.user_id:
        text = f"{assessment.cycle}: {by.name} changed a level of {assessment.employee.name} that you had agreed."
        notify.tell(assessment.agreed_by, key, text, "", at)
