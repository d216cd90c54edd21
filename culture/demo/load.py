"""Load the demo company step by step. A step that was completed is never repeated, so an interrupted load goes on.

A step is one transaction; each completed one leaves an audit entry, which is also its marker. Dates are shifted as
goals.yaml says: by the days from its anchor date to the day on which the load began.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assessments.competencies import content as competency_content
from assessments.competencies import demo as demo_model
from assessments.competencies.models import Competency
from assessments.reviews import demo as demo_reviews
from assessments.reviews import demo_raters
from assessments.surveys import content as survey_content
from core import audit, days_off, shipped
from core.errors import DomainError
from core.models import AuditEntry
from culture.demo import DOMAIN, SIGN_INS, company, own_goals
from culture.demo import change as demo_change
from culture.demo import people as demo_people
from culture.demo import promises as demo_promises
from culture.demo import surveys as demo_surveys
from culture.demo import voices as demo_voices
from development import demo as demo_development
from goals import demo as demo_goals
from goals import rollup
from people.models import Employee, RoleGrant, Unit, User
from recognition import demo as demo_recognition

CONTENT = Path(settings.BASE_DIR) / "culture" / "content"
CYCLE_OPEN_SINCE, PILOT_SINCE = timedelta(days=4), timedelta(days=200)
_LEADER, _EMPLOYEE = "owen.castellane", "noor.abbasi"
_VERB = "loaded the demo: "


class NotEmpty(DomainError):
    """Somebody else's organisation is in the database."""


@dataclass(frozen=True)
class Step:
    """`run` gets the moment to which the demo's dates refer and returns one line on what there is now."""

    key: str
    run: Callable[[datetime], str]


@cache
def content(name: str) -> Any:
    return shipped.read(CONTENT / name)


def load(say: Callable[[str], None], *, at: datetime) -> None:
    """Run every step that has not been completed; `say` hears one line per step. Raises NotEmpty."""
    if Employee.objects.exists() and not is_loaded("people"):
        raise NotEmpty("The database already holds people who are not the demo company's. Use an empty database.")
    for number, step in enumerate(STEPS, start=1):
        label = f"{number} of {len(STEPS)}, {step.key}"
        if is_loaded(step.key):
            say(f"{label}: was loaded before")
            continue
        with transaction.atomic():
            said = step.run(_began_at(at))
            audit.record(_VERB + step.key, Unit.objects.get(parent=None), by=None, changes={"at": at.isoformat()})
        say(f"{label}: {said}")


def is_loaded(key: str) -> bool:
    return AuditEntry.objects.filter(verb=_VERB + key).exists()


def is_complete() -> bool:
    return all(is_loaded(step.key) for step in STEPS)


def _began_at(at: datetime) -> datetime:
    """When the load began: a resumed load keeps the dates of the first one."""
    first = AuditEntry.objects.filter(verb__startswith=_VERB).order_by("pk").first()
    return datetime.fromisoformat(first.changes["at"]) if first else at


def _content(at: datetime) -> str:
    return load_content()


def load_content() -> str:
    """The shipped questionnaire and competency library; what is there already stays."""
    version = survey_content.load(CONTENT / "instrument.yaml", by=None)
    competency_content.load(CONTENT / "competencies.yaml", by=None)
    return f"{version}, {Competency.objects.count()} competencies"


def _people(at: datetime) -> str:
    plan = company.tarnbrook(content("goals.yaml"), timezone.localdate(at))
    demo_people.write(plan, content("competencies.yaml")["role_profiles"])
    _keep_days_off(timezone.localdate(at).year)
    return f"{len(plan.people)} people in {len(plan.units)} units"


def _keep_days_off(year: int) -> None:
    """The same in this year and the next: days that move are for HR to paste."""
    yearly = (("01-01", "New Year’s Day"), ("05-01", "May Day"), ("12-25", "Christmas Day"), ("12-26", "Boxing Day"))
    lines = [f"{one}-{day}, {name}" for one in (year, year + 1) for day, name in yearly]
    days_off.add(days_off.parse("\n".join(lines)), by=None)


def _goals(at: datetime) -> str:
    people = {employee.name: employee for employee in Employee.objects.all()}
    cycle = demo_goals.load_goals(
        CONTENT / "goals.yaml",
        on=timezone.localdate(at),
        people_by_ref={person["ref"]: people[person["name"]] for person in content("goals.yaml")["people"]},
        units_by_key={unit.key: unit for unit in Unit.objects.all()},
        by=hr(),
    )
    lead = people["Owen Castellane"]
    named = {person["name"] for person in content("goals.yaml")["people"]}
    team = [person for person in lead.reports.order_by("pk") if person.name not in named]
    own_goals.load(cycle, team, on=timezone.localdate(at))
    rollup.rebuild(cycle.pk, on=timezone.localdate(at), at=timezone.now())
    rollup.rewrite(cycle.pk, on=timezone.localdate(at))
    return f"{cycle.goals.count()} goals, {cycle.name}"


def _surveys(at: datetime) -> str:
    return demo_surveys.load(at, by=hr(), unanswered=sign_ins())


def _customers(at: datetime) -> str:
    return demo_voices.load(at, by=hr())


def _change(at: datetime) -> str:
    return demo_change.load(at, by=hr())


def _reviews(at: datetime) -> str:
    opened_at = at - CYCLE_OPEN_SINCE
    leader, employee = (Employee.objects.get(user__email=f"{name}@{DOMAIN}") for name in (_LEADER, _EMPLOYEE))
    pilot = demo_raters.pilot(
        unit=leader.unit.parent or leader.unit, leader=leader, by=hr(), at=at - PILOT_SINCE, random=Random("pilot")
    )
    cycle = demo_reviews.seed(
        by=hr(),
        at=opened_at,
        random=Random("reviews"),
        leave_open=[employee.pk for employee in sign_ins()],
        asks_others=True,
    )
    named = demo_raters.name_raters(cycle, leader=leader, employee=employee, at=opened_at)
    return f"{cycle}, open for {cycle.assessments.count()} people, {named} raters named; before it {pilot}"


def _development(at: datetime) -> str:
    owner = Employee.objects.get(user__email=f"noor.abbasi@{DOMAIN}")
    return demo_development.load(at=at, owner=owner, by=hr(), random=Random("development"))


def _recognition(at: datetime) -> str:
    owner = Employee.objects.select_related("manager__user", "user").get(user__email=f"noor.abbasi@{DOMAIN}")
    return demo_recognition.load(at=at, owner=owner, random=Random("recognition"))


def _model(at: datetime) -> str:
    return demo_model.load(at=at, by=hr())


def _promises(at: datetime) -> str:
    return demo_promises.load(content("promises.yaml"), at=at, by=hr())


def sign_ins() -> list[Employee]:
    """Those who can sign in find their work still to be done."""
    return list(Employee.objects.filter(user__email__in=[email for _, email, _ in SIGN_INS]))


def hr() -> User:
    return User.objects.get(role_grants__role=RoleGrant.Role.HR_ADMIN)


STEPS = [
    Step("people", _people),
    Step("content", _content),
    Step("goals", _goals),
    Step("surveys", _surveys),
    Step("change", _change),
    Step("customers", _customers),
    Step("reviews", _reviews),
    Step("model", _model),
    Step("promises", _promises),
    Step("development", _development),
    Step("recognition", _recognition),
]
