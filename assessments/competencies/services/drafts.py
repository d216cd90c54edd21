"""What HR does with a competency: write a draft, publish it, retire it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import slugify

from assessments.competencies.models import (
    Cluster,
    Competency,
    CompetencyVersion,
    Framework,
    Indicator,
    Scale,
)
from assessments.competencies.queries import texts
from assessments.competencies.services.refusals import NothingChanged, NotNow, NotReady, Stale
from assessments.competencies.wording import Wording, changes
from core import audit
from people.models import User

State = CompetencyVersion.State
SAME_CLICK = timedelta(minutes=1)
WRITTEN = [
    *("name", "cluster", "definition", "constructs", "job_description_sentence", "interview_questions", "learning"),
    *("revision", "saved_at", "saved_by"),
]
RESERVED = {
    "documents",
    "expected",
    "frameworks",
    "imports",
    "new",
    "profiles",
}  # addresses beside those of the competencies


# --- drafts -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_competency(framework: Framework, wording: Wording, *, by: User | None, at: datetime) -> CompetencyVersion:
    """Start a new competency with a draft of its first version. Its key is made from the name, once.

    The same words by the same person within a minute are the same click.
    """
    Framework.objects.select_for_update().get(pk=framework.pk)
    started = CompetencyVersion.objects.drafts().filter(competency__framework=framework, number=1, name=wording.name)
    twin = texts.with_text(started.filter(saved_by=by, saved_at__gt=at - SAME_CLICK)).first() if by else None
    if twin and not changes(texts.wording_of(twin), wording):
        return twin
    last = framework.competencies.order_by("-order").values_list("order", flat=True).first()
    key = free_key(wording.name, set(Competency.objects.values_list("key", flat=True)) | RESERVED)
    competency = Competency.objects.create(framework=framework, key=key, order=(last or 0) + 1)
    return start_first_draft(competency, wording, by=by, at=at)


@transaction.atomic
def start_first_draft(competency: Competency, wording: Wording, *, by: User | None, at: datetime) -> CompetencyVersion:
    """Write version 1, as a draft, of a competency that has no version yet."""
    draft = _new_draft(competency, wording, number=1, by=by, at=at)
    audit.record("draft started", draft, by=by)
    return draft


@transaction.atomic
def save_draft(
    competency: Competency, wording: Wording, *, started_from: str, by: User | None, at: datetime
) -> CompetencyVersion:
    """Save the draft, starting one when there is none. `started_from` is the `mark` of the version that was on the page.

    Raises Stale when that version is no longer what an editor would start from, NothingChanged when the words are the
    same as before.
    """
    current = _lock_editable(competency, started_from)
    if competency.merged_into_id:
        raise NotNow("This competency was merged into another one. Write there; this one stays as it was.")
    if not changes(texts.wording_of(current), wording):
        raise NothingChanged("Nothing has changed since it was last saved.")
    if current.is_draft:
        _write(current, wording, by=by, at=at)
        audit.record("draft saved", current, by=by)
        return current
    number = competency.versions.order_by("-number").values_list("number", flat=True)[0] + 1
    draft = _new_draft(competency, wording, number=number, by=by, at=at)
    audit.record("draft started", draft, by=by)
    return draft


@transaction.atomic
def discard_draft(competency: Competency, *, started_from: str, by: User | None) -> None:
    """Throw the draft away. A competency that was never published goes with it."""
    draft = _lock_editable(competency, started_from)
    if not draft.is_draft:
        raise NotNow("There is no draft to discard; a published version stays as it is.")
    audit.record("draft discarded", draft, by=by)
    draft.delete()
    if not competency.versions.exists():
        competency.delete()


# --- publication ------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish(
    competency: Competency, *, started_from: str, change_note: str, by: User | None, at: datetime
) -> CompetencyVersion:
    """Put the draft into use. The version it follows is retired; whoever pinned that one keeps it unchanged."""
    draft = _lock_editable(competency, started_from)
    if not draft.is_draft:
        raise NotNow("There is no draft to publish.")
    _check_ready(draft, change_note)
    before = competency.versions.issued_now().first()
    if before:
        retire_version(before, at=at)
    _put_into_use(draft, change_note=change_note, by=by, at=at)
    audit.record(
        "published", draft, by=by, changes={"note": draft.change_note, "follows": before.number if before else None}
    )
    return draft


@transaction.atomic
def retire(competency: Competency, *, by: User | None, at: datetime) -> CompetencyVersion:
    """Take a competency out of use. Running cycles keep it; new ones and the role profiles leave it out."""
    Competency.objects.select_for_update().get(pk=competency.pk)
    version = competency.versions.issued_now().first()
    if version is None:
        raise NotNow("Only a competency in use can be retired.")
    retire_version(version, at=at)
    audit.record("retired", version, by=by)
    return version


@transaction.atomic
def bring_back(competency: Competency, *, by: User | None, at: datetime) -> CompetencyVersion:
    """Put a retired competency into use again, in the words it had, as its next version."""
    Competency.objects.select_for_update().get(pk=competency.pk)
    last = texts.editable(competency)
    if competency.merged_into_id or last.state != State.RETIRED:
        raise NotNow("Only a competency that is out of use and was not merged comes back. Publish its draft instead.")
    note = f"Back in use, in the words of version {last.number}."
    fresh = _new_draft(competency, texts.wording_of(last), number=last.number + 1, by=by, at=at)
    _check_ready(fresh, note)
    _put_into_use(fresh, change_note=note, by=by, at=at)
    audit.record("published", fresh, by=by, changes={"note": note, "follows": None})
    return fresh


def reissue(version: CompetencyVersion, *, change_note: str, by: User | None, at: datetime) -> CompetencyVersion:
    """Publish the same words once more, on the framework's newest scale. Part of frameworks.save_levels."""
    fresh = _new_draft(version.competency, texts.wording_of(version), number=version.number + 1, by=by, at=at)
    retire_version(version, at=at)
    _put_into_use(fresh, change_note=change_note, by=by, at=at)
    return fresh


