"""A running review cycle for a demo company: some have shared, some talks are done. Deterministic by its random numbers.

Launch goes through the services. The answers are written in bulk, as raters would have given them, because ten thousand
people cannot be clicked through; every rule of sharing holds for them (tests/test_demo.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.reviews import scoring, services
from assessments.reviews.models import AgreedLevel, Assessment, Obstacle, Rating, Review, ReviewCycle
from assessments.reviews.queries import asking
from assessments.reviews.queries.asking import Asked
from core import bulk
from people.models import User

BATCH = 2000


@dataclass(frozen=True)
class Shares:
    """How many have shared, talked, and read what was agreed."""

    own: float
    manager: float
    talked: float
    read: float


IN_FIRST_WEEKS, AT_THE_END = Shares(0.58, 0.5, 0.6, 0.7), Shares(1, 0.97, 1, 0.9)
ASKS_OTHERS = {"asks_peers": True, "asks_reports": True, "asks_externals": True}

# How far a rating lies from the needed level, and how often; the manager's view stays near the person's own.
OWN_OFFSETS = ((-2, 4), (-1, 24), (0, 50), (1, 20), (2, 2))
MANAGER_OFFSETS = ((-2, 4), (-1, 20), (0, 56), (1, 18), (2, 2))
NOT_ASSESSED_SHARE = 0.03

OBSTACLES = (
    ((Obstacle.PRACTICE,), ""),
    ((Obstacle.SKILL,), ""),
    ((Obstacle.RULES, Obstacle.PRACTICE), "The call target leaves no time for it"),
    ((Obstacle.TOOLS,), "No view of the billing screen"),
    ((Obstacle.TOOLS, Obstacle.SKILL), "The history is spread over three systems"),
    ((Obstacle.RULES,), "Anything above the limit has to wait for approval"),
    ((Obstacle.LEADER,), "Priorities change from week to week"),
    ((Obstacle.NOT_NEEDED,), ""),
)
EXAMPLES = (
    "A school was without heating on a Friday. I stayed on the line until the engineer had a time, and rang back on Monday.",
    "A clinic kept asking the same question. I wrote the steps down in four lines; they have not had to call since.",
    "Two teams each waited for the other. I got both to one table and the order left the same day.",
    "The bill was wrong twice. I traced it to the price list, had it corrected, and told the customer first.",
    "A colleague was stuck with an angry caller. We went through the call together, and the next one went well.",
    "I asked five customers what they do with our report. We dropped two pages and nobody missed them.",
)
STATEMENTS = ("I see it the same way.", "Agreed. I would like more time for practice.", "")


@transaction.atomic
def seed(
    *,
    by: User,
    at: datetime,
    random: Random,
    leave_open: Collection[int] = (),
    name: str = "",
    asks_others: bool = False,
) -> ReviewCycle:
    """Launch a cycle for all staff and fill in what people would have done in its first weeks.

    `leave_open` holds ids of employees whose own self-assessment, and whose reviews of others, stay untouched: those who
    sign in find their work still to be done. Answers the cycle of that name when there is one.
    """
    on = timezone.localdate(at)
    name = name or f"{_season(on.month)} {on.year}"
    if existing := ReviewCycle.objects.filter(name=name).first():
        return existing
    cycle = services.create_cycle(
        name=name,
        self_due_on=on + timedelta(days=11),
        manager_due_on=on + timedelta(days=25),
        closes_on=on + timedelta(days=53),
        by=by,
        **(_with_others(on) if asks_others else {}),
    )
    services.launch(cycle, by=by, at=at)
    cycle.refresh_from_db()
    answer(cycle, at=at, random=random, leave_open=set(leave_open))
    return cycle


def _with_others(on: date) -> dict[str, Any]:
    """Raters can still be named, and nothing of them is due before the managers' reviews are."""
    dates = {"named_by": on + timedelta(days=18), "feedback_due_on": on + timedelta(days=32)}
    return {**ASKS_OTHERS, **dates, "calibrates": True}


