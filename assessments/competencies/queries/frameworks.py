"""The frameworks and the page of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from assessments.competencies.models import Cluster, CompetencyVersion, Framework, Level, ProfileSet
from assessments.competencies.queries import profiles, texts
from people.access import Viewer

State = CompetencyVersion.State


@dataclass(frozen=True)
class FrameworkRow:
    """A framework in the list. `drafts` counts competencies with a draft."""

    framework: Framework
    levels: int
    published: int
    drafts: int
    profiles: ProfileSet | None


@dataclass(frozen=True)
class ClusterRow:
    cluster: Cluster
    competencies: int


@dataclass(frozen=True)
class FrameworkPage:
    row: FrameworkRow
    clusters: list[ClusterRow]
    levels: list[Level]
    has_competencies: bool


def frameworks(viewer: Viewer) -> list[FrameworkRow]:
    return [_row(framework) for framework in Framework.objects.visible_to(viewer)]


def framework_page(framework: Framework) -> FrameworkPage:
    in_cluster = Q(versions__state__in=[State.PUBLISHED, State.DRAFT])
    clusters = framework.clusters.annotate(standing=Count("versions__competency", filter=in_cluster, distinct=True))
    return FrameworkPage(
        _row(framework),
        [ClusterRow(cluster, cluster.standing) for cluster in clusters],
        texts.scale_levels(framework),
        framework.competencies.exists(),
    )


def _row(framework: Framework) -> FrameworkRow:
    versions = CompetencyVersion.objects.filter(competency__framework=framework)
    return FrameworkRow(
        framework,
        len(texts.scale_levels(framework)),
        versions.issued_now().count(),
        versions.drafts().count(),
        profiles.newest_profile_set(framework),
    )
