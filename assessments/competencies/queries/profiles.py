"""Role profiles: what each role needs, the grid, and the evidence that the model is alive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max
from django.utils import timezone

from assessments.competencies.models import (
    Competency,
    CompetencyVersion,
    Expectation,
    Framework,
    Level,
    ProfileSet,
    RoleProfile,
)
from assessments.competencies.queries import texts
from people.models import Employee


def newest_profile_set(framework: Framework | None = None) -> ProfileSet | None:
    """The role profiles that count: the newest of a framework, the one in use unless another is named."""
    sets = ProfileSet.objects.filter(framework=framework) if framework else ProfileSet.objects.in_use()
    return sets.order_by("-number").first()


def people_by_role() -> dict[int, int]:
    """Active employees per job role id."""
    rows = Employee.objects.active().exclude(job_role=None).values_list("job_role").annotate(people=Count("pk"))
    return dict(rows.order_by())


@dataclass(frozen=True)
class Need:
    """What a role needs in one competency, with the wording in use."""

    competency: Competency
    version: CompetencyVersion
    required_level: int
    is_focus: bool

    @property
    def indicators(self) -> tuple[str, ...]:
        """What one sees at the needed level."""
        return texts.indicators_of(self.version).get(self.required_level, ())


@dataclass(frozen=True)
class RoleNeeds:
    profile: RoleProfile
    needs: list[Need]

    @property
    def name(self) -> str:
        return self.profile.name

    @property
    def purpose(self) -> str:
        return self.profile.purpose


def expected_of(employee: Employee) -> RoleNeeds | None:
    """What the newest role profiles ask of this person's role; None without a role or a profile for it."""
    if employee.job_role_id is None:
        return None
    profiles = RoleProfile.objects.filter(profile_set=newest_profile_set(), job_role=employee.job_role_id)
    profile = profiles.select_related("profile_set", "job_role").first()
    return needs_of(profile) if profile else None


def needs_of(profile: RoleProfile) -> RoleNeeds:
    issued = CompetencyVersion.objects.issued_now().filter(competency__framework=profile.profile_set.framework_id)
    versions = {version.competency_id: version for version in texts.with_text(issued)}
    needs = [
        Need(
            expectation.competency,
            versions[expectation.competency_id],
            expectation.required_level,
            expectation.is_focus,
        )
        for expectation in profile.expectations.select_related("competency").order_by("competency__order", "pk")
        if expectation.competency_id in versions
    ]
    return RoleNeeds(profile, needs)


@dataclass(frozen=True)
class ProfileChange:
    """What one role needs in one competency, before and after; None where the competency is not part of the role."""

    role: str
    competency: str
    before: Cell | None
    after: Cell | None


def profile_changes(profile_set: ProfileSet | None) -> list[ProfileChange]:
    """How a version of the role profiles differs from the one before it; empty for the first."""
    if profile_set is None or profile_set.number == 1:
        return []
    sets = ProfileSet.objects.filter(framework=profile_set.framework_id, number=profile_set.number - 1)
    before = sets.first()
    was, now = _cells_of(before), _cells_of(profile_set)
    named = RoleProfile.objects.filter(profile_set__in=[one for one in (before, profile_set) if one])
    roles = dict(named.order_by("profile_set__number").values_list("job_role_id", "name"))
    names = last_names(competency for _, competency in {*was, *now})
    places = [place for place in {*was, *now} if was.get(place) != now.get(place)]
    return sorted(
        (ProfileChange(roles[role], names[key], was.get((role, key)), now.get((role, key))) for role, key in places),
        key=lambda change: (change.role, change.competency),
    )


def _cells_of(profile_set: ProfileSet | None) -> dict[tuple[int, int], Cell]:
    rows = Expectation.objects.filter(profile__profile_set=profile_set).values_list(
        "profile__job_role_id", "competency_id", "required_level", "is_focus"
    )
    return {(role, competency): Cell(level, is_focus) for role, competency, level, is_focus in rows}


def last_names(competencies: Iterable[int]) -> dict[int, str]:
    """The newest issued name of each competency."""
    versions = CompetencyVersion.objects.filter(
        competency__in=list(competencies), state__in=CompetencyVersion.ISSUED
    ).order_by("number")
    return dict(versions.values_list("competency_id", "name"))


