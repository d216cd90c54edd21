"""The people of the fault suite: 64 in four teams, with a tree of goals and accounts that can sign in. Made by the services."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone

from assessments.surveys.models import Campaign
from assessments.surveys.queries import layouts
from assessments.surveys.tests import factories as surveys
from culture.tests.faults.clients import Crowd, Owner, Respondent
from goals import rollup, services
from goals.models import Goal, GoalCycle
from goals.tests.factories import plan
from people.models import Employee

TEAMS, SIZE = ("north", "south", "east", "west"), 16
PASSWORD = "seven spokes of a wheel"


@dataclass(frozen=True)
class Company:
    """Session keys of everybody by employee, and which goals are whose."""

    cycle: GoalCycle
    top: int
    sessions: dict[int, str]
    goals: dict[int, list[int]]

    def campaign(self, **fields: object) -> Campaign:
        """A survey that is open to everybody."""
        return surveys.open_campaign(form=surveys.form("employee_pulse"), **fields)

    def crowd(self, port: int, campaign: Campaign) -> Crowd:
        """The whole company, nobody at work yet."""
        layout = layouts.layout_of(campaign.form)
        crowd = Crowd(port, campaign.pk, [slot.code for slot in layout.statements])
        crowd.respondents = [Respondent(employee, session) for employee, session in self.sessions.items()]
        crowd.owners = [Owner(self.sessions[employee], goals) for employee, goals in self.goals.items()]
        return crowd


def found() -> Company:
    """Found the company in an empty database."""
    units = surveys.company(dict.fromkeys(TEAMS, SIZE))
    people = list(Employee.objects.order_by("pk"))
    people[0].user.set_password(PASSWORD)
    people[0].user.save(update_fields=["password"])
    today = timezone.localdate()
    starts_on, ends_on = today - timedelta(days=100), today + timedelta(days=100)
    opened = services.open_cycle(name="This year", starts_on=starts_on, ends_on=ends_on, by=None)
    cycle = services.activate_cycle(opened, by=None)

    def goal(owner: Employee, parent: Goal | None, level: str, **more: object) -> Goal:
        own = plan(owner, cycle, level=level, parent=parent, **more, starts_on=cycle.starts_on, due_on=cycle.ends_on)
        return services.set_goal(own, by=owner.user)

    top = goal(people[0], None, "organisation", unit=units["org"], metric_type="none")
    goals: dict[int, list[int]] = {}
    for members in (_members(people, units[team].pk) for team in TEAMS):
        team_goal = goal(members[0], top, "team", metric_type="none")
        for weight, person in enumerate(members[1:], start=1):
            goals[person.pk] = [goal(person, team_goal, "individual", weight=weight).pk]
    rollup.rebuild(cycle.pk, on=today, at=timezone.now())
    return Company(cycle, top.pk, {person.pk: _session(person) for person in people}, goals)


def _members(people: list[Employee], unit: int) -> list[Employee]:
    return [person for person in people if person.unit_id == unit]


def _session(person: Employee) -> str:
    client = Client()
    client.force_login(person.user)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def workers(crowd: Crowd) -> list:
    """The usual mix: two change their answers again and again, two lead people through to submission, three check in."""
    savers, rest = crowd.respondents[:2], iter_safely(crowd.respondents[2:])
    owners = crowd.owners[:3]
    return [
        *(crowd.autosaving(person) for person in savers),
        *(crowd.answering(rest) for _ in range(2)),
        *(crowd.checking_in(owner) for owner in owners),
    ]


def iter_safely(people: list[Respondent]) -> Iterator[Respondent]:
    """An iterator that threads may share: a list's own, whose next() is one step."""
    return iter(people)
