"""Activities, plan items and notes, made by the services where that is short."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from assessments.competencies.models import LearningKind
from development.models import Activity, PlanItem, Session
from development.services import coaching, plan
from people.models import Employee

FACTS = {
    "kind": "own",
    "title": "Shadow a mentor",
    "text": "",
    "competency": None,
    "target_level": None,
    "review_on": None,
}


def activity(title: str = "Ten summaries", *, aims=(), **more) -> Activity:
    facts = {"text": "Sum up ten talks.", "kind": LearningKind.ON_THE_JOB, "hours": Decimal(2)} | more
    made = Activity.objects.create(title=title, **facts)
    for competency, level in aims:
        made.aims.create(competency=competency, level=level)
    return made


def session(of: Activity, seats: int = 2, days: int = 7) -> Session:
    starts_at = timezone.now().replace(second=0, microsecond=0) + timedelta(days=days)
    return of.sessions.create(starts_at=starts_at, place="Room 1", seats=seats)


def item(owner: Employee, *, is_shared: bool = False, **facts) -> PlanItem:
    made = plan.add(FACTS | facts, by=owner, at=timezone.now())
    return plan.share(made, True, by=owner) if is_shared else made


def proposal(by: Employee, employee: Employee, title: str = "Call clinic"):
    return coaching.propose(employee, title=title, words="", activity=None, by=by, at=timezone.now())


def note(by: Employee, about: Employee, text: str = "You listened well.", *, is_shared: bool = False):
    return coaching.note(about, text, is_shared=is_shared, by=by, at=timezone.now())
