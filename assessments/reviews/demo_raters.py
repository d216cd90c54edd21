"""Colleagues and customers in a demo company: an earlier cycle with its 360 reports, and lists of the running one.

Naming, approving, releasing and closing go through the services. What raters answered is written in bulk and deleted by
the release, as always.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from assessments.reviews import demo, services
from assessments.reviews.models import Assessment, Feedback, FeedbackRating, Rater, ReviewCycle
from assessments.reviews.queries import feedback as reads
from assessments.reviews.queries.raters import External
from assessments.reviews.services import raters, release, reports, summaries
from people.models import Employee, Unit, User

PILOT_DAYS = 45
MOST_PEERS = 4
ANSWERED_SHARE = 0.9
CUSTOMERS = (
    External("Greta Lund", "greta.lund@harbourschool.example", "Harbour School"),
    External("Tomasz Bielak", "tomasz.bielak@stannes.example", "St Anne’s Clinic"),
    External("Farida Noon", "farida.noon@millparkhomes.example", "Mill Park Homes"),
)
KEEP = (
    "Stays with a problem until somebody has really solved it.",
    "Says honestly when something takes longer, before I have to ask.",
    "Writes down what was agreed; nobody needs to ask twice.",
    "Asks what I need it for. The answer fits then.",
    "Brings the right people to one table.",
    "",
)
TRY = (
    "Let others speak first now and then.",
    "Tell us earlier when a date moves.",
    "Share what you learnt from the school project with the others.",
    "Pass on more; you need not do it all yourself.",
    "",
    "",
)


@transaction.atomic
def pilot(*, unit: Unit, leader: Employee, by: User, at: datetime, random: Random) -> ReviewCycle:
    """A cycle of one unit that is over: levels agreed, reports made for the leader and whoever reports to them."""
    name = f"Pilot in {unit.name}"
    if existing := ReviewCycle.objects.filter(name=name).first():
        return existing
    start = timezone.localdate(at)
    days = {"self_due_on": 14, "named_by": 14, "manager_due_on": 28, "feedback_due_on": 30, "closes_on": PILOT_DAYS}
    dates = {field: start + timedelta(days=number) for field, number in days.items()}
    cycle = services.create_cycle(name=name, units=[unit], by=by, **dates, **demo.ASKS_OTHERS)
    services.launch(cycle, by=by, at=at)
    team = [leader, *leader.reports.active().order_by("number")]
    asked = [rater for person in team for rater in _ask(cycle, person, team, at=at)]
    _answer(asked, at=at, random=random)
    release.release(cycle, at=at + timedelta(days=31), random=random)
    cycle.refresh_from_db()
    demo.answer(cycle, at=at + timedelta(days=35), random=random, leave_open=(), shares=demo.AT_THE_END)
    passed_on = Assessment.objects.filter(cycle=cycle, employee__in=team[1::2], others_report__isnull=False)
    for assessment in passed_on.select_related("employee__user"):
        reports.pass_on(assessment, by=assessment.employee, at=at + timedelta(days=36))
    closed_at = at + timedelta(days=PILOT_DAYS + 1)
    services.close(cycle, by=None, at=closed_at)
    summaries.summarise(cycle, on=timezone.localdate(closed_at))
    return cycle


@transaction.atomic
def name_raters(cycle: ReviewCycle, *, leader: Employee, employee: Employee, at: datetime) -> int:
    """Lists of a leader's team in the running cycle; returns how many people are on them.

    Two lists wait for the leader, the others are approved; `employee` is asked about two colleagues and finds their own
    list still to be made.
    """
    if Rater.objects.filter(assessment__cycle=cycle).exists():
        return 0
    team = [person for person in leader.reports.active().order_by("number") if person.pk != employee.pk][:6]
    for place, person in enumerate(team):
        assessment = _assessment(cycle, person)
        beside = [team[(place + step) % len(team)] for step in (1, 2)]
        colleagues = [employee, *beside] if place < 2 else beside
        customers = [CUSTOMERS[place % len(CUSTOMERS)]] if place % 2 == 0 else []
        raters.propose(assessment, colleagues=colleagues, externals=customers, by=person, at=at)
        if place < len(team) - 2:
            raters.approve(assessment, assessment.raters.all(), by=leader.user, at=at)
    return Rater.objects.filter(assessment__cycle=cycle).count()


def _assessment(cycle: ReviewCycle, person: Employee) -> Assessment:
    return Assessment.objects.select_related("cycle", "employee__user", "manager__user").get(
        cycle=cycle, employee=person
    )


def _ask(cycle: ReviewCycle, person: Employee, team: Sequence[Employee], *, at: datetime) -> list[Rater]:
    """Reports of a leader, a few colleagues of everybody else, and every other time customers."""
    leader, place = team[0], team.index(person)
    assessment = _assessment(cycle, person)
    if person.pk == leader.pk:
        chosen = [(one, Rater.Group.REPORT) for one in team[1:]]
    else:
        around = [one for one in team[1:] if one.pk != person.pk]
        chosen = [
            (around[(place + step) % len(around)], Rater.Group.PEER) for step in range(min(MOST_PEERS, len(around)))
        ]
    rows = [Rater(assessment=assessment, group=group, employee=one) for one, group in chosen]
    if place % 2 == 1:
        rows += [
            Rater(
                assessment=assessment,
                group=Rater.Group.EXTERNAL,
                name=one.name,
                email=one.email,
                organisation=one.organisation,
            )
            for one in CUSTOMERS
        ]
    for row in rows:
        row.state, row.asked_at, row.proposed_by = Rater.State.APPROVED, at, person.user
    return Rater.objects.bulk_create(rows)


def _answer(asked: Sequence[Rater], *, at: datetime, random: Random) -> None:
    """Around the needed level, one up or down; now and then somebody cannot judge."""
    day = timezone.localdate(at) + timedelta(days=20)
    questions: dict[tuple[int, bool], list[reads.Asked]] = {}
    written, ratings = [], []
    for rater in asked:
        if random.random() > ANSWERED_SHARE:
            continue
        key = (rater.assessment_id, rater.is_external)
        if key not in questions:
            questions[key] = reads.asked_of(rater)
        feedback = Feedback(
            rater=rater,
            state=Feedback.State.SUBMITTED,
            submitted_on=day,
            keep_doing=random.choice(KEEP),
            try_next=random.choice(TRY),
        )
        written.append(feedback)
        for one in questions[key]:
            near = min(5, max(1, (one.required or 3) + random.choice((-1, 0, 0, 0, 1))))
            level = None if random.random() < 0.08 else near
            ratings.append(FeedbackRating(feedback=feedback, version=one.version, level=level))
    Feedback.objects.bulk_create(written)
    FeedbackRating.objects.bulk_create(ratings, batch_size=demo.BATCH)
