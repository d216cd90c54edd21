"""Take a file into a draft, or begin a questionnaire with one: first looked at, then applied, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from assessments.surveys import instrument_files as files
from assessments.surveys.instrument_files import Content, FileRefused, RowError
from assessments.surveys.languages import problem, texts_of
from assessments.surveys.models import Form, InstrumentVersion, Item, Placement
from assessments.surveys.queries import instruments as queries
from assessments.surveys.queries import languages as language_queries
from assessments.surveys.services import instruments, languages
from assessments.surveys.services.instrument_items import MEANING, TEXT_KEYS, WORDING, arrange_rows
from core import audit
from core.errors import DomainError
from people.models import User

_FIXED = ("kind", *MEANING)


class RowsRefused(DomainError):
    """Some rows cannot be taken, so none was."""

    def __init__(self, errors: list[RowError]) -> None:
        super().__init__("Nothing was changed: the file has errors. Mend them and upload it again.")
        self.errors = errors


@dataclass(frozen=True)
class Line:
    """What would become of one item."""

    code: str
    old: str
    new: str


@dataclass(frozen=True)
class Plan:
    """What applying a file would do. With errors nothing can be applied."""

    content: Content
    errors: tuple[RowError, ...]
    added: tuple[Line, ...]
    changed: tuple[Line, ...]
    removed: tuple[Line, ...]
    forms: tuple[str, ...]
    languages: tuple[str, ...] = ()

    @property
    def does_nothing(self) -> bool:
        return not (self.errors or self.added or self.changed or self.removed)


def look(version: InstrumentVersion, content: Content) -> Plan:
    """What the file would do to a draft. Writes nothing."""
    present = {item.code: item for item in version.items.all()}
    wanted = {row.code: row for row in content.items}
    forms = _forms(version, content)
    return Plan(
        content=content,
        errors=(*content.errors, *_disagreements(version, content, forms), *_wrong_languages(version, content)),
        added=tuple(Line(code, "", _words(row.fields)) for code, row in wanted.items() if code not in present),
        changed=tuple(
            Line(code, _item_words(present[code]), _words(row.fields))
            for code, row in wanted.items()
            if code in present and any(getattr(present[code], name) != value for name, value in row.fields.items())
        ),
        removed=tuple(Line(code, _item_words(item), "") for code, item in present.items() if code not in wanted),
        forms=tuple(f"{name}: {sum(map(len, files.pages(content, key)))} items" for key, (name, _) in forms.items()),
        languages=_language_names(content),
    )


@transaction.atomic
def apply(version: InstrumentVersion, content: Content, *, revision: int, by: User) -> Plan:
    """Make the draft what the file says. Raises RowsRefused, NotNow, Stale; then nothing has changed."""
    draft = instruments.locked_draft(version, revision)
    plan = look(draft, content)
    if plan.errors:
        raise RowsRefused(list(plan.errors))
    _write_items(draft, content)
    _write_forms(draft, content)
    if content.texts is not None:
        draft.texts = {**draft.texts, **{k: str(v)[:2000] for k, v in content.texts.items() if k in TEXT_KEYS}}
        draft.save(update_fields=["texts"])
    for code, said in content.languages.items():
        languages.take_in(draft, code, said)
    changes = {"added": len(plan.added), "changed": len(plan.changed), "removed": len(plan.removed)}
    audit.record("imported", draft, by=by, changes=changes)
    return plan


def look_at_new(content: Content) -> Plan:
    """What beginning a questionnaire with the file would do. Writes nothing. Raises FileRefused for a table of items."""
    if content.forms is None:
        raise FileRefused("A new questionnaire needs the JSON file, which also holds its forms and texts.")
    lines = tuple(Line(row.code, "", _words(row.fields)) for row in content.items)
    forms = tuple(f"{f.name}: {sum(map(len, files.pages(content, f.key)))} items" for f in content.forms)
    return Plan(content, tuple(content.errors), lines, (), (), forms, _language_names(content))


@transaction.atomic
def begin(content: Content, *, name: str, by: User) -> InstrumentVersion:
    """Begin a questionnaire of one's own with a file. Raises RowsRefused, FileRefused, NotReady."""
    look_at_new(content)
    if content.errors:
        raise RowsRefused(content.errors)
    draft = instruments.create(name, by=by)
    apply(draft, content, revision=draft.revision, by=by)
    return draft


