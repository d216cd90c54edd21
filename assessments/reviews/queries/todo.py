"""What waits for a person in the running cycles, for home pages and badges. Never anything about somebody's draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from django.db.models import Count, Q
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


@dataclass(frozen=True)
class TeamReviews:
    """What waits for a manager about direct reports, soonest first, and how far they have come; None when no cycle is running."""

    waiting: list[OpenReview]
    progress: TeamProgress | None


Cycles = Mapping[int, ReviewCycle]  # the running ones by primary key, the newest first


def my_open_reviews(viewer: Viewer, *, on: date) -> list[OpenReview]:
    """Soonest first. Ten queries at most, whatever the size of the team."""
    me = viewer.employee
    if me is None:
        return []
    cycles = _running(on)
    found = [
        *_self_assessments(me, cycles, on),
        *_results_to_read(me, cycles),
        *_feedback_to_give(me, on),
        *_raters_to_name(me, cycles, on),
    ]
    return sorted([*found, *_waiting_of_team(me, cycles, on)], key=_by_day)


def team_reviews(manager: Employee, *, on: date) -> TeamReviews:
    """Seven queries at most, whatever the size of the team."""
    cycles = _running(on)
    return TeamReviews(_waiting_of_team(manager, cycles, on), _progress(manager, cycles))


def _running(on: date) -> Cycles:
    return ReviewCycle.objects.open().filter(closes_on__gte=on).order_by("-launched_at").in_bulk()


def _waiting_of_team(manager: Employee, cycles: Cycles, on: date) -> list[OpenReview]:
    """Reviews, talks, names to approve."""
    found = [
        *_manager_reviews(manager, cycles, on),
        *_talks(manager, cycles),
        *_raters_to_approve(manager, cycles, on),
    ]
    return sorted(found, key=_by_day)


def _by_day(one: OpenReview) -> tuple[date, str]:
    return one.due_on, one.kind


def _progress(manager: Employee, cycles: Cycles) -> TeamProgress | None:
    cycle = next(iter(cycles.values()), None)
    if cycle is None:
        return None
    team = cycle.assessments.managed_by(manager).taking_part().filter(employee__is_active=True).with_states()
    states = list(team.order_by().values_list("has_own", "has_manager", "agreed_at"))  # type: ignore[misc]  # annotated
    return TeamProgress(
        cycle.name,
        cycle.manager_due_on,
        people=len(states),
        self_shared=sum(own for own, _, _ in states),
        manager_shared=sum(by_manager for _, by_manager, _ in states),
        agreed=sum(agreed_at is not None for _, _, agreed_at in states),
    )


def _drafts(me: Employee, kind: Review.Kind, cycles: Cycles) -> list[Review]:
    """My own unshared reviews in running cycles, with `answered`, how many competencies have an answer."""
    answered = Count("ratings", filter=~Q(ratings__answer=Rating.Answer.OPEN))
    return list(
        Review.objects.filter(
            by=me, kind=kind, state=Review.State.DRAFT, assessment__cycle__in=[*cycles], assessment__is_excused=False
        )
        .of_record()
        .select_related("assessment")
        .only("assessment__cycle", "assessment__profile", "assessment__manager")
        .annotate(answered=answered)
        .order_by("assessment__cycle_id", "pk")
    )


def _self_assessments(me: Employee, cycles: Cycles, on: date) -> list[OpenReview]:
    reviews = _drafts(me, Review.Kind.SELF, cycles)
    totals = asking.totals([review.assessment for review in reviews])
    found = []
    for review in reviews:
        left = totals[review.assessment_id] - review.answered  # type: ignore[attr-defined]  # annotated
        cycle = cycles[review.assessment.cycle_id]
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


def _manager_reviews(me: Employee, cycles: Cycles, on: date) -> list[OpenReview]:
    """One entry per cycle for all direct reports still to be reviewed."""
    reviews = [r for r in _drafts(me, Review.Kind.MANAGER, cycles) if r.assessment.manager_id == me.pk]
    totals = asking.totals([review.assessment for review in reviews])
    found = []
    for cycle, group in groupby(reviews, key=lambda review: cycles[review.assessment.cycle_id]):
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


def _talks(me: Employee, cycles: Cycles) -> list[OpenReview]:
    """Both have shared and no levels are agreed yet."""
    waiting = (
        Assessment.objects.managed_by(me)
        .taking_part()
        .filter(cycle__in=[*cycles], agreed_at=None, employee__is_active=True)
        .open_to_both()
        .order_by("cycle_id", "employee__name")
        .values_list("cycle_id", "employee__name")
    )
    found = []
    for cycle, group in groupby(waiting, key=lambda one: cycles[one[0]]):
        people = [name for _, name in group]
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


def _results_to_read(me: Employee, cycles: Cycles) -> list[OpenReview]:
    agreed = Assessment.objects.filter(
        employee=me, cycle__in=[*cycles], agreed_at__isnull=False, acknowledged_at=None
    ).values_list("pk", "cycle")
    return [
        OpenReview(
            "acknowledge",
            f"Read your agreed levels, {cycles[cycle].name}",
            "Agreed in your talk; add your statement if you like",
            READING_MINUTES,
            cycles[cycle].closes_on,
            False,
            reverse("reviews:result", args=[assessment]),
        )
        for assessment, cycle in agreed
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


def _raters_to_name(me: Employee, cycles: Cycles, on: date) -> list[OpenReview]:
    """Own lists with nobody on them, as long as names can be sent."""
    naming = {pk: cycle.named_by for pk, cycle in cycles.items() if cycle.named_by and cycle.named_by >= on}
    kept = Rater.objects.filter(state__in=[Rater.State.PROPOSED, Rater.State.APPROVED])
    empty = (
        Assessment.objects.filter(employee=me, cycle__in=[*naming])
        .taking_part()
        .exclude(pk__in=kept.filter(assessment__employee=me).values("assessment"))
        .values_list("pk", "cycle")
    )
    return [
        OpenReview(
            "raters",
            f"Name who else is asked about you, {cycles[cycle].name}",
            "They are shown as groups only; your manager approves them",
            NAMING_MINUTES,
            naming[cycle],
            False,
            reverse("reviews:raters", args=[assessment]),
        )
        for assessment, cycle in empty
    ]


def _raters_to_approve(me: Employee, cycles: Cycles, on: date) -> list[OpenReview]:
    """One entry per cycle for all names that wait for this manager."""
    asking_now = [pk for pk, cycle in cycles.items() if cycle.feedback_due_on and cycle.feedback_due_on >= on]
    waiting = (
        Rater.objects.filter(
            state=Rater.State.PROPOSED,
            assessment__in=Assessment.objects.managed_by(me).taking_part().filter(cycle__in=asking_now),
        )
        .order_by("assessment__cycle_id", "assessment__employee__name", "pk")
        .values_list("assessment__cycle_id", "assessment_id", "assessment__employee__name")
    )
    found = []
    for cycle, group in groupby(waiting, key=lambda one: cycles[one[0]]):
        people = {assessment: name for _, assessment, name in group}
        first, name = next(iter(people.items()))
        others = f" and {len(people) - 1} more" if len(people) > 1 else ""
        url = reverse("reviews:team") if others else reverse("reviews:raters", args=[first])
        due = cycle.named_by or cycle.closes_on
        title, why = f"Approve raters, {cycle.name}", f"Named by {name}{others}"
        found.append(OpenReview("approval", title, why, NAMING_MINUTES, due, due < on, url, len(people)))
    return found
