"""What a rater does: judge, write, send, take back, decline. Their own until the cycle's last day for it.

Answering leaves no audit entry and no news: either would tell who has answered (threats.md, T51). Every verb locks the
rater's row, so that two devices take turns, and reads the cycle after that, so that nothing is written once the reports
are being made.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.competencies.models import CompetencyVersion
from assessments.reviews.models import Feedback, FeedbackRating, OthersReport, Rater
from assessments.reviews.queries import feedback as reads
from assessments.reviews.services.refusals import NotNow, NotReady, NotYours, Stale
from core import audit, notify
from people.models import Employee


class JudgementStale(Stale):
    """Another device saved this answer in between."""

    def __init__(self, stored: FeedbackRating) -> None:
        super().__init__("You saved another answer here since this page was opened. Choose which one to keep.")
        self.stored = stored


class WordsStale(Stale):
    """Another device saved the two texts in between."""

    def __init__(self, stored: Feedback) -> None:
        super().__init__("You saved other words here since this page was opened. Choose which ones to keep.")
        self.stored = stored


@transaction.atomic
def judge(
    rater: Rater, version: CompetencyVersion, level: int | None, *, revision: int, by: Employee | None, at: datetime
) -> FeedbackRating:
    """Save the level for one competency, None for "I cannot judge this". `revision` is that of the page, 0 for none.

    `by` is None for an external, who comes by a link. The same answer sent twice is saved once. Raises JudgementStale.
    """
    feedback = _writable(rater, by=by, at=at)
    if version.pk not in {one.version.pk for one in reads.asked_of(rater)}:
        raise NotYours("This competency is not part of what you are asked.")
    stored = feedback.ratings.filter(version=version).first()
    if stored and stored.level == level:
        return stored
    if stored and stored.revision != revision:
        raise JudgementStale(stored)
    stored = stored or FeedbackRating(feedback=feedback, version=version, revision=0)
    stored.level, stored.revision = level, stored.revision + 1
    stored.save()
    return stored


@transaction.atomic
def write(
    rater: Rater, *, keep_doing: str, try_next: str, revision: int, by: Employee | None, at: datetime
) -> Feedback:
    """Save the two texts. `revision` is that of the page, 0 before the first save. Raises WordsStale."""
    feedback = _writable(rater, by=by, at=at)
    if (feedback.keep_doing, feedback.try_next) == (keep_doing, try_next):
        return feedback
    if feedback.revision != revision:
        raise WordsStale(feedback)
    feedback.keep_doing, feedback.try_next, feedback.revision = keep_doing, try_next, feedback.revision + 1
    feedback.save(update_fields=["keep_doing", "try_next", "revision"])
    return feedback


@transaction.atomic
def submit(rater: Rater, *, by: Employee | None, at: datetime) -> Feedback:
    """Let the answers count. What was left open counts as "cannot judge". They can be taken back until the last day."""
    feedback = _writable(rater, by=by, at=at)
    if not feedback.ratings.filter(level__isnull=False).exists():
        raise NotReady("Choose a level for at least one competency, or decline to answer.")
    feedback.state, feedback.submitted_on = Feedback.State.SUBMITTED, timezone.localdate(at)
    feedback.save(update_fields=["state", "submitted_on"])
    return feedback


@transaction.atomic
def take_back(rater: Rater, *, by: Employee | None, at: datetime) -> None:
    """Make a draft of what was sent; until it is sent again it counts nowhere."""
    rater = _locked(rater, by=by, at=at)
    Feedback.objects.filter(rater=rater).update(state=Feedback.State.DRAFT, submitted_on=None)


@transaction.atomic
def decline(rater: Rater, *, reason: str = "", by: Employee | None, at: datetime) -> None:
    """The rater would rather not: the person and the manager learn that, and HR also the reason.

    A draft is deleted; what was sent is taken back first, so that nobody declines by mistake.
    """
    rater = _locked(rater, by=by, at=at)
    if Feedback.objects.filter(rater=rater, state=Feedback.State.SUBMITTED).exists():
        raise NotNow("You have sent your answers. Take them back first if you would rather not answer.")
    Feedback.objects.filter(rater=rater).delete()
    rater.state, rater.reason, rater.decided_at = Rater.State.DECLINED, reason.strip(), at
    rater.save(update_fields=["state", "reason", "decided_at"])
    assessment = rater.assessment
    # Without the name: the audit trail is read by people who may know that a list changed, not who is on it.
    audit.record("rater declined", assessment, by=None, about=assessment.employee.user)
    for person in filter(None, (assessment.employee, assessment.manager)):
        whom = "you" if person.pk == assessment.employee_id else assessment.employee.name
        text = f"{assessment.cycle}: {rater.who} cannot give feedback about {whom}. Somebody else can be asked."
        url = reverse("reviews:raters", args=[assessment.pk])
        notify.tell(person.user, f"rater-declined:{rater.pk}:{at.isoformat()}", text, url, at)


def _writable(rater: Rater, *, by: Employee | None, at: datetime) -> Feedback:
    rater = _locked(rater, by=by, at=at)
    feedback, _ = Feedback.objects.get_or_create(rater=rater)
    if feedback.is_submitted:
        raise NotNow("You have sent this. Take it back first, then change it.")
    return feedback


def _locked(rater: Rater, *, by: Employee | None, at: datetime) -> Rater:
    """The rater, locked, if `by` may write as this rater now."""
    rater = Rater.objects.select_for_update(of=["self"]).select_related("assessment").get(pk=rater.pk)
    if rater.employee_id != (by.pk if by else None):
        raise NotYours("Only the rater who is asked writes here.")
    if not rater.is_asked:
        raise NotNow("You are no longer asked about this person.")
    cycle = rater.assessment.cycle  # read here, behind the lock
    is_over = OthersReport.objects.filter(assessment=rater.assessment_id).exists()
    if is_over or not cycle.takes_feedback(timezone.localdate(at)):
        raise NotNow("The last day for feedback has passed. Thank you all the same.")
    return rater
