"""What HR does with a cycle: launch it, keep it in step with the people, close it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from assessments.competencies.models import CompetencyVersion, ProfileSet
from assessments.reviews.models import Assessment, CycleCompetency, Feedback, Rater, Review, ReviewCycle
from assessments.reviews.queries import audience
from assessments.reviews.services.refusals import NotNow, NotReady
from core import audit, bulk, notify
from people.models import User

BATCH = 2000


@transaction.atomic
def launch(cycle: ReviewCycle, *, by: User | None, at: datetime) -> int:
    """Open the cycle for its audience, with the competencies and role profiles in use now; returns how many take part."""
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.state != ReviewCycle.State.PREPARATION:
        raise NotNow("This cycle was launched before.")
    if passed := audience.passed_day(cycle, timezone.localdate(at)):
        raise NotReady(passed)
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
    if not people:
        raise NotReady("Nobody is in the audience. Choose other units or job roles.")
    audit.record("launched", cycle, by=by, changes={"people": people})
    return people


@dataclass(frozen=True)
class Followed:
    """How many people joined a running cycle, for how many the reviewing manager changed, and how many left."""

    joined: int
    moved: int
    left: int = 0


@transaction.atomic
def follow_line(cycle: ReviewCycle, *, by: User | None, at: datetime) -> Followed:
    """Take in who joined since the launch, follow changes of manager and unit, excuse who left. Safe to repeat.

    A review that the former manager has shared stays; an unshared one stays its author's and the new manager starts
    afresh. Whoever moved out of the audience stays in the cycle: they have begun.
    """
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    if not cycle.is_running(timezone.localdate(at)):
        raise NotNow("Only a running cycle follows the reporting line.")
    done = Followed(_enrol(cycle, at=at), _reassign(cycle), _excuse_leavers(cycle))
    if done != Followed(0, 0):
        changes = {"joined": done.joined, "moved": done.moved, "left": done.left}
        audit.record("followed the reporting line", cycle, by=by, changes=changes)
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
    """Give everybody of the audience without one an assessment and its reviews: few statements per 2,000 people."""
    profiles = dict(cycle.profile_set.profiles.values_list("job_role_id", "pk")) if cycle.profile_set else {}
    enrolled = cycle.assessments.values("employee")
    newcomers = audience.people_of(cycle).exclude(pk__in=enrolled).select_related("manager").order_by("pk")
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
    users = [a.employee.user_id for a in assessments]
    notify.tell_all(
        users,
        f"review-cycle-open:{cycle.pk}",
        f"{cycle.name}: your self-assessment is open until {due}. It stays private until you share it.",
        reverse("reviews:self"),
        at,
    )
    if cycle.named_by and cycle.takes_nominations(timezone.localdate(at)):
        until = date_format(cycle.named_by, "l j F")
        text = f"{cycle.name}: name until {until} who else is asked about you. They are shown as groups only."
        notify.tell_all(users, f"review-raters-open:{cycle.pk}", text, reverse("reviews:my_raters"), at)
    return len(assessments)


def _reassign(cycle: ReviewCycle) -> int:
    locked = list(cycle.assessments.out_of_line().select_for_update(of=("self",)).values_list("pk", flat=True))
    # Read again: an assignment by hand may have been made while the lock was waited for.
    moved = list(cycle.assessments.out_of_line().filter(pk__in=locked).select_related("employee__manager"))
    for assessment in moved:
        manager = assessment.employee.manager
        assessment.manager = manager if manager and manager.is_active else None
        assessment.is_assigned_by_hand = False
        assessment.is_report_shared = False  # it was passed on to the former manager
    bulk.update_rows(moved, ["manager", "is_assigned_by_hand", "is_report_shared"])
    start_manager_reviews(moved)
    return len(moved)


def start_manager_reviews(moved: Sequence[Assessment]) -> None:
    """Give whoever reviews now a review to write, unless one was shared before. Managers are no raters beside that."""
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
    doubled = Rater.objects.filter(assessment__in=moved, employee=F("assessment__manager"))
    Feedback.objects.filter(rater__in=doubled, rater__assessment__cycle__released_at=None).delete()
    doubled.update(state=Rater.State.REMOVED)


def _excuse_leavers(cycle: ReviewCycle) -> int:
    left = cycle.assessments.filter(employee__is_active=False, is_excused=False, agreed_at=None)
    return left.update(is_excused=True)