@dataclass(frozen=True)
class Column:
    """One role of the grid. `role_id` names the job role in forms."""

    role_id: int
    role_key: str
    name: str
    purpose: str
    people: int


@dataclass(frozen=True)
class Cell:
    level: int
    is_focus: bool


@dataclass(frozen=True)
class Row:
    key: str
    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class RowGroup:
    name: str
    rows: list[Row]


@dataclass(frozen=True)
class Grid:
    """Roles across, competencies in use down. Level 0 means that the competency is not part of the role."""

    profile_set: ProfileSet | None
    columns: list[Column]
    groups: list[RowGroup]
    levels: list[Level]

    @property
    def cells(self) -> dict[tuple[int, str], Cell]:
        """Every cell by job role id and competency key."""
        return {
            (column.role_id, row.key): cell
            for group in self.groups
            for row in group.rows
            for column, cell in zip(self.columns, row.cells, strict=True)
        }


def profile_grid(framework: Framework | None = None, *, number: int | None = None) -> Grid:
    """The newest role profiles of a framework, or those of one version. None: the framework in use."""
    framework = framework or texts.framework()
    sets = ProfileSet.objects.filter(framework=framework)
    profile_set = (sets if number is None else sets.filter(number=number)).order_by("-number").first()
    people = people_by_role()
    profiles = list(RoleProfile.objects.filter(profile_set=profile_set).select_related("job_role"))
    columns = [Column(p.job_role_id, p.job_role.key, p.name, p.purpose, people.get(p.job_role_id, 0)) for p in profiles]
    needs = {
        (role, competency): Cell(level, is_focus)
        for role, competency, level, is_focus in Expectation.objects.filter(
            profile__profile_set=profile_set
        ).values_list("profile__job_role_id", "competency_id", "required_level", "is_focus")
    }
    return Grid(profile_set, columns, _row_groups(framework, columns, needs), texts.scale_levels(framework))


def older_grid(framework: Framework, newest: Grid, *, number: int | None) -> Grid | None:
    """The grid of a version that was the newest when a page was opened; None when it still is, or there is no such."""
    if newest.profile_set is None or number is None or not 0 < number < newest.profile_set.number:
        return None
    return profile_grid(framework, number=number)


def _row_groups(
    framework: Framework | None, columns: list[Column], needs: Mapping[tuple[int, int], Cell]
) -> list[RowGroup]:
    groups: dict[int, RowGroup] = {}
    nothing = Cell(0, False)
    versions = CompetencyVersion.objects.issued_now().filter(competency__framework=framework)
    versions = versions.select_related("competency", "cluster")
    for version in versions.order_by("cluster__order", "cluster_id", "competency__order", "pk"):
        cells = [needs.get((column.role_id, version.competency_id), nothing) for column in columns]
        group = groups.setdefault(version.cluster_id, RowGroup(version.cluster.name, []))
        group.rows.append(Row(version.competency.key, version.name, cells))
    return list(groups.values())


@dataclass(frozen=True)
class LibraryEvidence:
    """What shows that the competency model is alive. `drafts` is for HR's eyes."""

    competencies: int
    clusters: int
    drafts: int
    last_published_on: date | None
    profiles: int
    profile_set_number: int | None
    people_with_profile: int
    people_without_profile: int


def library_evidence() -> LibraryEvidence:
    published = CompetencyVersion.objects.published()
    counts = published.aggregate(
        competencies=Count("pk"), clusters=Count("cluster", distinct=True), newest=Max("published_at")
    )
    newest = newest_profile_set()
    roles = set(RoleProfile.objects.filter(profile_set=newest).values_list("job_role_id", flat=True))
    covered = sum(people for role, people in people_by_role().items() if role in roles)
    return LibraryEvidence(
        competencies=counts["competencies"],
        clusters=counts["clusters"],
        drafts=CompetencyVersion.objects.drafts().count(),
        last_published_on=timezone.localdate(counts["newest"]) if counts["newest"] else None,
        profiles=len(roles),
        profile_set_number=newest.number if newest else None,
        people_with_profile=covered,
        people_without_profile=Employee.objects.active().count() - covered,
    )
