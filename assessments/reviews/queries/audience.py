"""Whom a cycle is for, and what a launch today would mean."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q

from assessments.competencies.models import CompetencyVersion, ProfileSet, RoleProfile
from assessments.reviews.models import Assessment, ReviewCycle
from people.models import Employee, EmployeeQuerySet

MINUTES_PER_FORM = 15  # of a rater about one person


def people_of(cycle: ReviewCycle) -> EmployeeQuerySet:
    """Everybody active whom the cycle is for today, by unit and job role as they are today."""
    people = Employee.objects.active()
    if units := list(cycle.units.all()):
        people = people.filter(reduce(or_, (Q(unit__position__range=(u.position, u.last_position)) for u in units)))
    if roles := list(cycle.job_roles.all()):
        people = people.filter(job_role__in=roles)
    return people


@dataclass(frozen=True)
class RoleRow:
    """The people of one job role in the audience."""

    name: str
    people: int
    has_profile: bool


@dataclass(frozen=True)
class RaterRun:
    """What asking others would mean; a group is as large as the cycle says it must be to be shown by itself."""

    few_colleagues: int
    few_reports: int
    forms: int
    minutes: int

    @property
    def hours(self) -> int:
        return round(self.forms * self.minutes / 60)


@dataclass(frozen=True)
class Note:
    """One line worth reading before a launch."""

    tone: str
    icon: str
    what: str
    why: str


@dataclass(frozen=True)
class Readiness:
    """What a launch today would mean: counts, and what is still missing, in words."""

    people: int
    without_manager: int
    without_profile: int
    elsewhere: int
    competencies: int
    profile_set: ProfileSet | None
    roles: list[RoleRow]
    raters: RaterRun | None
    missing: list[str]
    has_passed: bool = False

    @property
    def with_manager(self) -> int:
        return self.people - self.without_manager

    @property
    def is_ready(self) -> bool:
        return not self.missing

    @property
    def notes(self) -> list[Note]:
        run = self.raters
        lines = (
            (self.without_manager, "info", "person-workspace", "{} without a manager", "Their own view counts."),
            (
                self.without_profile,
                "risk",
                "grid-3x3",
                "{} in a role without a profile",
                "They are asked about all competencies, without a needed level.",
            ),
            (self.elsewhere, "risk", "arrow-repeat", "{} in another open cycle", "They would be asked twice at once."),
            (
                run.few_colleagues if run else 0,
                "info",
                "people",
                "{} with few colleagues under the same manager",
                "Too few for a group of their own, unless they name people of other teams.",
            ),
            (
                run.few_reports if run else 0,
                "info",
                "diagram-3",
                "{} leading too few for a group",
                "What those few say is put together with others, or not shown.",
            ),
        )
        found = [
            Note(tone, icon, what.format("1 person" if count == 1 else f"{count} people"), why)
            for count, tone, icon, what, why in lines
            if count
        ]
        if run:
            why = f"If everybody names as many as a group needs, at {run.minutes} minutes a form."
            found.append(Note("info", "clock", f"About {run.hours} hours of raters’ time", why))
        return found


def passed_day(cycle: ReviewCycle, on: date) -> str:
    """Which date has to move before a launch on that day, in words; "" when none has."""
    if cycle.self_due_on < on:
        return "The day for self-assessments has passed. Set later dates first."
    if cycle.asks_others and cycle.named_by and cycle.named_by < on:
        return "The day for naming raters has passed. Move “Raters named and approved by” to today or later."
    return ""


def readiness(cycle: ReviewCycle, *, on: date) -> Readiness:
    newest = ProfileSet.objects.in_use().order_by("-number").first()
    staff = people_of(cycle)
    with_profile = set(RoleProfile.objects.filter(profile_set=newest).values_list("job_role_id", flat=True))
    rows = list(staff.values_list("pk", "job_role_id", "job_role__name", "manager_id", "manager__is_active"))
    by_role = Counter((role, name) for _, role, name, _, _ in rows)
    competencies = CompetencyVersion.objects.published().count()
    missing = [passed] if (passed := passed_day(cycle, on)) else []
    if not rows:
        missing.append("Nobody is in the audience. Choose other units or job roles.")
    if not competencies or newest is None:
        missing.append("Publish competencies and role profiles first; people are measured against them.")
    return Readiness(
        people=len(rows),
        without_manager=sum(not is_active for *_, is_active in rows),
        without_profile=sum(role not in with_profile for _, role, *_ in rows),
        elsewhere=Assessment.objects.filter(cycle__state="open", employee__in=staff)
        .values("employee")
        .distinct()
        .count(),
        competencies=competencies,
        profile_set=newest,
        roles=[
            RoleRow(name or "No job role", people, role in with_profile)
            for (role, name), people in sorted(by_role.items(), key=lambda one: (one[0][1] is None, one[0][1] or ""))
        ],
        raters=_rater_run(cycle, [(pk, manager) for pk, _, _, manager, is_active in rows if is_active], len(rows)),
        missing=missing,
        has_passed=bool(passed),
    )


def _rater_run(cycle: ReviewCycle, managed: list[tuple[int, int | None]], people: int) -> RaterRun | None:
    """None when nobody beside the person and the manager is asked."""
    if not cycle.asks_others:
        return None
    enough = cycle.fewest_in_group
    team_sizes = Counter(Employee.objects.active().exclude(manager=None).values_list("manager_id", flat=True))
    reports = [team_sizes[pk] for pk in people_of(cycle).values_list("pk", flat=True) if team_sizes[pk]]
    forms = people * enough if cycle.asks_peers else 0
    forms += sum(reports) if cycle.asks_reports else 0
    forms += people * enough if cycle.asks_externals else 0
    return RaterRun(
        few_colleagues=people - sum(team_sizes[manager or 0] > enough for _, manager in managed)
        if cycle.asks_peers
        else 0,
        few_reports=sum(size < enough for size in reports) if cycle.asks_reports else 0,
        forms=forms,
        minutes=MINUTES_PER_FORM,
    )