def _put_into_use(draft: CompetencyVersion, *, change_note: str, by: User | None, at: datetime) -> None:
    draft.state, draft.change_note = State.PUBLISHED, change_note.strip()
    draft.published_at, draft.published_by = at, by
    draft.save(update_fields=["state", "change_note", "published_at", "published_by"])


def retire_version(version: CompetencyVersion, *, at: datetime) -> None:
    version.state, version.retired_at = State.RETIRED, at
    version.save(update_fields=["state", "retired_at"])


def _check_ready(draft: CompetencyVersion, change_note: str) -> None:
    if not change_note.strip():
        raise NotReady("Say in a sentence what changed and why; everyone who is assessed can read it.")
    lines = texts.indicators_of(draft)
    if empty := [level for level in draft.scale.levels.all() if level.value and not lines.get(level.value)]:
        names = ", ".join(str(level) for level in empty)
        raise NotReady(f"Write at least one indicator for each level. Missing: {names}.")
    if not draft.constructs:
        raise NotReady("Choose at least one of the seven Cs that this competency serves.")
    others = CompetencyVersion.objects.issued_now().filter(competency__framework=draft.competency.framework_id)
    others = others.exclude(competency=draft.competency)
    if others.filter(name__iexact=draft.name).exists():
        raise NotReady(f"There is another competency named “{draft.name}”. Two need two names.")
    published = texts.published_of(draft.competency)
    if published and not changes(texts.wording_of(published), texts.wording_of(draft)):
        raise NotReady(f"The draft says the same as version {published.number}. Change something, or discard it.")


# --- helpers ----------------------------------------------------------------------------------------------------------


def _lock_editable(competency: Competency, started_from: str) -> CompetencyVersion:
    """The version an editor starts from, locked to the end of the transaction."""
    Competency.objects.select_for_update().get(pk=competency.pk)
    current = texts.editable(competency)
    if current.mark != started_from:
        raise Stale("Somebody saved this competency while you were writing. Nothing of yours is lost: compare below.")
    return current


def _new_draft(
    competency: Competency, wording: Wording, *, number: int, by: User | None, at: datetime
) -> CompetencyVersion:
    scale = Scale.objects.filter(framework=competency.framework_id).order_by("-number").first()
    draft = CompetencyVersion(competency=competency, number=number, scale=scale, saved_at=at)
    _fill(draft, wording, by=by, at=at)
    draft.save()
    Indicator.objects.bulk_create(indicators_of(draft, wording))
    return draft


def _write(draft: CompetencyVersion, wording: Wording, *, by: User | None, at: datetime) -> None:
    _fill(draft, wording, by=by, at=at)
    draft.revision += 1
    draft.save(update_fields=WRITTEN)
    draft.indicators.all().delete()
    Indicator.objects.bulk_create(indicators_of(draft, wording))


def _fill(draft: CompetencyVersion, wording: Wording, *, by: User | None, at: datetime) -> None:
    cluster = Cluster.objects.get(framework=draft.competency.framework_id, key=wording.cluster)
    fill(draft, wording, cluster, by=by, at=at)


def fill(draft: CompetencyVersion, wording: Wording, cluster: Cluster, *, by: User | None, at: datetime) -> None:
    """Put the words into a draft, without its indicators and without saving it."""
    draft.cluster = cluster
    draft.name, draft.definition = wording.name, wording.definition
    draft.constructs = list(wording.constructs)
    draft.job_description_sentence = wording.job_description_sentence
    draft.interview_questions = list(wording.interview_questions)
    draft.learning = [activity.stored for activity in wording.learning]
    draft.saved_at, draft.saved_by = at, by


def indicators_of(draft: CompetencyVersion, wording: Wording) -> list[Indicator]:
    """The indicators of a saved draft, not saved themselves."""
    return [
        Indicator(version=draft, level=level, is_contrary=is_contrary, order=order, text=text)
        for is_contrary, levels in ((False, wording.indicators), (True, wording.contrary))
        for level, lines in levels.items()
        for order, text in enumerate(lines, start=1)
    ]


def free_key(name: str, taken: Collection[str]) -> str:
    """A key made from a name that nobody has."""
    base = slugify(name).replace("-", "_")[:50] or "competency"
    return next(
        key for number in range(1, len(taken) + 2) if (key := base if number == 1 else f"{base}_{number}") not in taken
    )
