"""The talk: levels agreed by a human, read and answered by the person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.reviews.models import AgreedLevel, Assessment
from assessments.reviews.queries import asking
from assessments.reviews.services.refusals import NotNow, NotReady, NotYours, Stale
from core import audit, notify
from people.models import Employee


@transaction.atomic
def agree(
    assessment: Assessment,
    levels: Mapping[int, int | None],
    *,
    talk_on: date,
    revision: int,
    by: Employee,
    at: datetime,
) -> Assessment:
    """Record the levels agreed in the talk, by competency id; None leaves a competency not assessed.

    May be repeated until the employee acknowledges. Raises Stale when the page is older than the stored levels.
    """
    assessment = _lock_assessment(assessment, at=at)
    _check_may_agree(assessment, by=by)
    _check_revision(assessment, revision)
    if talk_on > timezone.localdate(at):
        raise NotReady("The talk comes first: its date cannot lie in the future.")
    versions = {asked.version.competency_id: asked.version for asked in asking.asked(assessment)}
    if set(levels) != set(versions):
        raise NotReady("Choose a level, or “not assessed”, for every competency.")
    assessment.agreed_levels.all().delete()
    AgreedLevel.objects.bulk_create(
        AgreedLevel(
            assessment=assessment,
            version=versions[competency],
            competency_id=competency,
            level=level,
            agreed_on=talk_on,
            set_by=by.user,
        )
        for competency, level in levels.items()
        if level is not None
    )
    assessment.talk_on, assessment.agreed_at, assessment.agreed_by = talk_on, at, by.user
    assessment.revision += 1
    assessment.save(update_fields=["talk_on", "agreed_at", "agreed_by", "revision"])
    about = assessment.employee.user
    # Without the levels: the audit trail is read by people who may know that there was a talk, not what came of it.
    audit.record("levels agreed", assessment, by=by.user, about=about, changes={"talk_on": talk_on})
    text = f"{assessment.cycle}: {by.name} recorded the levels you agreed. Read them and add your statement."
    url = reverse("reviews:result", args=[assessment.pk])
    notify.tell(about, f"review-agreed:{assessment.pk}", text, url, at)
    return assessment


@transaction.atomic
def acknowledge(assessment: Assessment, *, statement: str, revision: int, by: Employee, at: datetime) -> Assessment:
    """The employee has read the agreed levels and says what they want said. The statement may be changed until the close.

    The same words sent twice are saved once. Raises Stale when levels or statement are newer than the page.
    """
    assessment = _lock_assessment(assessment, at=at)
    if assessment.employee_id != by.pk:
        raise NotYours("Only the person concerned acknowledges their levels.")
    if assessment.agreed_at is None:
        raise NotNow("No levels have been agreed yet.")
    is_first, statement = assessment.acknowledged_at is None, statement.strip()
    if not is_first and assessment.statement == statement:
        return assessment
    _check_revision(assessment, revision)
    assessment.acknowledged_at = assessment.acknowledged_at or at
    assessment.statement = statement
    assessment.revision += 1
    assessment.save(update_fields=["acknowledged_at", "statement", "revision"])
    audit.record("acknowledged" if is_first else "statement changed", assessment, by=by.user, about=by.user)
    return assessment


def _check_may_agree(assessment: Assessment, *, by: Employee) -> None:
    if not assessment.is_reviewed_by(by):
        raise NotYours("The manager of today records the agreed levels.")
    if assessment.is_excused:
        raise NotNow(f"{assessment.employee} is left out of this cycle.")
    if assessment.acknowledged_at:
        raise NotNow(f"{assessment.employee} has acknowledged these levels; they stay as they are.")
    if not Assessment.objects.open_to_both().filter(pk=assessment.pk).exists():
        raise NotNow("Levels are agreed in the talk, after both of you have shared.")


def _lock_assessment(assessment: Assessment, *, at: datetime) -> Assessment:
    assessment = (
        Assessment.objects.select_for_update(of=["self"])
        .select_related("cycle", "employee__user", "manager__user")
        .get(pk=assessment.pk)
    )
    if not assessment.cycle.is_running(timezone.localdate(at)):
        raise NotNow(f"{assessment.cycle} is closed.")
    return assessment


def _check_revision(assessment: Assessment, revision: int) -> None:
    if assessment.revision == revision:
        return
    if assessment.acknowledged_at:
        raise Stale(
            "Your statement or a level was changed since you opened this page. Read both before you save again."
        )
    raise Stale("The agreed levels were changed since you opened this page. Read them again before you go on.")