def _season(month: int) -> str:
    return ("Winter", "Spring", "Summer", "Autumn")[month % 12 // 3]


def answer(
    cycle: ReviewCycle, *, at: datetime, random: Random, leave_open: Collection[int], shares: Shares = IN_FIRST_WEEKS
) -> None:
    """Let people share, talk and read as they would have; `leave_open` as in `seed`."""
    people = _people(cycle)
    reviews = {
        (assessment, kind): pk
        for assessment, kind, pk in Review.objects.filter(assessment__cycle=cycle).values_list(
            "assessment_id", "kind", "pk"
        )
    }
    ratings: list[Rating] = []
    shared: list[int] = []
    agreed: list[AgreedLevel] = []
    talked: list[Assessment] = []
    for person in people:
        own = _view(person, OWN_OFFSETS, random)
        manager = _view(person, MANAGER_OFFSETS, random, near=own)
        has_own = random.random() < shares.own and person.assessment.employee_id not in leave_open
        has_manager = random.random() < shares.manager and person.assessment.manager_id not in (None, *leave_open)
        for is_shared, kind, levels in ((has_own, "self", own), (has_manager, "manager", manager)):
            if is_shared:
                review = reviews[person.assessment.pk, kind]
                shared.append(review)
                ratings += _ratings(review, person, levels, at, random)
        if has_own and has_manager and random.random() < shares.talked:
            agreed += _talk(person, manager, at, random, shares)
            talked.append(person.assessment)
    Rating.objects.bulk_create(ratings, batch_size=BATCH)
    Review.objects.filter(pk__in=shared).update(state=Review.State.SHARED, shared_at=at)
    AgreedLevel.objects.bulk_create(agreed, batch_size=BATCH)
    told = ["talk_on", "agreed_at", "agreed_by", "acknowledged_at", "statement", "revision"]
    bulk.update_rows(talked, told)


@dataclass(frozen=True)
class _Person:
    assessment: Assessment
    asked: list[Asked]
    previous: dict[int, int]  # last agreed level by competency


def _people(cycle: ReviewCycle) -> list[_Person]:
    """Everybody in the cycle with what they are asked; the questions are read once per role profile."""
    by_profile: dict[int | None, list[Asked]] = {}
    previous = _previous_levels(cycle)
    people = []
    for assessment in cycle.assessments.select_related("cycle", "manager").order_by("employee__number", "pk"):
        if assessment.profile_id not in by_profile:
            by_profile[assessment.profile_id] = asking.asked(assessment)
        earlier = previous.get(assessment.employee_id, {})
        people.append(_Person(assessment, by_profile[assessment.profile_id], earlier))
    return people


def _previous_levels(cycle: ReviewCycle) -> dict[int, dict[int, int]]:
    """The last agreed level of earlier cycles by employee and competency."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    earlier = AgreedLevel.objects.filter(assessment__cycle__launched_at__lt=cycle.launched_at)
    for level in earlier.select_related("competency", "assessment").order_by("agreed_on", "pk"):
        found[level.assessment.employee_id][level.competency.counts_for_id] = level.level
    return found


def _view(
    person: _Person, offsets: tuple[tuple[int, int], ...], random: Random, *, near: list[int | None] | None = None
) -> list[int | None]:
    """A level per competency asked: around the needed one, and half the time as the other view has it."""
    levels: list[int | None] = []
    for place, one in enumerate(person.asked):
        offset = random.choices([value for value, _ in offsets], [weight for _, weight in offsets])[0]
        is_left_out, agrees = random.random() < NOT_ASSESSED_SHARE, random.random() < 0.5
        other = near[place] if near else None
        if is_left_out:
            levels.append(None)
        elif agrees and other is not None:
            levels.append(other)
        else:
            levels.append(min(5, max(1, (one.required or 3) + offset)))
    return levels


def _ratings(review: int, person: _Person, levels: list[int | None], at: datetime, random: Random) -> Iterator[Rating]:
    for one, level in zip(person.asked, levels, strict=True):
        obstacles, note = random.choice(OBSTACLES) if scoring.asks_context(level, one.required) else ((), "")
        previous = person.previous.get(one.version.competency_id)
        has_example = scoring.needs_example(level, previous) or random.random() < 0.3
        yield Rating(
            review_id=review,
            version=one.version,
            answer=Rating.Answer.NOT_ASSESSED if level is None else Rating.Answer.RATED,
            level=level,
            example=random.choice(EXAMPLES) if has_example and level is not None else "",
            obstacles=[obstacle.value for obstacle in obstacles],
            obstacle_note=note,
            saved_at=at,
        )


def _talk(
    person: _Person, manager: list[int | None], at: datetime, random: Random, shares: Shares
) -> Iterator[AgreedLevel]:
    """The manager's view mostly stands; now and then the talk moves a level by one."""
    assessment = person.assessment
    assert assessment.manager is not None
    user = assessment.manager.user_id
    assessment.talk_on, assessment.agreed_at, assessment.agreed_by_id = timezone.localdate(at), at, user
    assessment.revision = 1
    if random.random() < shares.read:
        assessment.acknowledged_at, assessment.statement = at, random.choice(STATEMENTS)
    for one, level in zip(person.asked, manager, strict=True):
        moved = random.choice((-1, 1)) if random.random() < 0.1 else 0
        if level is not None:
            yield AgreedLevel(
                assessment=assessment,
                version=one.version,
                competency_id=one.version.competency_id,
                level=min(5, max(0, level + moved)),
                agreed_on=timezone.localdate(at),
                set_by_id=user,
            )
