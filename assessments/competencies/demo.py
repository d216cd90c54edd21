"""What HR of the demo company has done with the model: a draft that waits, and documents made from two roles."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from assessments.competencies import services
from assessments.competencies.models import Competency, Document, RoleProfile
from assessments.competencies.queries import texts
from assessments.competencies.services import documents
from people.models import User

MADE = (
    ("frontline_agent", Document.Kind.INTERVIEW_GUIDE),
    ("frontline_agent", Document.Kind.JOB_ADVERT),
    ("account_manager", Document.Kind.JOB_DESCRIPTION),
    ("team_lead", Document.Kind.STAR_INTERVIEW),
)
NOT_LISTENING = "Says “I understand” and asks nothing."


def load(*, at: datetime, by: User) -> str:
    """Through the services, as HR would in the browser."""
    before = texts.editable(Competency.objects.get(key="clarity"))
    wording = texts.wording_of(before)
    lines = (*wording.indicators[2], "Says when the customer will hear from us again, and keeps to it.")
    changed = replace(wording, indicators={**wording.indicators, 2: lines})
    services.save_draft(before.competency, changed, started_from=before.mark, by=by, at=at - timedelta(days=2))
    _publish_second(by=by)
    for days, (role, kind) in enumerate(MADE, start=3):
        profile = RoleProfile.objects.get(job_role__key=role, profile_set__framework=before.competency.framework)
        documents.generate(profile, kind, only_focus=True, by=by, at=at - timedelta(days=days))
    return f"one draft, one second version, {len(MADE)} documents"


def _publish_second(*, by: User) -> None:
    """A second version in use, which running cycles do not follow."""
    before = texts.editable(Competency.objects.get(key="listening"))
    wording = texts.wording_of(before)
    assert before.published_at
    at = before.published_at + timedelta(minutes=1)
    changed = replace(wording, contrary={**wording.contrary, 3: (*wording.contrary.get(3, ()), NOT_LISTENING)})
    draft = services.save_draft(before.competency, changed, started_from=before.mark, by=by, at=at)
    note = "Says more plainly what it does not look like: raters of the pilot drew the line in different places."
    services.publish(before.competency, started_from=draft.mark, change_note=note, by=by, at=at)
