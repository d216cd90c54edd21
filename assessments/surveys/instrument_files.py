"""A questionnaire as a file: JSON holds everything, CSV the items. Reading answers rows or errors with their lines.

Reading knows nothing of what was asked before; `services.instrument_files` compares and applies, all or nothing.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessments.surveys.models import InstrumentVersion, Item
from assessments.surveys.queries import languages as queries
from core import tables
from core.constructs import Construct
from core.errors import DomainError

SCHEMA = "wheelhouse-questionnaire/1"
MOST_BYTES = 2 * 1024 * 1024
MOST_ITEMS, MOST_FORMS = 400, 20
LIMITS = tables.Limits(file_bytes=MOST_BYTES, rows=MOST_ITEMS, columns=30, cell_characters=700)
COLUMNS = (
    *("code", "kind", "audience", "construct", "text", "leader_text", "customer_text"),
    *("left", "right", "left_short", "right_short", "is_reversed", "allows_na", "referent"),
    *("text_version", "replaces", "forms"),
)
KEPT = ("block", "facet", "source_question")  # in JSON only; CSV leaves them as they are
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.-]{0,19}")
_FORM_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_YES, _NO = {"yes", "true", "1"}, {"no", "false", "0", ""}
_LENGTHS = {"text": 600, "leader_text": 600, "customer_text": 600, "left": 120, "right": 120} | {
    "left_short": 40,
    "right_short": 40,
    "referent": 10,
    "replaces": 20,
    "block": 60,
    "facet": 40,
    "source_question": 10,
}
_SCALES = {"likert": "agree5", "numeric": "recommend11", "slider": "slider100"}


class FileRefused(DomainError):
    """The file as such cannot be read."""


@dataclass(frozen=True)
class RowError:
    """What is wrong in one place of the file, and how to mend it."""

    where: str
    message: str


@dataclass(frozen=True)
class ItemRow:
    """One item of the file. `fields` are columns of Item; `places` the forms it stands in, each with its page."""

    where: str
    code: str
    fields: Mapping[str, Any]
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class FormRow:
    key: str
    name: str
    audience: str
    rule: str = ""


@dataclass
class Content:
    """What a file asks for. `forms` and `texts` are None where the file says nothing of them; `languages` holds by code
    what each says instead of the texts, by key."""

    items: list[ItemRow] = field(default_factory=list)
    forms: list[FormRow] | None = None
    texts: dict[str, Any] | None = None
    languages: dict[str, dict[str, str]] = field(default_factory=dict)
    name: str = ""
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, where: str, message: str) -> None:
        self.errors.append(RowError(where, message))


# --- writing ----------------------------------------------------------------------------------------------------------


def to_json(version: InstrumentVersion) -> str:
    content = {
        "schema": SCHEMA,
        "name": version.instrument.name,
        "version": version.number,
        "language": version.language,
        "texts": version.texts,
        "forms": [
            {"key": form.key, "name": form.name, "audience": form.audience, "rule": form.rule}
            for form in version.forms.order_by("pk")
        ],
        "items": [_item_as_json(item, places) for item, places in _placed(version)],
        "languages": {
            language.language: {line.text.key: line.translation for line in queries.lines(language) if line.is_done}
            for language in version.languages.prefetch_related("translations").select_related("version")
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def to_csv(version: InstrumentVersion) -> bytes:
    rows = []
    for item, places in _placed(version):
        words = {name: getattr(item, name) for name in COLUMNS if name != "forms"}
        words |= {name: "yes" if words[name] else "no" for name in ("is_reversed", "allows_na")}
        words["forms"] = " ".join(f"{key}:{page}" for key, page in places)
        rows.append([words[name] for name in COLUMNS])
    return tables.to_csv(COLUMNS, rows)


def _item_as_json(item: Item, places: Sequence[tuple[str, int]]) -> dict[str, Any]:
    words = {name: getattr(item, name) for name in (*COLUMNS, *KEPT) if name != "forms"}
    kept = {name: value for name, value in words.items() if value != "" or name in ("code", "kind")}
    return kept | ({"detail": item.detail} if item.detail else {}) | {"forms": dict(places)}


def _placed(version: InstrumentVersion) -> list[tuple[Item, list[tuple[str, int]]]]:
    """Items in the order in which the first form that asks them does, each with its places."""
    places: dict[int, list[tuple[str, int]]] = {}
    order: dict[int, int] = {}
    for form in version.forms.order_by("pk"):
        for row in form.placements.order_by("order"):
            places.setdefault(row.item_id, []).append((form.key, row.page))
            order.setdefault(row.item_id, len(order))
    items = sorted(version.items.all(), key=lambda item: (order.get(item.pk, len(order)), item.order))
    return [(item, places.get(item.pk, [])) for item in items]


# --- reading ----------------------------------------------------------------------------------------------------------


def read(file_name: str, content: bytes) -> Content:
    """The file's content with every error found in it. Raises FileRefused, TableRefused when it is no such file."""
    if len(content) > MOST_BYTES:
        raise FileRefused("The file is larger than 2 MB. A questionnaire never is.")
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{" or file_name.lower().endswith(".json"):
        return _read_json(content)
    return _read_table(file_name, content)


def _read_json(content: bytes) -> Content:
    try:
        raw = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, RecursionError):
        raise FileRefused("This is not a JSON file in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise FileRefused(f"Line {error.lineno} is not proper JSON: {error.msg.lower()}.") from None
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise FileRefused(f"This is not a questionnaire: its schema should be {SCHEMA}. Start from an export.")
    found = Content(name=str(raw.get("name", ""))[:120])
    found.texts = raw.get("texts") if isinstance(raw.get("texts"), dict) else None
    found.forms = [form for row in _objects(raw.get("forms"), "Form", found) if (form := _form(*row, found))]
    if len(found.forms) > MOST_FORMS:
        raise FileRefused(f"The file has more than {MOST_FORMS} forms.")
    for where, row in _objects(raw.get("items"), "Item", found):
        places = row.get("forms", {})
        if not isinstance(places, dict):
            found.refuse(where, "“forms” should be an object of form key and page number.")
            places = {}
        _add(found, where, row, [(str(key), str(page)) for key, page in places.items()])
    found.languages = _languages(raw.get("languages", {}), found)
    _check_whole(found)
    return found


def _languages(raw: object, found: Content) -> dict[str, dict[str, str]]:
    if not isinstance(raw, dict) or not all(isinstance(said, dict) for said in raw.values()):
        found.refuse("Languages", "“languages” should be an object of language codes, each with an object of texts.")
        return {}
    return {str(code): {str(key): str(text).strip() for key, text in said.items()} for code, said in raw.items()}


def _objects(raw: object, what: str, found: Content) -> Iterable[tuple[str, dict[str, Any]]]:
    if not isinstance(raw, list) or len(raw) > MOST_ITEMS:
        found.refuse(what, f"“{what.lower()}s” should be a list of at most {MOST_ITEMS} objects.")
        return
    for number, row in enumerate(raw, start=1):
        if isinstance(row, dict):
            yield f"{what} {number}", row
        else:
            found.refuse(f"{what} {number}", "This should be an object in braces.")


def _form(where: str, row: Mapping[str, Any], found: Content) -> FormRow | None:
    key, name, audience = (str(row.get(part, "")) for part in ("key", "name", "audience"))
    if not _FORM_KEY.fullmatch(key) or not name.strip() or audience not in Item.Audience.values:
        found.refuse(where, "A form needs a key (lower case), a name and an audience: employee, leader or customer.")
        return None
    return FormRow(key, name.strip()[:120], audience, str(row.get("rule", ""))[:600])


def _read_table(file_name: str, content: bytes) -> Content:
    rows = tables.read(file_name, content, LIMITS)
    if not rows:
        raise FileRefused("The file is empty. Start from an export.")
    header = [name.lower() for name in rows[0]]
    if missing := [name for name in COLUMNS[:5] if name not in header]:
        raise FileRefused(f"The first line should name the columns; missing: {', '.join(missing)}.")
    found = Content()
    for unknown in [name for name in header if name and name not in COLUMNS]:
        found.refuse("Line 1", f"There is no column “{unknown}”. Known: {', '.join(COLUMNS)}.")
    for number, row in enumerate(rows[1:], start=2):
        if any(row):
            cells = {name: row[place] if place < len(row) else "" for place, name in enumerate(header)}
            places = [tuple(part.rpartition(":")[::2]) for part in cells.pop("forms", "").split()]
            _add(found, f"Line {number}", cells, places)  # type: ignore[arg-type]
    _check_whole(found)
    return found


def _add(found: Content, where: str, row: Mapping[str, Any], places: Iterable[tuple[str, str]]) -> None:
    """One item, checked for itself; what is wrong is noted and the item left out."""
    before = len(found.errors)
    code, kind = _plain(row, "code"), _plain(row, "kind")
    audience = _plain(row, "audience") or Item.Audience.EMPLOYEE.value
    construct = _plain(row, "construct")
    if not _CODE.fullmatch(code):
        found.refuse(where, "The code has letters, digits, dots and dashes, and begins with a letter: STR1.")
    if kind not in Item.Kind.values:
        found.refuse(where, f"The kind is one of: {', '.join(Item.Kind.values)}.")
    if audience not in Item.Audience.values:
        found.refuse(where, f"The audience is one of: {', '.join(Item.Audience.values)}.")
    if construct and construct not in Construct.values:
        found.refuse(where, f"The construct is empty or one of: {', '.join(Construct.values)}.")
    fields: dict[str, Any] = {"kind": kind, "audience": audience, "construct": construct}
    fields |= _words(found, where, row) | _marks(found, where, row)
    fields["scale"] = _SCALES.get(kind, "")
    if isinstance(row.get("detail"), dict):
        fields["detail"] = row["detail"]
    if kind == Item.Kind.SLIDER:
        if not all(fields[pole] for pole in ("left", "right", "left_short", "right_short")):
            found.refuse(where, "A pair needs left, right, left_short and right_short.")
    elif not fields["text"]:
        found.refuse(where, "Write what is asked in the column text.")
    places = list(places)
    if any(not page.isascii() or not page.isdigit() or not 1 <= int(page) <= 99 for _, page in places):
        found.refuse(where, "Forms are written as key:page, such as employee_full:3.")
    if len(found.errors) == before:
        found.items.append(ItemRow(where, code, fields, tuple((key, int(page)) for key, page in places)))


def _words(found: Content, where: str, row: Mapping[str, Any]) -> dict[str, str]:
    words = {}
    for name, most in _LENGTHS.items():
        if name in KEPT and name not in row:
            continue
        words[name] = _plain(row, name)
        if len(words[name]) > most:
            found.refuse(where, f"{name} has {len(words[name])} characters; at most {most} fit.")
    return words


def _marks(found: Content, where: str, row: Mapping[str, Any]) -> dict[str, Any]:
    marks: dict[str, Any] = {}
    for name, default in (("is_reversed", False), ("allows_na", True)):
        said = str(row.get(name, "")).strip().lower()
        marks[name] = said in _YES if said else default
        if said not in _YES | _NO:
            found.refuse(where, f"{name} is yes or no.")
    version = _plain(row, "text_version") or "1"
    if not version.isascii() or not version.isdigit() or not 1 <= int(version) <= 999:
        found.refuse(where, "text_version is a whole number from 1.")
        version = "1"
    return marks | {"text_version": int(version)}


def _plain(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name, "")
    return "" if value is None else str(value).replace("\x00", "").strip()


def _check_whole(found: Content) -> None:
    """What only shows when all items are seen together."""
    seen: dict[str, str] = {}
    for item in found.items:
        if item.code in seen:
            found.refuse(item.where, f"{item.code} stands in {seen[item.code].lower()} already.")
        seen.setdefault(item.code, item.where)
    if not found.items and not found.errors:
        found.refuse("File", "It holds no item.")
    if found.forms is not None:
        keys = [form.key for form in found.forms]
        check_forms(found, keys)
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            found.refuse("Forms", f"Two forms have the key {key}.")


def check_forms(found: Content, keys: Iterable[str]) -> None:
    """Refuse places in forms that do not exist."""
    known = set(keys)
    for item in found.items:
        for key in sorted({key for key, _ in item.places} - known):
            found.refuse(item.where, f"There is no form “{key}”. Known: {', '.join(sorted(known)) or 'none'}.")


def pages(found: Content, form_key: str) -> list[list[str]]:
    """The form's pages in the order of the file's lines."""
    by_page: dict[int, list[str]] = {}
    for item in found.items:
        for key, page in item.places:
            if key == form_key:
                by_page.setdefault(page, []).append(item.code)
    return [by_page[page] for page in sorted(by_page)]
