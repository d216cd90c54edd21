"""Changes of a draft questionnaire: its items, its forms, their order and the texts around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify

from assessments.surveys.instrument_pages import Pages, added, next_code
from assessments.surveys.models import Form, InstrumentVersion, Item, Placement
from assessments.surveys.queries import instruments as queries
from assessments.surveys.services.instruments import locked_draft, recount
from core import audit
from core.errors import DomainError
from people.models import User

OWN_CODE = "OWN0"
PREFIXES = {
    "strategy": "STR",
    "characteristics": "CHA",
    "commander": "CMD",
    "commitment": "COM",
    "communication": "CMU",
    "competency": "CPY",
    "consequence": "CSQ",
}
SCALES = {"likert": "agree5", "numeric": "recommend11", "slider": "slider100"}
MEANING = ("construct", "is_reversed")  # a change of these is a change of meaning, whatever one calls it
WORDING = ("text", "leader_text", "customer_text", "left", "right", "left_short", "right_short")
SPELLING, NEW_MEANING = "spelling", "meaning"
TEXT_KEYS = ("employee_intro", "customer_intro", "slider_intro", "senior_leaders_note", "comment_warning")


class SayWhich(DomainError):
    """The words of an item that was asked before have changed: is it still the same question?"""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"{code} has been asked before. Say whether this corrects its words or makes it mean something else."
        )


class Unfit(DomainError):
    """The item cannot stand where it was put, or lacks something."""


@dataclass(frozen=True)
class Change:
    """What became of an item: its code now, and whether its trend goes on."""

    item: Item
    is_new_item: bool


@transaction.atomic
def add_item(version: InstrumentVersion, *, revision: int, by: User, forms: Sequence[Form], **fields: object) -> Item:
    """Add an item written here to the end of these forms.

    It is reported on its own, in no construct score, unless the whole questionnaire was begun here. Raises Unfit,
    NotNow, Stale.
    """
    draft = locked_draft(version, revision)
    construct = str(fields.pop("construct", "") or "") if draft.instrument.is_own else ""
    fields.pop("construct", None)
    kind = str(fields["kind"])
    code = next_code(f"{PREFIXES[construct]}0" if construct else OWN_CODE, queries.codes_ever(draft.instrument))
    item = Item(
        version=draft,
        code=code,
        block=construct or "custom",
        construct=construct,
        is_custom=not construct,
        scale=SCALES.get(kind, ""),
        order=draft.items.count() + 1,
        **fields,
    )
    _check_words(item)
    item.save()
    for form in forms:
        _place(form, item)
    audit.record("added an item", draft, by=by, changes={item.code: {"new": _words(item)}})
    return item


@transaction.atomic
def change_item(item: Item, *, revision: int, by: User, change: str, **fields: object) -> Change:
    """Change an item of a draft. `change` says what new words do: "spelling" keeps the code and raises the text version,
    "meaning" gives a new code, whose trend starts anew. Raises SayWhich, Unfit, NotNow, Stale.
    """
    draft = locked_draft(item.version, revision)
    item = Item.objects.select_for_update().get(pk=item.pk, version=draft)
    before = queries.pinned_items(draft).get(item.code)
    old = {name: getattr(item, name) for name in fields}
    for name, value in fields.items():
        setattr(item, name, value)
    if not draft.instrument.is_own and item.is_custom:
        item.construct = ""
    _check_words(item)
    is_new_item = before is not None and _decided(item, before, change) == NEW_MEANING
    if is_new_item:
        item.replaces, item.text_version = item.code, 1
        item.code = next_code(item.code, queries.codes_ever(draft.instrument))
    elif before is not None:
        item.text_version = before.text_version + (1 if _differs(item, before, WORDING) else 0)
    item.save(update_fields=[*fields, "construct", "code", "replaces", "text_version"])
    changes = {name: {"old": str(old[name]), "new": str(value)} for name, value in fields.items() if old[name] != value}
    audit.record("changed an item", draft, by=by, changes={"item": item.code, **changes})
    return Change(item, is_new_item)


@transaction.atomic
def remove_item(item: Item, *, revision: int, by: User) -> None:
    """Take an item out of the draft and all its forms. Its code is never given to another one. Raises NotNow, Stale."""
    draft = locked_draft(item.version, revision)
    forms = list(Form.objects.filter(placements__item=item))
    audit.record("removed an item", draft, by=by, changes={item.code: {"old": _words(item)}})
    Placement.objects.filter(item=item).delete()
    Item.objects.filter(pk=item.pk).delete()
    for form in forms:
        arrange_rows(form, queries.pages_of(form))


@transaction.atomic
def arrange(form: Form, pages: Pages, *, revision: int, by: User) -> None:
    """Set the order and the pages of a form, which may leave items out or take in others. Raises Unfit, NotNow, Stale."""
    draft = locked_draft(form.version, revision)
    asked = draft.items.filter(code__in=[code for page in pages for code in page])
    for item in asked:
        _check_audience(item, form)
    arrange_rows(form, pages)
    audit.record("arranged", draft, by=by, changes={"form": form.name})


@transaction.atomic
def add_form(version: InstrumentVersion, *, name: str, audience: str, revision: int, by: User) -> Form:
    """An empty selection of the questionnaire's items for one audience. Raises NotNow, Stale."""
    draft = locked_draft(version, revision)
    stem = slugify(name)[:36].replace("-", "_") or "form"
    taken = set(draft.forms.values_list("key", flat=True))
    key = next(key for key in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if key not in taken)
    form = Form.objects.create(version=draft, key=key, name=name.strip(), audience=audience, minutes=0)
    audit.record("added a form", draft, by=by, changes={"form": form.name})
    return form


