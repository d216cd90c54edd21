"""Build a framework: its clusters and its level scale; copy one; put one into use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from assessments.competencies.cluster_files import ClusterChange
from assessments.competencies.models import (
    HIGHEST_LEVEL,
    LOWEST_TOP,
    Cluster,
    Competency,
    CompetencyVersion,
    Framework,
    Level,
    ProfileSet,
    RoleProfile,
    Scale,
)
from assessments.competencies.queries import profiles as grids
from assessments.competencies.queries import texts
from assessments.competencies.queries.profiles import Cell
from assessments.competencies.services import drafts
from assessments.competencies.services.locking import lock_framework_and_competencies
from assessments.competencies.services.profiles import NewProfile, save_profiles
from assessments.competencies.services.refusals import NothingChanged, NotNow, NotReady, Stale
from assessments.competencies.wording import Wording
from core import audit
from people.models import User

State = CompetencyVersion.State
ZERO = {"name": "Not shown yet", "text": "No opportunity so far, or not yet seen."}


@dataclass(frozen=True)
class LevelWords:
    """One step of a scale as HR types it; its number is its place."""

    name: str
    freedom: str
    reach: str
    text: str


@dataclass(frozen=True)
class GuideWords:
    """What documents made from a framework say beside its competencies: as in competencies.yaml."""

    purpose: str
    name: str
    minutes: int | None
    who: str
    consent: str
    prompts: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class ClusterWords:
    """One cluster as HR types it; without a key it is new."""

    key: str
    name: str
    text: str


@transaction.atomic
def create(
    name: str, purpose: str, levels: Sequence[LevelWords], *, copy_of: Framework | None, by: User | None, at: datetime
) -> Framework:
    """Start a framework in preparation, empty or with the clusters, competencies and role profiles of another one.

    With as many levels as the other one, what is published there is published here too; with more or fewer, all become
    drafts, and levels, indicators and needs above the highest one are left out.
    """
    _check_levels(levels)
    guides = {"rating_guide": copy_of.rating_guide, "interview_guide": copy_of.interview_guide} if copy_of else {}
    framework = Framework.objects.create(key=_free_key(name), name=name, purpose=purpose, **guides)
    _write_scale(framework, levels)
    if copy_of:
        _copy(copy_of, framework, top=len(levels), by=by, at=at)
    audit.record("added", framework, by=by, changes={"copy of": copy_of.name} if copy_of else None)
    return framework


@transaction.atomic
def rename(framework: Framework, *, name: str, purpose: str, by: User | None) -> None:
    was = {"name": framework.name, "purpose": framework.purpose}
    framework.name, framework.purpose = name, purpose
    framework.save(update_fields=["name", "purpose"])
    audit.record("changed", framework, by=by, changes={"old": was, "new": {"name": name, "purpose": purpose}})


@transaction.atomic
def save_guides(framework: Framework, words: GuideWords, *, by: User | None) -> None:
    """What assessments are for, and the star-performer interview. Documents that were made before stay as they are."""
    kept = Framework.objects.select_for_update().get(pk=framework.pk)
    kept.rating_guide = {**kept.rating_guide, "purpose": words.purpose}
    kept.interview_guide = {
        **({"name": words.name} if words.name else {}),
        **({"minutes": words.minutes} if words.minutes else {}),
        "who": words.who,
        "consent": words.consent,
        "prompts": list(words.prompts),
        "after": list(words.after),
    }
    kept.save(update_fields=["rating_guide", "interview_guide"])
    audit.record("changed the guides", kept, by=by, changes={"prompts": len(words.prompts)})


@transaction.atomic
def save_clusters(framework: Framework, rows: Iterable[ClusterWords], *, started_from: str, by: User | None) -> None:
    """Add, reword, order and remove clusters: the rows are all of them, in their order.

    Raises Stale when they are no longer what was on the page, NotNow when a cluster that competencies stand in, in any
    version, is missing.
    """
    Framework.objects.select_for_update().get(pk=framework.pk)
    if started_from != texts.mark_of_clusters(framework):
        present = ", ".join(cluster.name for cluster in framework.clusters.all()) or "none"
        raise Stale(f"Somebody changed the clusters meanwhile. Now they are: {present}. Yours are below; save again.")
    clusters = {cluster.key: cluster for cluster in framework.clusters.all()}
    names = []
    for order, row in enumerate(rows, start=1):
        cluster = clusters.pop(row.key, None) or Cluster(framework=framework, key=_free_cluster(framework, row.name))
        cluster.name, cluster.text, cluster.order = row.name, row.text, order
        cluster.save()
        names.append(row.name)
    for gone in clusters.values():
        if gone.versions.exists():
            raise NotNow(f"Competencies stand in “{gone.name}”, today or in an earlier version. Rename it instead.")
        gone.delete()
    audit.record("changed the clusters", framework, by=by, changes={"clusters": names})


def take_clusters(framework: Framework, changes: Iterable[ClusterChange], *, by: User | None) -> None:
    """Add and reword clusters as a file says, new ones behind the last; part of an import, which holds the locks."""
    here = {cluster.key: cluster for cluster in framework.clusters.all()}
    last = max((cluster.order for cluster in here.values()), default=0)
    names = []
    for change in changes:
        cluster = here.get(change.key)
        if cluster is None:
            last += 1
            cluster = Cluster(framework=framework, key=change.key, order=last)
        cluster.name, cluster.text = change.name, change.text
        cluster.save()
        names.append(change.name)
    if names:
        audit.record("changed the clusters", framework, by=by, changes={"clusters": names})


@transaction.atomic
def save_order(framework: Framework, keys: Sequence[str], *, started_from: str, by: User | None) -> None:
    """Put the competencies into the order in which people read them; what is not named comes behind. Raises Stale."""
    lock_framework_and_competencies(framework.pk)
    if started_from != texts.mark_of_order(framework):
        raise Stale("Somebody added or moved a competency meanwhile. Look at the order below again, then save.")
    known = {one.key: one for one in framework.competencies.all()}
    ordered = [known.pop(key) for key in dict.fromkeys(keys) if key in known]
    for place, competency in enumerate([*ordered, *known.values()], start=1):
        competency.order = place
    Competency.objects.bulk_update([*ordered, *known.values()], ["order"])
    audit.record("changed the order", framework, by=by, changes={"order": [one.key for one in ordered]})


@transaction.atomic
def save_levels(
    framework: Framework,
    levels: Sequence[LevelWords],
    *,
    started_from: str,
    change_note: str,
    by: User | None,
    at: datetime,
) -> Scale:
    """Reword the levels as the next version of the scale; every published competency goes to a new version with it.

    Earlier assessments keep the level names they were made with. The number of levels is fixed once there are
    competencies: indicators and role profiles are written for it.
    """
    lock_framework_and_competencies(framework.pk)
    _check_levels(levels)
    if started_from != texts.mark_of_levels(framework):
        present = ", ".join(level.name for level in texts.scale_levels(framework))
        raise Stale(f"Somebody changed the levels meanwhile. Now they are: {present}. Yours are below; save again.")
    now = [LevelWords(level.name, level.freedom, level.reach, level.text) for level in texts.scale_levels(framework)]
    if now == list(levels):
        raise NothingChanged("The levels are as they were.")
    versions = CompetencyVersion.objects.filter(competency__framework=framework)
    if len(now) != len(levels) and versions.exists():
        raise NotNow(
            f"The competencies are written for {len(now)} levels. Start a new framework as a copy with {len(levels)}."
        )
    if waiting := list(versions.drafts().filter(number__gt=1).values_list("name", flat=True)):
        raise NotNow(f"Publish or discard these drafts first: {', '.join(sorted(waiting))}.")
    if not change_note.strip() and texts.is_written(framework):
        raise NotReady("Say in a sentence what changed and why; everyone who is assessed can read it.")
    scale = _write_scale(framework, levels)
    versions.drafts().update(scale=scale)
    for version in texts.with_text(versions.issued_now()):
        drafts.reissue(version, change_note=change_note, by=by, at=at)
    audit.record(
        "changed the levels", framework, by=by, changes={"note": change_note, "levels": [x.name for x in levels]}
    )
    return scale


@transaction.atomic
def adopt(framework: Framework, *, by: User | None, at: datetime) -> None:
    """Put a framework into use in place of the one before. Running cycles keep what they pinned."""
    kept = Framework.objects.select_for_update().get(pk=framework.pk)
    if kept.state == Framework.State.IN_USE:
        raise NotNow("This framework is in use already.")
    if not CompetencyVersion.objects.issued_now().filter(competency__framework=kept).exists():
        raise NotReady("Publish its competencies first; people are measured with them from now on.")
    if not kept.profile_sets.exists():
        raise NotReady("Write its role profiles first; without them nobody knows what a role needs.")
    before = Framework.objects.in_use().first()
    put_into_use(kept, at=at)
    audit.record("put into use", kept, by=by, changes={"instead of": before.name if before else None})


def put_into_use(framework: Framework, *, at: datetime) -> None:
    Framework.objects.in_use().update(state=Framework.State.RETIRED)
    framework.state, framework.adopted_at = Framework.State.IN_USE, at
    framework.save(update_fields=["state", "adopted_at"])


@transaction.atomic
def discard(framework: Framework, *, by: User | None) -> None:
    """Throw away a framework in preparation with all that was written in it."""
    try:
        kept = lock_framework_and_competencies(framework.pk)
    except Framework.DoesNotExist:
        raise NotNow("This framework was thrown away already.") from None
    if kept.state != Framework.State.DRAFT:
        raise NotNow("Only a framework in preparation can be thrown away; the others are somebody's record.")
    try:
        with transaction.atomic():
            RoleProfile.objects.filter(profile_set__framework=framework).delete()
            ProfileSet.objects.filter(framework=framework).delete()
            CompetencyVersion.objects.filter(competency__framework=framework).delete()
            Competency.objects.filter(framework=framework).delete()
            audit.record("discarded", framework, by=by)
            framework.delete()
    except ProtectedError:
        raise NotNow("Documents were made from this framework. Delete them first.") from None


# --- helpers ----------------------------------------------------------------------------------------------------------


def _check_levels(levels: Sequence[LevelWords]) -> None:
    if not LOWEST_TOP <= len(levels) <= HIGHEST_LEVEL:
        raise NotReady(f"A framework has {LOWEST_TOP} to {HIGHEST_LEVEL} levels; name as many.")
    if any(not level.name.strip() or not level.text.strip() for level in levels):
        raise NotReady("Give each level a name and a sentence.")
    if len({level.name.lower() for level in levels}) < len(levels):
        raise NotReady("Two levels have the same name. Each needs its own.")


def _write_scale(framework: Framework, levels: Sequence[LevelWords]) -> Scale:
    last = framework.scales.order_by("-number").first()
    zero = last.levels.filter(value=0).values("name", "freedom", "reach", "text").first() if last else None
    scale = Scale.objects.create(framework=framework, number=last.number + 1 if last else 1)
    Level.objects.create(scale=scale, value=0, **(zero or ZERO))
    Level.objects.bulk_create(
        Level(scale=scale, value=value, name=x.name, freedom=x.freedom, reach=x.reach, text=x.text)
        for value, x in enumerate(levels, start=1)
    )
    return scale


def _copy(source: Framework, target: Framework, *, top: int, by: User | None, at: datetime) -> None:
    Cluster.objects.bulk_create(
        Cluster(framework=target, key=one.key, name=one.name, text=one.text, order=one.order)
        for one in source.clusters.all()
    )
    is_alike = len(texts.scale_levels(source)) == top
    keys: dict[str, str] = {}
    versions = CompetencyVersion.objects.issued_now().filter(competency__framework=source)
    for version in texts.with_text(versions).order_by("competency__order", "competency_id"):
        draft = drafts.add_competency(target, _cut(texts.wording_of(version), top), by=by, at=at)
        keys[version.competency.key] = draft.competency.key
        if is_alike:
            note = f"Copied from {source.name}, version {version.number}."
            drafts.publish(draft.competency, started_from=draft.mark, change_note=note, by=by, at=at)
    _copy_profiles(source, target, keys, top=top, by=by, at=at)


def _cut(wording: Wording, top: int) -> Wording:
    """The same without what is said of levels above the highest one."""
    learning = [replace(x, for_levels=tuple(level for level in x.for_levels if level <= top)) for x in wording.learning]
    return replace(
        wording,
        indicators={level: lines for level, lines in wording.indicators.items() if level <= top},
        contrary={level: lines for level, lines in wording.contrary.items() if level <= top},
        learning=tuple(x for x in learning if x.for_levels),
    )


def _copy_profiles(
    source: Framework, target: Framework, keys: dict[str, str], *, top: int, by: User | None, at: datetime
) -> None:
    grid = grids.profile_grid(source)
    if not grid.columns:
        return
    roles = RoleProfile.objects.filter(profile_set=grid.profile_set).select_related("job_role")
    new = [
        NewProfile(
            role.job_role,
            role.name,
            role.purpose,
            {
                keys[key]: Cell(min(cell.level, top), cell.is_focus)
                for (role_id, key), cell in grid.cells.items()
                if role_id == role.job_role_id and key in keys
            },
        )
        for role in roles
    ]
    save_profiles(target, new, follows=0, change_note=f"Copied from {source.name}.", by=by, at=at)


def _free_key(name: str) -> str:
    base = slugify(name)[:50] or "framework"
    taken = set(Framework.objects.filter(key__startswith=base).values_list("key", flat=True)) | {"new"}
    return next(key for n in range(1, len(taken) + 2) if (key := base if n == 1 else f"{base}-{n}") not in taken)


def _free_cluster(framework: Framework, name: str) -> str:
    base = slugify(name)[:50] or "cluster"
    taken = set(framework.clusters.values_list("key", flat=True))
    return next(key for n in range(1, len(taken) + 2) if (key := base if n == 1 else f"{base}-{n}") not in taken)
