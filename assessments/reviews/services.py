"""What happens in a review cycle: launch, rate, share, agree, acknowledge, close.

Saving a draft leaves no audit entry: an entry would tell its reader that the draft exists, which is nobody's business but
the rater's (security.md, matrix rows 24 and 26). Sharing, agreeing and everything HR does is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from assessments.competencies.models import CompetencyVersion, ProfileSet
from assessments.reviews import scoring
from assessments.reviews.models import (
    AgreedLevel,
    Assessment,
    CycleCompetency,
    Rating,
    Review,
    ReviewCycle,
)
from assessments.reviews.queries import asking
from core import audit, bulk, notify
from core.errors import Conflict, DomainError
from people.models import Employee, User

BATCH = 2000


class NotNow(DomainError):
    """The cycle or the review is in a state that does not allow this."""


class NotReady(DomainError):
    """Something is missing before this can be done."""


class NotYours(DomainError):
    """Somebody else is the one who may do this."""


class Stale(Conflict):
    """The page is older than what is stored. Nothing was written."""


class RatingStale(Stale):
    """Another device saved this rating in between."""

    def __init__(self, stored: Rating) -> None:
        super().__init__("You saved another answer here since this page was opened. Choose which one to keep.")
        self.stored = stored


# --- cycles -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_cycle(
    *, name: str, self_due_on: date, manager_due_on: date, closes_on: date, by: User | None
) -> ReviewCycle:
    cycle = ReviewCycle(
        name=name, self_due_on=self_due_on, manager_due_on=manager_due_on, closes_on=closes_on, made_by=by
    )
    cycle.full_clean(exclude=["profile_set", "made_by"])
    cycle.save()
    audit.record("added", cycle, by=by)
    return cycle


@transaction.atomic
def launch(cycle: ReviewCycle, *, by: User | None, at: datetime) -> int:
    """Open the cycle for all staff with the competencies and role profiles in use now. Returns how many people take part."""
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.state != ReviewCycle.State.PREPARATION:
        raise NotNow("This cycle was launched before.")
    if cycle.self_due_on < timezone.localdate(at):
        raise NotReady("The day for self-assessments has passed. Set later dates first.")
    versions = CompetencyVersion.objects.published().order_by("cluster__order", "competency__order", "pk")
    profile_set = ProfileSet.objects.in_use().order_by("-number").first()
    if not versions or profile_set is None:
        raise NotReady("Publish competencies and role profiles first; people are measured against them.")
    if len({version.scale_id for version in versions}) > 1:
        raise NotReady("The competencies in use have different level scales. Bring them to one scale first.")
    CycleCompetency.objects.bulk_create(
        CycleCompetency(cycle=cycle, version=version, order=order) for order, version in enumerate(versions, start=1)
    )
    cycle.state, cycle.profile_set, cycle.launched_at = ReviewCycle.State.OPEN, profile_set, at
    cycle.save(update_fields=["state", "profile_set", "launched_at"])
    people = _enrol(cycle, at=at)
    audit.record("launched", cycle, by=by, changes={"people": people})
    return people


@dataclass(frozen=True)
class Followed:
    """How many people joined a running cycle, and for how many the reviewing manager changed."""

    joined: int
    moved: int


@transaction.atomic
def follow_line(cycle: ReviewCycle, *, by: User | None, at: datetime) -> Followed:
    """Take in who joined since the launch and follow changes of manager. Safe to repeat.

    A review that the former manager has shared stays; an unshared one stays its author's and the new manager starts afresh.
    """
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    if not cycle.is_running(timezone.localdate(at)):
        raise NotNow("Only a running cycle follows the reporting line.")
    done = Followed(_enrol(cycle, at=at), _reassign(cycle))
    if done.joined or done.moved:
        audit.record("followed the reporting line", cycle, by=by, changes={"joined": done.joined, "moved": done.moved})
    return done


@transaction.atomic
def close(cycle: ReviewCycle, *, by: User | None, at: datetime) -> None:
    """End the cycle: nothing more can be written. Drafts stay with their authors and count nowhere."""
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.state != ReviewCycle.State.OPEN:
        raise NotNow("Only an open cycle can be closed.")
    cycle.state, cycle.closed_at = ReviewCycle.State.CLOSED, at
    cycle.save(update_fields=["state", "closed_at"])
    audit.record("closed", cycle, by=by)


def _enrol(cycle: ReviewCycle, *, at: datetime) -> int:
    """Give every active employee without one an assessment and its reviews: a handful of statements per 2,000 people."""
    profiles = dict(cycle.profile_set.profiles.values_list("job_role_id", "pk")) if cycle.profile_set else {}
    enrolled = cycle.assessments.values("employee")
    newcomers = Employee.objects.active().exclude(pk__in=enrolled).select_related("manager").order_by("pk")
    assessments = Assessment.objects.bulk_create(
        [
            Assessment(
                cycle=cycle,
                employee=person,
                manager=person.manager if person.manager and person.manager.is_active else None,
                profile_id=profiles.get(person.job_role_id or 0),
            )
            for person in newcomers
        ],
        batch_size=BATCH,
    )
    reviews = [Review(assessment=a, kind=Review.Kind.SELF, by=a.employee) for a in assessments]
    reviews += [Review(assessment=a, kind=Review.Kind.MANAGER, by=a.manager) for a in assessments if a.manager]
    Review.objects.bulk_create(reviews, batch_size=BATCH)
    due = date_format(cycle.self_due_on, "l j F")
    notify.tell_all(
        (a.employee.user_id for a in assessments),
        f"review-cycle-open:{cycle.pk}",
        f"{cycle.name}: your self-assessment is open until {due}. It stays private until you share it.",
        reverse("reviews:self"),
        at,
    )
    return len(assessments)


def _reassign(cycle: ReviewCycle) -> int:
    moved = list(cycle.assessments.out_of_line().select_related("employee__manager"))
    for assessment in moved:
        manager = assessment.employee.manager
        assessment.manager = manager if manager and manager.is_active else None
    bulk.update_rows(moved, ["manager"])
    settled = set(
        Review.objects.shared()
        .filter(assessment__in=moved, kind=Review.Kind.MANAGER)
        .values_list("assessment_id", flat=True)
    )
    Review.objects.bulk_create(
        [
            Review(assessment=a, kind=Review.Kind.MANAGER, by=a.manager)
            for a in moved
            if a.manager and a.pk not in settled
        ],
        batch_size=BATCH,
        ignore_conflicts=True,  # back to somebody who had begun: their draft is still there
    )
    return len(moved)


# --- ratings ----------------------------------------------------------------------------------------------------------


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
    if not review.is_own and (assessment.manager_id != by.pk or assessment.employee.manager_id != by.pk):
        raise NotYours(f"{assessment.employee} no longer reports to you. What you wrote stays here for you to read.")
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
        notify.tell(manager.user, f"review-shared:{review.pk}", text, reverse("reviews:team"), at)


# --- the talk ---------------------------------------------------------------------------------------------------------


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
    assessment = _lock_assessment(assessment, revision=revision, at=at)
    _check_may_agree(assessment, by=by)
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
    """The employee has read the agreed levels and says what they want said. The statement may be changed until the close."""
    assessment = _lock_assessment(assessment, revision=revision, at=at)
    if assessment.employee_id != by.pk:
        raise NotYours("Only the person concerned acknowledges their levels.")
    if assessment.agreed_at is None:
        raise NotNow("No levels have been agreed yet.")
    is_first = assessment.acknowledged_at is None
    assessment.acknowledged_at = assessment.acknowledged_at or at
    assessment.statement = statement.strip()
    assessment.save(update_fields=["acknowledged_at", "statement"])
    audit.record("acknowledged" if is_first else "statement changed", assessment, by=by.user, about=by.user)
    return assessment


def _check_may_agree(assessment: Assessment, *, by: Employee) -> None:
    if assessment.manager_id != by.pk or assessment.employee.manager_id != by.pk:
        raise NotYours("The manager of today records the agreed levels.")
    if assessment.acknowledged_at:
        raise NotNow(f"{assessment.employee} has acknowledged these levels; they stay as they are.")
    if not Assessment.objects.open_to_both().filter(pk=assessment.pk).exists():
        raise NotNow("Levels are agreed in the talk, after both of you have shared.")


def _lock_assessment(assessment: Assessment, *, revision: int, at: datetime) -> Assessment:
    assessment = (
        Assessment.objects.select_for_update(of=["self"])
        .select_related("cycle", "employee__user", "manager__user")
        .get(pk=assessment.pk)
    )
    if not assessment.cycle.is_running(timezone.localdate(at)):
        raise NotNow(f"{assessment.cycle} is closed.")
    if assessment.revision != revision:
        raise Stale("The agreed levels were changed since you opened this page. Read them again before you go on.")
    return assessment
