"""What HR does with a cycle: launch it, keep it in step with the people, close it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from assessments.competencies.models import CompetencyVersion, ProfileSet
from assessments.reviews.models import Assessment, CycleCompetency, Review, ReviewCycle
from assessments.reviews.services.refusals import NotNow, NotReady
from core import audit, bulk, notify
from people.models import Employee, User

BATCH = 2000


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
