"""What is expected of one person today, with the next level in sight, and how that came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from assessments.competencies.models import CompetencyVersion, Expectation, ProfileSet
from assessments.competencies.queries import profiles, texts
from assessments.competencies.queries.profiles import Cell, Need, ProfileChange, RoleNeeds
from assessments.competencies.queries.texts import LevelText
from people.models import Employee


@dataclass(frozen=True)
class Expected:
    """One competency of the viewer's role: the level needed, what leads up to it, and the next one."""

    need: Need
    here: LevelText
    below: list[LevelText]
    next: LevelText | None


@dataclass(frozen=True)
class Event:
    """A day on which what is expected changed: a new version of the role profiles, or new words of a competency."""

    at: datetime
    title: str
    url: str
    note: str
    changes: list[ProfileChange]


@dataclass(frozen=True)
class ExpectedPage:
    role: RoleNeeds | None
    rows: list[Expected]
    history: list[Event]


def expected_page(employee: Employee) -> ExpectedPage:
    """What is expected of this person, in words that one can see or hear, and its versions, the newest first."""
    role = profiles.expected_of(employee)
    if role is None:
        return ExpectedPage(None, [], [])
    rows = []
    for need in role.needs:
        levels = {level.value: level for level in texts.levels_of(need.version)}
        below = [level for value, level in levels.items() if value < need.required_level]
        if here := levels.get(need.required_level):
            rows.append(Expected(need, here, below, levels.get(need.required_level + 1)))
    history = sorted([*_profiles(role), *_wordings(role)], key=lambda event: event.at, reverse=True)
    return ExpectedPage(role, rows, history)


def _profiles(role: RoleNeeds) -> list[Event]:
    """The versions of the role profiles in which this role's needs changed. Three queries."""
    framework, job_role = role.profile.profile_set.framework, role.profile.job_role_id
    by_number: dict[int, dict[int, Cell]] = {}
    found = Expectation.objects.filter(profile__profile_set__framework=framework, profile__job_role=job_role)
    columns = ("profile__profile_set__number", "competency_id", "required_level", "is_focus")
    for number, competency, level, is_focus in found.values_list(*columns):
        by_number.setdefault(number, {})[competency] = Cell(level, is_focus)
    names = profiles.last_names(competency for cells in by_number.values() for competency in cells)
    events, was = [], dict[int, Cell]()
    for version in ProfileSet.objects.filter(framework=framework).order_by("number"):
        now = by_number.get(version.number, {})
        changes = [
            ProfileChange(role.name, names.get(one, ""), was.get(one), now.get(one))
            for one in {**was, **now}
            if was.get(one) != now.get(one)
        ]
        if changes:
            url = f"{reverse('competencies:profiles')}?version={version.number}"
            title = f"Role profiles, version {version.number}"
            events.append(Event(version.published_at, title, url, version.change_note, changes if was else []))
        was = now
    return events


def _wordings(role: RoleNeeds) -> list[Event]:
    """New words of the competencies of the role; the first version of each is no change."""
    needed = [need.competency.pk for need in role.needs]
    versions = CompetencyVersion.objects.filter(competency__in=needed, state__in=CompetencyVersion.ISSUED, number__gt=1)
    return [
        Event(
            version.published_at,
            f"{version.name}, version {version.number}",
            reverse("competencies:version", args=[version.competency.key, version.number]),
            version.change_note,
            [],
        )
        for version in versions.select_related("competency")
        if version.published_at
    ]
