"""Learning and plans of the demo company: dates and ratings in the catalogue, one plan to look at, one offer, one duty."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from assessments.competencies.models import Competency, LearningKind
from development.models import Activity, Enrolment, Entry, PlanItem, Session
from development.services import catalogue, coaching, enrolments, library, plan, uptake, usefulness
from people.models import Employee, User

SESSIONS = (("Active listening workshop", 9, 12), ("Complaint handling", 16, 6), ("Plain words", 23, 12))
FULL = "Complaint handling"  # more people want to come than there are places
RATED = ("Active listening workshop", "Swap day", "Call clinic", "Ring back", "Bad-news rehearsal")
TAKERS = 40
NOTHING = {"kind": PlanItem.Kind.OWN, "text": "", "competency": None, "target_level": None, "review_on": None}


def load(*, at: datetime, owner: Employee, by: User, random: Random) -> str:
    """Take over the library's learning and show what people do with it; `owner` is whose plan is filled."""
    library.take_over(by=None)
    named = {activity.title: activity for activity in Activity.objects.all()}
    for title, days, seats in SESSIONS:
        starts_at = timezone.make_aware(datetime.combine(timezone.localdate(at) + timedelta(days=days), time(9, 30)))
        session = catalogue.add_session(named[title], starts_at=starts_at, place="Training room 2", seats=seats, by=by)
        if title == FULL:
            _fill(session, seats + 2, at, owner, random)
    _take_part([named[title] for title in RATED], at, owner, random)
    uptake.count(on=timezone.localdate(at))
    _require(owner, at, by)
    _plan(owner, named, at)
    return f"{len(named)} activities, a plan of {owner.plan_items.count()} items"


def _fill(session: Session, number: int, at: datetime, owner: Employee, random: Random) -> None:
    others = list(Employee.objects.active().exclude(pk=owner.pk).order_by("pk"))
    for employee in random.sample(others, min(number, len(others))):
        enrolments.join(session.activity, by=employee, session=session, waits=True, at=at - timedelta(days=2))


def _take_part(activities: list[Activity], at: datetime, owner: Employee, random: Random) -> None:
    others = list(Employee.objects.active().exclude(pk=owner.pk).order_by("pk"))
    rows = []
    for activity in activities:
        for employee in random.sample(others, random.randint(6, TAKERS // 2)):
            joined_at = at - timedelta(days=random.randint(45, 120))
            is_done = random.random() < 0.8
            rows.append(
                Enrolment(
                    employee=employee,
                    activity=activity,
                    joined_at=joined_at,
                    completed_on=timezone.localdate(joined_at) + timedelta(days=10) if is_done else None,
                    usefulness=random.choice((3, 4, 4, 5, 5)) if is_done else None,
                )
            )
    Enrolment.objects.bulk_create(rows)
    for activity in activities:
        usefulness.recount(activity)


def _require(owner: Employee, at: datetime, by: User) -> None:
    facts = {
        "title": "Electrical safety refresher",
        "text": "What to look for and what to leave alone when visiting a plant room.",
        "kind": LearningKind.FORMAL_TRAINING,
        "hours": 2,
        "provider": "Safety officer",
        "link": "",
    }
    activity = catalogue.offer(facts, [], by=by)
    on = timezone.localdate(at)
    reason = "The law asks it of everyone who visits plant rooms."
    due_on = on + timedelta(days=70)
    catalogue.require(activity, owner.unit, ground="legal", reason=reason, due_on=due_on, by=by, on=on, at=at)


def _plan(owner: Employee, named: dict[str, Activity], at: datetime) -> None:
    on = timezone.localdate(at)
    clarity = Competency.objects.get(key="clarity")
    rehearsal = plan.take(named["Bad-news rehearsal"], by=owner, competency_id=clarity.pk, level=3, at=at)
    plan.set_state(rehearsal, PlanItem.State.DOING, on=on)
    for number, text in enumerate(("Practise the delay message", "Practise the price rise", "Practise the no")):
        plan.tick(plan.add_step(rehearsal, text), number < 2, on=on - timedelta(days=7))
    plan.write(
        "The delay message went best with the reason second.", kind=Entry.Kind.EVIDENCE, item=rehearsal, by=owner, at=at
    )
    plan.share(rehearsal, True, by=owner)
    billing = plan.add(
        NOTHING | {"title": "Learn to read the billing screen", "review_on": on + timedelta(days=14)}, by=owner, at=at
    )
    plan.add_step(billing, "Ask for access")
    plan.add(NOTHING | {"title": "Find out whether team lead work suits me"}, by=owner, at=at)
    if owner.manager:
        words = "You asked how others hear such calls."
        call = named["Listen to a difficult call"]
        coaching.propose(owner, title=call.title, words=words, activity=call, by=owner.manager, at=at)
