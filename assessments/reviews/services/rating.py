"""What a named rater does: rate, and share.

Saving a draft leaves no audit entry: an entry would tell its reader that the draft exists, which is nobody's business but
the rater's (access.md, rows 24 and 26). Sharing is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.competencies.models import CompetencyVersion
from assessments.reviews import scoring
from assessments.reviews.models import Rating, Review
from assessments.reviews.queries import asking
from assessments.reviews.services.refusals import NotNow, NotReady, NotYours, RatingStale
from core import audit, notify
from people.models import Employee


@dataclass(frozen=True)
class Given:
    """What a rater says about one competency. `level` is set exactly when `answer` is RATED."""

    answer: Rating.Answer = Rating.Answer.OPEN
    level: int | None = None
    example: str = ""
    obstacles: tuple[str, ...] = ()
    obstacle_note: str = ""


@transaction.atomic
def rate(
    review: Review, version: CompetencyVersion, given: Given, *, revision: int, by: Employee, at: datetime
) -> Rating:
    """Save a rating in a draft. `revision` is that of the stored rating on the rater's page, 0 for none.

    The same words sent twice are saved once. Raises RatingStale when another device saved something else meanwhile.
    """
    review = _lock_draft(review, by=by, at=at)
    asked = next((a for a in asking.asked(review.assessment) if a.version.pk == version.pk), None)
    if asked is None:
        raise NotYours("This competency is not part of the review.")
    if not scoring.asks_context(given.level, asked.required):
        given = Given(given.answer, given.level, given.example)
    rating = Rating.objects.filter(review=review, version=version).first()
    if rating and _says(rating) == given:
        return rating
    if rating and rating.revision != revision:
        raise RatingStale(rating)
    rating = rating or Rating(review=review, version=version, revision=0)
    rating.answer, rating.level, rating.example = given.answer, given.level, given.example
    rating.obstacles, rating.obstacle_note = list(given.obstacles), given.obstacle_note
    rating.revision += 1
    rating.saved_at = at
    rating.save()
    return rating


@transaction.atomic
def share(review: Review, *, by: Employee, at: datetime) -> Review:
    """Let the other side read this review, once they have shared theirs. It cannot be changed any more."""
    review = _lock_draft(review, by=by, at=at)
    unfinished = [row for row in asking.summary_rows(review) if row.missing]
    if unfinished:
        names = ", ".join(row.asked.version.name for row in unfinished)
        raise NotReady(f"Not shared yet. Something is missing in: {names}.")
    review.state, review.shared_at = Review.State.SHARED, at
    review.save(update_fields=["state", "shared_at"])
    audit.record("shared", review, by=by.user, about=review.assessment.employee.user)
    _tell_of_sharing(review, at=at)
    return review


def _says(rating: Rating) -> Given:
    return Given(
        Rating.Answer(rating.answer), rating.level, rating.example, tuple(rating.obstacles), rating.obstacle_note
    )


def _lock_draft(review: Review, *, by: Employee, at: datetime) -> Review:
    """The review, locked, if `by` may write in it now."""
    review = (
        Review.objects.select_for_update(of=["self"])
        .select_related("assessment__cycle", "assessment__employee__user", "assessment__manager__user")
        .get(pk=review.pk)
    )
    assessment = review.assessment
    if review.by_id != by.pk:
        raise NotYours("Only its author writes in a review.")
    if review.is_shared:
        raise NotNow("This has been shared and can no longer be changed.")
    if not assessment.cycle.is_running(timezone.localdate(at)):
        raise NotNow(f"{assessment.cycle} is closed. What you wrote stays here for you to read.")
    if assessment.is_excused:
        raise NotNow(f"{assessment.employee} is left out of this cycle. What you wrote stays here for you to read.")
    if not review.is_own and not assessment.is_reviewed_by(by):
        raise NotYours(
            f"{assessment.employee} is no longer yours to review. What you wrote stays here for you to read."
        )
    return review


def _tell_of_sharing(review: Review, *, at: datetime) -> None:
    assessment = review.assessment
    if assessment.manager is None:
        return
    employee, manager = assessment.employee, assessment.manager
    url = reverse("reviews:result", args=[assessment.pk])
    shared = set(Review.objects.shared().filter(assessment=assessment).values_list("kind", flat=True))
    if len(shared) == 2:
        text = f"{assessment.cycle}: you and {{}} can now see both views. Time for the talk."
        notify.tell(employee.user, f"review-open:{assessment.pk}", text.format(manager.name), url, at)
        notify.tell(manager.user, f"review-open:{assessment.pk}", text.format(employee.name), url, at)
    elif review.is_own:
        text = f"{employee.name} shared a self-assessment. You can read it once you share your review."
        if not assessment.cycle.is_blind:
            text = f"{employee.name} shared a self-assessment. You can read it."
        notify.tell(manager.user, f"review-shared:{review.pk}", text, reverse("reviews:team"), at)