def _disagreements(version: InstrumentVersion, content: Content, forms: dict[str, tuple[str, str]]) -> list[RowError]:
    """Rows that would change what a known code means, enter a score unasked, or stand in the wrong form."""
    pinned, own = queries.pinned_items(version), version.instrument.is_own
    found = Content(items=content.items)
    if content.forms is None:
        files.check_forms(found, forms)
    for row in content.items:
        before = pinned.get(row.code)
        if before is not None:
            _compare(found, row, before)
        elif row.fields["construct"] and not own and not _takes_place(row, pinned):
            found.refuse(
                row.where,
                f"{row.code} would enter a construct score. Items added here are reported on their own: leave construct "
                "empty, or name in “replaces” the item of the same construct whose place it takes.",
            )
        for key, _ in row.places:
            audience = forms.get(key, ("", ""))[1]
            if audience and (audience == Item.Audience.CUSTOMER) != _is_for_customers(row, audience):
                found.refuse(row.where, f"{row.code} has no wording for those who are asked in {key}.")
    return found.errors


def _wrong_languages(version: InstrumentVersion, content: Content) -> list[RowError]:
    """What a file says in other languages in a way that cannot stand. Of items it takes out it may still hold words."""
    if not content.languages:
        return []
    items = [
        Item(code=row.code, block="", **{k: v for k, v in row.fields.items() if k in WORDING}) for row in content.items
    ]
    texts = {**version.texts, **{key: text for key, text in (content.texts or {}).items() if key in TEXT_KEYS}}
    asked = {text.key: text for text in texts_of(texts, version.scales, items)}
    found = []
    for code, said in content.languages.items():
        if not language_queries.is_language(code) or code.split("-")[0] == version.language.split("-")[0]:
            found.append(RowError("Languages", f"“{code[:20]}” is no other language than that of the questionnaire."))
        for key, words in said.items():
            is_gone = key.startswith("item:") and key not in asked
            fault = "" if is_gone else problem(asked[key], words) if key in asked else "There is no such text."
            if fault:
                found.append(RowError(f"{code}, {key[:80]}", fault))
    return found


def _language_names(content: Content) -> tuple[str, ...]:
    return tuple(f"{language_queries.name_of(code)}: {len(said)} texts" for code, said in content.languages.items())


def _compare(found: Content, row: files.ItemRow, before: Item) -> None:
    if any(row.fields[name] != getattr(before, name) for name in _FIXED):
        found.refuse(
            row.where,
            f"{row.code} has been asked as another kind of item, for another construct or the other way round. What means "
            "something else needs a code of its own.",
        )
        return
    is_reworded = any(row.fields[name] != getattr(before, name) for name in WORDING)
    if is_reworded and row.fields["text_version"] <= before.text_version:
        found.refuse(
            row.where,
            f"The words of {row.code} differ from those asked before. If this corrects them, raise text_version to "
            f"{before.text_version + 1}; if it asks something else, give it a new code.",
        )


def _takes_place(row: files.ItemRow, pinned: dict[str, Item]) -> bool:
    replaced = pinned.get(row.fields["replaces"])
    return replaced is not None and replaced.construct == row.fields["construct"]


def _is_for_customers(row: files.ItemRow, audience: str) -> bool:
    if audience == Item.Audience.CUSTOMER:
        return row.fields["audience"] == Item.Audience.CUSTOMER or bool(row.fields["customer_text"])
    return bool(row.fields["audience"] == Item.Audience.CUSTOMER)


def _forms(version: InstrumentVersion, content: Content) -> dict[str, tuple[str, str]]:
    """Name and audience of the forms after applying, by key."""
    if content.forms is not None:
        return {form.key: (form.name, form.audience) for form in content.forms}
    return {form.key: (form.name, form.audience) for form in version.forms.order_by("pk")}


def _write_items(draft: InstrumentVersion, content: Content) -> None:
    Placement.objects.filter(form__version=draft).delete()
    draft.items.exclude(code__in=[row.code for row in content.items]).delete()
    present = {item.code: item for item in draft.items.all()}
    pinned, own = queries.pinned_items(draft), draft.instrument.is_own
    for order, row in enumerate(content.items, start=1):
        item = present.get(row.code) or Item(version=draft, code=row.code, block=row.fields["construct"] or "custom")
        for name, value in row.fields.items():
            setattr(item, name, value)
        if not own and row.code not in pinned:
            replaced = pinned[item.replaces] if _takes_place(row, pinned) else None
            item.is_custom = replaced.is_custom if replaced else True
            item.block = replaced.block if replaced else "custom"
        item.order = order
        item.save()


def _write_forms(draft: InstrumentVersion, content: Content) -> None:
    if content.forms is not None:
        draft.forms.exclude(key__in=[form.key for form in content.forms]).delete()
        for row in content.forms:
            words = {"name": row.name, "audience": row.audience, "rule": row.rule}
            Form.objects.update_or_create(
                version=draft, key=row.key, defaults=words, create_defaults=words | {"minutes": 0}
            )
    for form in draft.forms.all():
        arrange_rows(form, files.pages(content, form.key))


def _words(fields: Mapping[str, object]) -> str:
    return " / ".join(str(fields[name]) for name in WORDING if fields.get(name))


def _item_words(item: Item) -> str:
    return " / ".join(words for name in WORDING if (words := getattr(item, name)))
