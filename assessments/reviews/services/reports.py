"""The person who was reported on decides who else reads it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from assessments.reviews.models import Assessment
from assessments.reviews.queries import others
from assessments.reviews.services.refusals import NotNow, NotYours
from core import audit, notify
from people.models import Employee


@transaction.atomic
def pass_on(assessment: Assessment, *, by: Employee, at: datetime) -> Assessment:
    """Let the reviewing manager read the report of the others. What has been read cannot be taken back."""
    assessment = (
        Assessment.objects.select_for_update(of=["self"])
        .select_related("cycle", "employee__user", "manager__user")
        .get(pk=assessment.pk)
    )
    if assessment.employee_id != by.pk:
        raise NotYours("Only the person concerned passes their report on.")
    if assessment.manager is None:
        raise NotNow("Nobody reviews you as manager in this cycle, so there is nobody to pass it on to.")
    if not others.has_report(assessment):
        raise NotNow("There is no report to pass on yet.")
    if assessment.is_report_shared:
        return assessment
    assessment.is_report_shared = True
    assessment.save(update_fields=["is_report_shared"])
    audit.record("passed on the 360 report", assessment, by=by.user, about=by.user)
    text = f"{assessment.cycle}: {by.name} passed the report of the others on to you."
    url = reverse("reviews:result", args=[assessment.pk])
    notify.tell(assessment.manager.user, f"report-passed-on:{assessment.pk}", text, url, at)
    return assessment
