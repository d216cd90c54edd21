"""What a manager reads of direct reports: shared items, completed learning, proposals as they were made, and notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from development.models import CoachingNote, Enrolment, PlanItem, Proposal
from development.queries import duties, plan
from development.queries.duties import Required
from development.queries.plan import ItemRow
from people.access import Viewer
from people.models import Employee, EmployeeQuerySet


@dataclass(frozen=True)
class TeamRow:
    """One report. Nothing here tells whether there are private items. `required` counts what law or safety asks of them."""

    person: Employee
    shared: int
    completed: int
    required: int
    required_done: int


@dataclass(frozen=True)
class PersonPage:
    person: Employee
    rows: list[ItemRow]
    completed: list[Enrolment]
    proposals: list[Proposal]
    notes: list[CoachingNote]
    required: list[Required]


def reports_of(viewer: Viewer) -> EmployeeQuerySet:
    """Direct reports today."""
    return Employee.objects.active().filter(manager=viewer.employee)


def team_page(viewer: Viewer) -> list[TeamRow]:
    """Direct reports in order of name, with what they share and have completed."""
    shared = Q(plan_items__shared_with=viewer.employee) & ~Q(plan_items__state=PlanItem.State.DONE)
    completed = Q(enrolments__completed_on__isnull=False)
    people = (
        reports_of(viewer)
        .select_related("job_role", "unit")
        .annotate(
            shared=Count("plan_items", filter=shared, distinct=True),
            completed=Count("enrolments", filter=completed, distinct=True),
        )
    )
    found = list(people.order_by("name", "pk"))
    required = duties.required_of(found)
    return [
        TeamRow(one, one.shared, one.completed, len(required[one.pk]), sum(duty.is_done for duty in required[one.pk]))
        for one in found
    ]


def person_page(person: Employee, viewer: Viewer, *, at: datetime) -> PersonPage:
    """One report. Proposals are listed as made; their answer is not read (access.md, row 36)."""
    proposals = Proposal.objects.standing(at).filter(employee=person, by=viewer.employee)
    notes = CoachingNote.objects.visible_to(viewer).filter(about=person)
    return PersonPage(
        person=person,
        rows=plan.rows_of(PlanItem.objects.visible_to(viewer).filter(owner=person)),
        completed=list(
            Enrolment.objects.filter(employee=person, completed_on__isnull=False)
            .select_related("activity")
            .order_by("-completed_on")
        ),
        proposals=list(proposals.defer("answer", "answered_at").select_related("activity")),
        notes=list(notes.select_related("author", "about")),
        required=duties.required_of([person])[person.pk],
    )