@transaction.atomic
def rename_form(form: Form, *, name: str, rule: str, revision: int, by: User) -> Form:
    """Another name, and another note for HR; what it asks, and of whom, stays. Raises NotNow, Stale."""
    draft = locked_draft(form.version, revision)
    changes = {"name": {"old": form.name, "new": name}, "how to use it": {"old": form.rule, "new": rule}}
    form.name, form.rule = name.strip(), rule.strip()
    form.save(update_fields=["name", "rule"])
    audit.record("renamed a form", draft, by=by, changes={k: v for k, v in changes.items() if v["old"] != v["new"]})
    return form


@transaction.atomic
def remove_form(form: Form, *, revision: int, by: User) -> None:
    """Raises NotNow, Stale."""
    draft = locked_draft(form.version, revision)
    audit.record("removed a form", draft, by=by, changes={"form": form.name})
    form.delete()


@transaction.atomic
def save_texts(
    version: InstrumentVersion,
    texts: Mapping[str, str],
    *,
    revision: int,
    by: User,
    meanings: Mapping[str, Mapping[str, str]] | None = None,
) -> InstrumentVersion:
    """The introductions and notes, and what low and high mean by C where `meanings` say so. Raises NotNow, Stale."""
    draft = locked_draft(version, revision)
    changed = {key: texts[key] for key in TEXT_KEYS if key in texts and texts[key] != draft.texts.get(key, "")}
    changes = {key: {"old": draft.texts.get(key, ""), "new": words} for key, words in changed.items()}
    constructs = dict(draft.constructs)
    for construct, said in (meanings or {}).items():
        old = constructs.get(construct, {})
        constructs[construct] = {**old, **said}
        new = {name: words for name, words in said.items() if words != old.get(name, "")}
        changes |= {f"{construct} {name}": {"old": old.get(name, ""), "new": words} for name, words in new.items()}
    audit.record("changed texts", draft, by=by, changes=changes)
    draft.texts, draft.constructs = {**draft.texts, **changed}, constructs
    draft.save(update_fields=["texts", "constructs"])
    return draft


def arrange_rows(form: Form, pages: Pages) -> None:
    """Write a form's placements anew, in a transaction of the caller's."""
    codes = dict(Item.objects.filter(version=form.version_id).values_list("code", "pk"))
    placed = [(number, code) for number, page in enumerate(pages, start=1) for code in page]
    Placement.objects.filter(form=form).delete()
    Placement.objects.bulk_create(
        Placement(form=form, item_id=codes[code], order=order, page=number)
        for order, (number, code) in enumerate(placed, start=1)
    )
    recount(form)


def _place(form: Form, item: Item) -> None:
    _check_audience(item, form)
    pages = queries.pages_of(form)
    kinds = dict(form.version.items.values_list("code", "kind"))
    arrange_rows(form, added(pages, item.code, kinds, is_custom=item.is_custom))


def _decided(item: Item, before: Item, change: str) -> str:
    """What the change is: what was said, or meaning where nothing else is possible. Raises SayWhich."""
    if _differs(item, before, MEANING):
        return NEW_MEANING
    if not _differs(item, before, WORDING):
        return ""
    if change not in (SPELLING, NEW_MEANING):
        raise SayWhich(item.code)
    return change


def _differs(item: Item, before: Item, names: Sequence[str]) -> bool:
    return any(getattr(item, name) != getattr(before, name) for name in names)


def _check_words(item: Item) -> None:
    if item.kind == Item.Kind.SLIDER:
        if not all((item.left, item.right, item.left_short, item.right_short)):
            raise Unfit("A pair needs the words of both ends, and a short name for each.")
    elif not item.text.strip():
        raise Unfit("Write what is asked.")


def _check_audience(item: Item, form: Form) -> None:
    """Customers meet only what is worded for them, staff nothing that is worded for customers alone."""
    if form.audience == Item.Audience.CUSTOMER:
        if item.audience != Item.Audience.CUSTOMER and not item.customer_text:
            raise Unfit(f"{item.code} has no wording for customers yet. Write one, then add it to “{form.name}”.")
    elif item.audience == Item.Audience.CUSTOMER:
        raise Unfit(f"{item.code} is worded for customers and cannot be asked in “{form.name}”.")
    is_workbook = form.items.filter(kind=Item.Kind.PROMPT).exists()
    if (item.kind == Item.Kind.PROMPT) != is_workbook and form.items.exclude(pk=item.pk).exists():
        raise Unfit("A workbook holds prompts and nothing else: they are answered by name, a survey is not.")


def _words(item: Item) -> str:
    return item.text or f"{item.left} / {item.right}"
