"""What waits for a person in the running cycles, for home pages and badges. Never anything about somebody's draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from assessments.reviews.models import Assessment, Rater, Rating, Review, ReviewCycle
from assessments.reviews.queries import asking, feedback
from people.access import Viewer
from people.models import Employee

TALK_MINUTES = 30
READING_MINUTES = 5
NAMING_MINUTES = 5
FEEDBACK_MINUTES = 7  # about one colleague
NAMED_ONE_BY_ONE = 3  # more colleagues than this are said in one row


@dataclass(frozen=True)
class OpenReview:
    """One entry of a to-do list. `count` is how many people it concerns."""

    kind: Literal["self", "manager", "talk", "acknowledge", "feedback", "raters", "approval"]
    title: str
    why: str
    minutes: int
    due_on: date
    is_late: bool
    url: str
    count: int = 1


@dataclass(frozen=True)
class TeamProgress:
    """Direct reports in the newest running cycle: what has been shared and agreed, never what has been begun."""

    cycle_name: str
    due_on: date
    people: int
    self_shared: int
    manager_shared: int
    agreed: int


def my_open_reviews(viewer: Viewer, *, on: date) -> list[OpenReview]:
    """Soonest first. Nine queries at most, whatever the size of the team."""
    me = viewer.employee
    if me is None:
        return []
    found = [
        *_self_assessments(me, on),
        *_results_to_read(me, on),
        *_feedback_to_give(me, on),
        *_raters_to_name(me, on),
    ]
    return sorted([*found, *waiting_of_team(me, on=on)], key=_by_day)


def waiting_of_team(manager: Employee, *, on: date) -> list[OpenReview]:
    """What waits for a manager about direct reports, soonest first: reviews, talks, names to approve. Five queries at most."""
    found = [*_manager_reviews(manager, on), *_talks(manager, on), *_raters_to_approve(manager, on)]
    return sorted(found, key=_by_day)


def _by_day(one: OpenReview) -> tuple[date, str]:
    return one.due_on, one.kind


def team_progress(manager: Employee, *, on: date) -> TeamProgress | None:
    """None when no cycle is running."""
    cycle = _running(on).order_by("-launched_at").first()
    if cycle is None:
        return None
    counts = (
        cycle.assessments.managed_by(manager)
        .taking_part()
        .filter(employee__is_active=True)
        .with_states()
        .aggregate(
            people=Count("pk"),
            self_shared=Count("pk", filter=Q(has_own=True)),
            manager_shared=Count("pk", filter=Q(has_manager=True)),
            agreed=Count("pk", filter=Q(agreed_at__isnull=False)),
        )
    )
    return TeamProgress(cycle.name, cycle.manager_due_on, **counts)


def _running(on: date) -> QuerySet[ReviewCycle]:
    return ReviewCycle.objects.open().filter(closes_on__gte=on)


def _drafts(me: Employee, kind: Review.Kind, on: date) -> list[Review]:
    """My own unshared reviews in running cycles, with `answered`, how many competencies have an answer."""
    answered = Count("ratings", filter=~Q(ratings__answer=Rating.Answer.OPEN))
    return list(
        Review.objects.filter(
            by=me, kind=kind, state=Review.State.DRAFT, assessment__cycle__in=_running(on), assessment__is_excused=False
        )
        .of_record()
        .select_related("assessment__cycle")
        .annotate(answered=answered)
        .order_by("assessment__cycle_id", "pk")
    )


def _self_assessments(me: Employee, on: date) -> list[OpenReview]:
    reviews = _drafts(me, Review.Kind.SELF, on)
    totals = asking.totals([review.assessment for review in reviews])
    found = []
    for review in reviews:
        left = totals[review.assessment_id] - review.answered  # type: ignore[attr-defined]  # annotated
        cycle = review.assessment.cycle
        found.append(
            OpenReview(
                "self",
                f"Self-assessment, {cycle.name}",
                f"{left} of {totals[review.assessment_id]} competencies open; private until you share it"
                if left
                else "All answered; read it through and share it",
                max(left * asking.MINUTES_EACH, READING_MINUTES),
                cycle.self_due_on,
                cycle.self_due_on < on,
                reverse("reviews:self"),
            )
        )
    return found


def _manager_reviews(me: Employee, on: date) -> list[OpenReview]:
    """One entry per cycle for all direct reports still to be reviewed."""
    reviews = [r for r in _drafts(me, Review.Kind.MANAGER, on) if r.assessment.manager_id == me.pk]
    totals = asking.totals([review.assessment for review in reviews])
    found = []
    for cycle, group in groupby(reviews, key=lambda review: review.assessment.cycle):
        mine = list(group)
        left = sum(totals[r.assessment_id] - r.answered for r in mine)  # type: ignore[attr-defined]  # annotated
        found.append(
            OpenReview(
                "manager",
                f"Review your team, {cycle.name}",
                f"{len(mine)} {'person' if len(mine) == 1 else 'people'} left; each review is yours alone until you share it",
                max(left * asking.MINUTES_EACH, READING_MINUTES),
                cycle.manager_due_on,
                cycle.manager_due_on < on,
                reverse("reviews:team"),
                len(mine),
            )
        )
    return found


def _talks(me: Employee, on: date) -> list[OpenReview]:
    """Both have shared and no levels are agreed yet."""
    waiting = (
        Assessment.objects.managed_by(me)
        .taking_part()
        .filter(cycle__in=_running(on), agreed_at=None, employee__is_active=True)
        .open_to_both()
        .select_related("cycle", "employee")
        .order_by("cycle_id", "employee__name")
    )
    found = []
    for cycle, group in groupby(waiting, key=lambda assessment: assessment.cycle):
        people = [assessment.employee.name for assessment in group]
        others = f" and {len(people) - 1} more" if len(people) > 1 else ""
        found.append(
            OpenReview(
                "talk",
                f"Talk and agree levels, {cycle.name}",
                f"Both views are shared: {people[0]}{others}",
                TALK_MINUTES * len(people),
                cycle.closes_on,
                False,
                reverse("reviews:team"),
                len(people),
            )
        )
    return found


def _results_to_read(me: Employee, on: date) -> list[OpenReview]:
    agreed = Assessment.objects.filter(
        employee=me, cycle__in=_running(on), agreed_at__isnull=False, acknowledged_at=None
    ).select_related("cycle")
    return [
        OpenReview(
            "acknowledge",
            f"Read your agreed levels, {assessment.cycle.name}",
            "Agreed in your talk; add your statement if you like",
            READING_MINUTES,
            assessment.cycle.closes_on,
            False,
            reverse("reviews:result", args=[assessment.pk]),
        )
        for assessment in agreed
    ]


def _feedback_to_give(me: Employee, on: date) -> list[OpenReview]:
    """Colleagues whom one is asked about and has not answered yet; known to nobody else."""
    waiting = [one for one in feedback.assignments(me, on=on) if not one.is_submitted]
    found = []
    for cycle, group in groupby(waiting, key=lambda one: one.cycle):
        asked = list(group)
        why = "Shown in a group only; nobody is told whether you answered"
        due_on = cycle.feedback_due_on or cycle.closes_on
        if len(asked) > NAMED_ONE_BY_ONE:
            title = f"Feedback for {len(asked)} colleagues, {cycle.name}"
            url = f"{reverse('reviews:mine')}#asked"
            found.append(
                OpenReview("feedback", title, why, FEEDBACK_MINUTES * len(asked), due_on, False, url, len(asked))
            )
            continue
        for one in asked:
            url = reverse("reviews:feedback_form", args=[one.rater.pk])
            title = f"Feedback for {one.about.name}, {cycle.name}"
            found.append(OpenReview("feedback", title, why, FEEDBACK_MINUTES, due_on, False, url))
    return found


def _raters_to_name(me: Employee, on: date) -> list[OpenReview]:
    """Own lists with nobody on them, as long as names can be sent."""
    kept = Rater.objects.filter(state__in=[Rater.State.PROPOSED, Rater.State.APPROVED])
    empty = (
        Assessment.objects.filter(employee=me, cycle__in=_running(on), cycle__named_by__gte=on)
        .taking_part()
        .exclude(pk__in=kept.filter(assessment__employee=me).values("assessment"))
        .select_related("cycle")
    )
    return [
        OpenReview(
            "raters",
            f"Name who else is asked about you, {assessment.cycle.name}",
            "They are shown as groups only; your manager approves them",
            NAMING_MINUTES,
            assessment.cycle.named_by,
            False,
            reverse("reviews:raters", args=[assessment.pk]),
        )
        for assessment in empty
        if assessment.cycle.named_by
    ]


def _raters_to_approve(me: Employee, on: date) -> list[OpenReview]:
    """One entry per cycle for all names that wait for this manager."""
    waiting = (
        Rater.objects.filter(
            state=Rater.State.PROPOSED,
            assessment__in=Assessment.objects.managed_by(me).taking_part(),
            assessment__cycle__in=_running(on).filter(feedback_due_on__gte=on),
        )
        .select_related("assessment__cycle", "assessment__employee")
        .order_by("assessment__cycle_id", "assessment__employee__name", "pk")
    )
    found = []
    for cycle, group in groupby(waiting, key=lambda rater: rater.assessment.cycle):
        people = {rater.assessment_id: rater.assessment for rater in group}
        first = next(iter(people.values()))
        others = f" and {len(people) - 1} more" if len(people) > 1 else ""
        url = reverse("reviews:team") if others else reverse("reviews:raters", args=[first.pk])
        due = cycle.named_by or cycle.closes_on
        title, why = f"Approve raters, {cycle.name}", f"Named by {first.employee.name}{others}"
        found.append(OpenReview("approval", title, why, NAMING_MINUTES, due, due < on, url, len(people)))
    return found
