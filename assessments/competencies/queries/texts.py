"""What versions say: texts, levels and indicators, and which version an editor starts from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Prefetch, QuerySet

from assessments.competencies.models import Competency, CompetencyVersion, Framework, Level
from assessments.competencies.wording import Activity, Wording
from people.access import Viewer

State = CompetencyVersion.State
_RANK = {State.DRAFT: 0, State.PUBLISHED: 1, State.RETIRED: 2}  # what an editor starts from


def framework() -> Framework | None:
    """The library in use. Others are in preparation or retired."""
    return Framework.objects.in_use().first()


def is_written(framework: Framework) -> bool:
    """Whether any competency of the framework is published."""
    return CompetencyVersion.objects.issued_now().filter(competency__framework=framework).exists()


def chosen_framework(viewer: Viewer, key: str) -> Framework | None:
    """The framework of this key, the one in use for an empty key; None when the viewer may see no such framework."""
    return Framework.objects.visible_to(viewer).filter(key=key).first() if key else framework()


def scale_levels(framework: Framework | None) -> list[Level]:
    """Levels 1 upward of a framework's newest scale."""
    if framework is None:
        return []
    newest = framework.scales.order_by("-number").first()
    return list(Level.objects.filter(scale=newest, value__gt=0))


def mark_of_levels(framework: Framework) -> str:
    """Names the scale as it is now; an editor sends it back to say what the new words started from."""
    return str(framework.scales.order_by("-number").values_list("number", flat=True).first() or 0)


def mark_of_clusters(framework: Framework) -> str:
    """The same for the clusters, which have no versions: made of their words."""
    rows = framework.clusters.values_list("key", "name", "text", "order")
    return sha256(repr(list(rows)).encode()).hexdigest()[:16]


def mark_of_order(framework: Framework) -> str:
    """The same for the order of the competencies."""
    return sha256(repr(list(framework.competencies.values_list("key"))).encode()).hexdigest()[:16]


def with_text(versions: QuerySet[CompetencyVersion]) -> QuerySet[CompetencyVersion]:
    """The same versions with all that `wording_of` and `levels_of` read: three queries whatever their number."""
    return versions.select_related("competency", "cluster", "saved_by__employee").prefetch_related(
        "indicators", Prefetch("scale__levels", queryset=Level.objects.order_by("value"))
    )


@dataclass(frozen=True)
class LevelText:
    """One level of one competency as people read it."""

    value: int
    name: str
    freedom: str
    reach: str
    text: str
    indicators: tuple[str, ...]
    contrary: tuple[str, ...] = ()


def levels_of(version: CompetencyVersion) -> list[LevelText]:
    """Levels 1 upward with their indicators. Wants a version of `with_text`."""
    looks, contrary = indicators_of(version), contrary_of(version)
    return [
        LevelText(
            level.value,
            level.name,
            level.freedom,
            level.reach,
            level.text,
            looks.get(level.value, ()),
            contrary.get(level.value, ()),
        )
        for level in version.scale.levels.all()
        if level.value > 0
    ]


def indicators_of(version: CompetencyVersion) -> dict[int, tuple[str, ...]]:
    """What each level looks like."""
    return _lines(version, is_contrary=False)


def contrary_of(version: CompetencyVersion) -> dict[int, tuple[str, ...]]:
    """What each level does not look like; levels without such lines are absent."""
    return _lines(version, is_contrary=True)


def _lines(version: CompetencyVersion, *, is_contrary: bool) -> dict[int, tuple[str, ...]]:
    lines: dict[int, list[str]] = defaultdict(list)
    for indicator in version.indicators.all():
        if indicator.is_contrary == is_contrary:
            lines[indicator.level].append(indicator.text)
    return {level: tuple(texts) for level, texts in lines.items()}


def wording_of(version: CompetencyVersion) -> Wording:
    return Wording(
        name=version.name,
        cluster=version.cluster.key,
        definition=version.definition,
        constructs=tuple(version.constructs),
        indicators=indicators_of(version),
        job_description_sentence=version.job_description_sentence,
        interview_questions=tuple(version.interview_questions),
        contrary=contrary_of(version),
        learning=tuple(Activity.of(stored) for stored in version.learning),
    )


def editable(competency: Competency) -> CompetencyVersion:
    """What an editor starts from: the draft, else the published version, else the newest retired one."""
    versions = with_text(competency.versions.all()).order_by("-number")
    return min(versions, key=lambda version: _RANK[State(version.state)])


def editable_by_key(framework: Framework) -> dict[str, CompetencyVersion]:
    """What an editor of each competency of a framework starts from, by key and in library order; three queries."""
    versions = with_text(CompetencyVersion.objects.filter(competency__framework=framework))
    found: dict[str, CompetencyVersion] = {}
    for version in versions.order_by("competency__order", "competency_id", "-number"):
        known = found.get(version.competency.key)
        if known is None or _RANK[State(version.state)] < _RANK[State(known.state)]:
            found[version.competency.key] = version
    return found


def published_of(competency: Competency) -> CompetencyVersion | None:
    return with_text(competency.versions.issued_now()).first()
