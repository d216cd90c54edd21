"""A questionnaire's life: begun or copied, worked on as a draft, published, retired."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.text import slugify

from assessments.surveys.instrument_pages import minutes
from assessments.surveys.models import Form, Instrument, InstrumentVersion, Item, Placement
from assessments.surveys.queries import instruments as queries
from assessments.surveys.services import languages, rotation
from core import audit
from core.errors import Conflict, DomainError
from people.models import User

State = InstrumentVersion.State
RESERVED = {"new", "import"}  # addresses beside those of the questionnaires
Row = TypeVar("Row", Item, Form)
_KEPT_BY_A_VERSION = ("language", "is_validated", "texts", "scales", "constructs")


class Stale(Conflict):
    """Somebody changed the draft in between."""

    def __init__(self) -> None:
        super().__init__("Somebody changed this draft while you were at it. Look at it anew, then make your change.")


class NotNow(DomainError):
    """The version is in a state that does not allow this."""


class NotReady(DomainError):
    """Something is missing before the draft can be published."""


@transaction.atomic
def create(name: str, *, by: User) -> InstrumentVersion:
    """Begin an empty questionnaire with the scales and texts of the newest published one. Raises NotReady."""
    model = InstrumentVersion.objects.exclude(state=State.DRAFT).order_by("-published_at").first()
    if model is None:
        raise NotReady("Load the shipped questionnaire first: its answer scales are used for every other one.")
    instrument = Instrument.objects.create(key=_free_key(name), name=name.strip(), is_own=True)
    kept = {field: getattr(model, field) for field in _KEPT_BY_A_VERSION} | {"is_validated": False}
    draft = InstrumentVersion.objects.create(instrument=instrument, number=1, **kept)
    audit.record("added", draft, by=by, changes={"name": instrument.name})
    return draft


@transaction.atomic
def copy(version: InstrumentVersion, name: str, *, by: User) -> InstrumentVersion:
    """Begin a questionnaire as a copy. Items keep their codes, so that answers to the same item can be compared."""
    instrument = Instrument.objects.create(key=_free_key(name), name=name.strip(), is_own=version.instrument.is_own)
    draft = _copied(version, instrument, number=1)
    audit.record("added", draft, by=by, changes={"name": instrument.name, "copied from": str(version)})
    return draft


@transaction.atomic
def start_draft(instrument: Instrument, *, by: User) -> InstrumentVersion:
    """The draft to work on: the one there is, or a copy of the newest version. Raises NotNow."""
    if instrument.key.startswith(rotation.KEY):
        raise NotNow(
            "A recurring survey makes these questions itself, wave by wave. Edit the questionnaire they come from."
        )
    Instrument.objects.select_for_update().get(pk=instrument.pk)
    newest = instrument.versions.order_by("-number").first()
    assert newest is not None
    if newest.state == State.DRAFT:
        return newest
    draft = _copied(newest, instrument, number=newest.number + 1)
    audit.record("draft started", draft, by=by)
    return draft


@transaction.atomic
def discard(version: InstrumentVersion, *, revision: int, by: User) -> None:
    """Throw a draft away; a questionnaire that was never published goes with it. Raises NotNow, Stale."""
    draft = locked_draft(version, revision)
    audit.record("draft discarded", draft, by=by)
    instrument = draft.instrument
    Placement.objects.filter(form__version=draft).delete()
    draft.delete()
    if not instrument.versions.exists():
        instrument.delete()


@transaction.atomic
def publish(
    version: InstrumentVersion, *, change_note: str, revision: int, by: User, at: datetime
) -> InstrumentVersion:
    """Put the draft into use for new campaigns. The version before it is retired; campaigns that pin it keep it.

    Raises NotNow, Stale, NotReady.
    """
    draft = locked_draft(version, revision)
    if not change_note.strip():
        raise NotReady("Say in a sentence what changed and why. It stands beside the version for ever.")
    if problems := queries.problems(draft):
        raise NotReady(problems[0])
    for earlier in draft.instrument.versions.filter(state=State.PUBLISHED):
        _retire(earlier)
    draft.state, draft.published_at, draft.change_note = State.PUBLISHED, at, change_note.strip()
    draft.save(update_fields=["state", "published_at", "change_note"])
    audit.record("published", draft, by=by, changes={"note": draft.change_note})
    return draft


@transaction.atomic
def retire(version: InstrumentVersion, *, by: User) -> InstrumentVersion:
    """Offer a version to no new campaign. Running ones keep it, and HR can start a draft from it. Raises NotNow."""
    version = InstrumentVersion.objects.select_for_update().get(pk=version.pk)
    if version.state != State.PUBLISHED:
        raise NotNow("Only a version in use can be retired.")
    _retire(version)
    audit.record("retired", version, by=by)
    return version


def locked_draft(version: InstrumentVersion, revision: int) -> InstrumentVersion:
    """The draft, locked to the end of the transaction, one revision further. Raises NotNow, Stale."""
    draft = InstrumentVersion.objects.select_for_update(of=("self",)).select_related("instrument").get(pk=version.pk)
    if draft.is_frozen:
        raise NotNow("A published version never changes. Start a draft of the next one.")
    if draft.revision != revision:
        raise Stale
    draft.revision += 1
    draft.save(update_fields=["revision"])
    return draft


def _retire(version: InstrumentVersion) -> None:
    version.state = State.RETIRED
    version.save(update_fields=["state"])


def _copied(version: InstrumentVersion, instrument: Instrument, *, number: int) -> InstrumentVersion:
    kept = {field: getattr(version, field) for field in _KEPT_BY_A_VERSION}
    draft = InstrumentVersion.objects.create(instrument=instrument, number=number, based_on=version, **kept)
    old_items, old_forms = list(version.items.all()), list(version.forms.order_by("pk"))
    new_items = dict(zip((item.pk for item in old_items), _renewed(old_items, draft), strict=True))
    new_forms = dict(zip((form.pk for form in old_forms), _renewed(old_forms, draft), strict=True))
    Item.objects.bulk_create(new_items.values())
    Form.objects.bulk_create(new_forms.values())
    Placement.objects.bulk_create(
        Placement(form=new_forms[row.form_id], item=new_items[row.item_id], order=row.order, page=row.page)
        for row in Placement.objects.filter(form__version=version)
    )
    languages.copy(version, draft)
    return draft


def _renewed(rows: Iterable[Row], draft: InstrumentVersion) -> list[Row]:
    """Unsaved copies that belong to the draft."""
    renewed = []
    for row in rows:
        fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        renewed.append(type(row)(**(fields | {"id": None, "version_id": draft.pk})))
    return renewed


def recount(form: Form) -> None:
    """The estimated minutes of a form after its items changed."""
    form.minutes = minutes(form.items.values_list("kind", flat=True), form.version.texts.get("timing", {}))
    form.save(update_fields=["minutes"])


def _free_key(name: str) -> str:
    stem = slugify(name)[:50] or "questionnaire"
    taken = set(Instrument.objects.filter(key__startswith=stem).values_list("key", flat=True)) | RESERVED
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)
