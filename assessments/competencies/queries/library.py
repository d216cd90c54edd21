"""The library and the page of one competency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Q

from assessments.competencies import uses
from assessments.competencies.models import (
    Cluster,
    Competency,
    CompetencyVersion,
    Expectation,
    Framework,
    Indicator,
    reads_drafts,
)
from assessments.competencies.queries import profiles, texts
from assessments.competencies.queries.texts import LevelText
from assessments.competencies.uses import Use
from assessments.competencies.wording import Activity, Change, changes
from people.access import Viewer

State = CompetencyVersion.State


@dataclass(frozen=True)
class Usage:
    """How many roles and people a competency is expected of by the newest role profiles, and what else measures with it."""

    roles: int = 0
    people: int = 0
    elsewhere: tuple[Use, ...] = ()

    @property
    def words(self) -> str:
        """Such as "3 roles, 40 people, 2 review cycles"; of something that is not used, "no role"."""
        roles = f"{self.roles} {'role' if self.roles == 1 else 'roles'}" if self.roles else "no role"
        people = f"{self.people} {'person' if self.people == 1 else 'people'}" if self.roles else ""
        return ", ".join(filter(None, (roles, people, *map(str, self.elsewhere))))


@dataclass(frozen=True)
class Entry:
    """One competency in the list: its version in use, or what stands in for it, and whether a draft waits."""

    key: str
    version: CompetencyVersion
    has_draft: bool
    usage: Usage


@dataclass(frozen=True)
class ClusterGroup:
    cluster: Cluster
    entries: list[Entry]


@dataclass(frozen=True)
class Library:
    framework: Framework | None
    groups: list[ClusterGroup]
    published: int
    drafts: int
    last_published_at: datetime | None
    found: int
    page: Page[Entry] | None
    reads_drafts: bool
    frameworks: list[Framework]


ENTRIES_PER_PAGE = 50
FILTERS = {"published": "In use", "draft": "With a draft", "retired": "Retired"}


def library(
    viewer: Viewer,
    framework: Framework | None = None,
    *,
    search: str = "",
    state: str = "",
    construct: str = "",
    page: str | None = None,
    is_whole: bool = False,
) -> Library:
    """The list of one framework, the one in use unless another is named, for one viewer: a page of it, or the whole.

    Drafts, their number and words in them reach draft readers only.
    """
    framework = framework or texts.framework()
    sees_drafts = reads_drafts(viewer)
    versions = CompetencyVersion.objects.visible_to(viewer).filter(competency__framework=framework)
    versions = versions.select_related("cluster", "competency")
    by_competency: dict[int, list[CompetencyVersion]] = defaultdict(list)
    for version in versions.order_by("competency__order", "competency_id", "-number"):
        by_competency[version.competency_id].append(version)
    matching = _matching(viewer, search) if search else None
    usage = usage_by_competency(framework)
    entries: list[Entry] = []
    for key, of_one in by_competency.items():
        shown = _in_use(of_one)
        has_draft = any(version.is_draft for version in of_one)
        if (matching is not None and key not in matching) or not _fits(shown, has_draft, state):
            continue
        if construct and construct not in shown.constructs:
            continue
        entries.append(Entry(shown.competency.key, shown, has_draft, usage.get(key, Usage())))
    entries.sort(key=lambda entry: (entry.version.cluster.order, entry.version.cluster_id))
    shown_page = None if is_whole else Paginator(entries, ENTRIES_PER_PAGE).get_page(page)
    everything = [version for of_one in by_competency.values() for version in of_one]
    published = [version for version in everything if version.state == State.PUBLISHED]
    return Library(
        framework=framework,
        frameworks=list(Framework.objects.visible_to(viewer)),
        groups=_by_cluster(entries if shown_page is None else shown_page),
        published=len(published),
        drafts=sum(version.is_draft for version in everything),
        last_published_at=max((v.published_at for v in published if v.published_at), default=None),
        found=len(entries),
        page=shown_page,
        reads_drafts=sees_drafts,
    )


def _by_cluster(entries: Iterable[Entry]) -> list[ClusterGroup]:
    """Entries that stand in the order of their clusters, cluster by cluster."""
    groups = groupby(entries, key=lambda entry: entry.version.cluster)
    return [ClusterGroup(cluster, list(group)) for cluster, group in groups]


def _matching(viewer: Viewer, search: str) -> set[int]:
    """Competencies in whose visible, current words the search occurs."""
    hit = (
        Q(name__icontains=search)
        | Q(definition__icontains=search)
        | Q(pk__in=Indicator.objects.filter(text__icontains=search).values("version"))
    )
    versions = CompetencyVersion.objects.visible_to(viewer).filter(hit)
    return set(versions.values_list("competency_id", flat=True))


def _in_use(versions: list[CompetencyVersion]) -> CompetencyVersion:
    """The published version, else the newest retired one, else the draft. Newest first in."""
    return min(versions, key=lambda version: [State.PUBLISHED, State.RETIRED, State.DRAFT].index(State(version.state)))


def _fits(version: CompetencyVersion, has_draft: bool, state: str) -> bool:
    if state == State.DRAFT:
        return has_draft
    return not state or version.state == state


def usage_by_competency(framework: Framework | None = None) -> dict[int, Usage]:
    """By competency id, from the newest role profiles of a framework, the one in use unless another is named."""
    newest = profiles.newest_profile_set(framework)
    people = profiles.people_by_role()
    counted: dict[int, list[int]] = defaultdict(list)
    for competency, role in Expectation.objects.filter(profile__profile_set=newest).values_list(
        "competency_id", "profile__job_role_id"
    ):
        counted[competency].append(people.get(role, 0))
    elsewhere = uses.by_competency()
    return {
        competency: Usage(
            len(counted.get(competency, ())), sum(counted.get(competency, ())), tuple(elsewhere.get(competency, ()))
        )
        for competency in counted.keys() | elsewhere.keys()
    }


def in_use_but(competency: Competency) -> list[CompetencyVersion]:
    """The published versions of the other competencies of the same framework, in order."""
    versions = CompetencyVersion.objects.issued_now().filter(competency__framework=competency.framework_id)
    others = versions.exclude(competency=competency).select_related("competency")
    return list(others.order_by("cluster__order", "competency__order", "pk"))


@dataclass(frozen=True)
class RoleNeed:
    role: str
    role_key: str
    required_level: int
    is_focus: bool
    people: int


@dataclass(frozen=True)
class CompetencyPage:
    version: CompetencyVersion
    levels: list[LevelText]
    draft: CompetencyVersion | None
    history: list[CompetencyVersion]
    roles: list[RoleNeed]
    my_level: int | None
    is_current: bool
    learning: tuple[Activity, ...]
    merged: list[CompetencyVersion]
    merged_into: CompetencyVersion | None
    before: CompetencyVersion | None
    changes: list[Change]


def competency_page(competency: Competency, viewer: Viewer, *, number: int | None = None) -> CompetencyPage | None:
    """One version, the one in use unless a number is given. None when the viewer may not read such a version."""
    history = list(
        texts.with_text(competency.versions.visible_to(viewer))
        .select_related("published_by__employee")
        .order_by("-number")
    )
    issued = [version for version in history if not version.is_draft]
    if number is None:
        shown = _in_use(history) if history else None
    else:
        shown = next((version for version in history if version.number == number), None)
    if shown is None:
        return None
    roles = _roles_that_need(competency)
    my_role = viewer.employee.job_role if viewer.employee else None
    before = next((version for version in issued if version.number < shown.number), None)
    return CompetencyPage(
        version=shown,
        levels=texts.levels_of(shown),
        draft=next((version for version in history if version.is_draft), None),
        history=issued,
        roles=roles,
        my_level=next((need.required_level for need in roles if my_role and need.role_key == my_role.key), None),
        is_current=shown == _in_use(history),
        learning=texts.wording_of(shown).learning,
        merged=list(
            CompetencyVersion.objects.filter(competency__merged_into=competency)
            .visible_to(viewer)
            .select_related("competency")
            .order_by("competency_id", "-number")
            .distinct("competency_id")
        ),
        merged_into=_newest_version(competency.merged_into),
        before=before,
        changes=changes(texts.wording_of(before), texts.wording_of(shown)) if before else [],
    )


def _newest_version(competency: Competency | None) -> CompetencyVersion | None:
    issued = competency.versions.filter(state__in=CompetencyVersion.ISSUED) if competency else None
    return issued.select_related("competency").order_by("-number").first() if issued is not None else None


def _roles_that_need(competency: Competency) -> list[RoleNeed]:
    people = profiles.people_by_role()
    needs = Expectation.objects.filter(
        competency=competency, profile__profile_set=profiles.newest_profile_set(competency.framework)
    )
    return [
        RoleNeed(
            need.profile.name,
            need.profile.job_role.key,
            need.required_level,
            need.is_focus,
            people.get(need.profile.job_role_id, 0),
        )
        for need in needs.select_related("profile__job_role").order_by("profile__order", "profile_id")
    ]
