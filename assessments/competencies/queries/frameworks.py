"""The frameworks and the page of one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

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
class Placed:
    """A competency at its place in its cluster, by the name that people know it by."""

    key: str
    name: str
    cluster: str
    place: int


@dataclass(frozen=True)
class FrameworkPage:
    row: FrameworkRow
    clusters: list[ClusterRow]
    order: list[Placed]
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
        _order(framework),
        texts.scale_levels(framework),
        framework.competencies.exists(),
    )


def _order(framework: Framework) -> list[Placed]:
    """Cluster by cluster; what is out of use stands nowhere."""
    versions = CompetencyVersion.objects.filter(competency__framework=framework).exclude(state=State.RETIRED)
    versions = versions.select_related("competency", "cluster").order_by("state", "number")  # "draft" first
    newest = {version.competency_id: version for version in versions}
    placed = sorted(
        newest.values(), key=lambda one: (one.cluster.order, one.cluster_id, one.competency.order, one.competency_id)
    )
    found = []
    for _, group in groupby(placed, key=lambda one: one.cluster_id):
        found += [Placed(one.competency.key, one.name, one.cluster.name, n) for n, one in enumerate(group, start=1)]
    return found


def _row(framework: Framework) -> FrameworkRow:
    versions = CompetencyVersion.objects.filter(competency__framework=framework)
    return FrameworkRow(
        framework,
        len(texts.scale_levels(framework)),
        versions.issued_now().count(),
        versions.drafts().count(),
        profiles.newest_profile_set(framework),
    )
