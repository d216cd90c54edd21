"""Load a questionnaire file (schema seven-cs-instrument/1) as a published version, with its languages. Safe to repeat.

A language of `instrument.yaml` stands beside it, such as `instrument.de.yaml` (schema seven-cs-language/1).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.surveys import languages
from assessments.surveys.models import (
    Form,
    Instrument,
    InstrumentVersion,
    Item,
    Placement,
    Translation,
    VersionLanguage,
)
from assessments.surveys.queries import languages as queries
from core import audit, shipped
from core.constructs import Construct
from core.errors import DomainError
from people.models import User

SCHEMA, LANGUAGE_SCHEMA = "seven-cs-instrument/1", "seven-cs-language/1"
NAME = "Seven Cs of customer focus"
Content = dict[str, Any]


class ContentRefused(DomainError):
    """The file cannot be loaded; the sentence says why."""


@transaction.atomic
def load(path: Path, *, by: User | None = None) -> InstrumentVersion:
    """Publish the file's version, or find it published already. Raises ContentRefused when it differs from that one."""
    content: Content = shipped.read(path)
    if content.get("schema") != SCHEMA:
        raise ContentRefused(f"{path.name} is not a questionnaire file: its schema should be {SCHEMA}.")
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    instrument, _ = Instrument.objects.get_or_create(key=content["key"], defaults={"name": content.get("name", NAME)})
    version = instrument.versions.filter(number=content["version"]).first()
    if version is None:
        version = _new_version(instrument, content, digest)
        audit.record("loaded", version, by=by, changes={"file": path.name})
    elif version.digest != digest:
        raise ContentRefused(
            f"Version {version.number} of {instrument} is {version.get_state_display().lower()} already and {path.name} "
            f"differs from it. Give the file a new version number."
        )
    for beside in sorted(path.parent.glob(f"{path.stem}.*{path.suffix}")):
        _load_language(version, beside, by=by)
    return version


def _new_version(instrument: Instrument, content: Content, digest: str) -> InstrumentVersion:
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        number=content["version"],
        language=content["language"],
        is_validated=content.get("status") != "unvalidated-draft",
        texts=_texts(content),
        scales=content["scales"],
        constructs={
            construct["key"]: {name: construct[name] for name in ("name", "definition", "low_means", "high_means")}
            for construct in content["constructs"]
        },
        digest=digest,
    )
    items = [Item(version=version, order=order, **fields) for order, fields in enumerate(_all_items(content), start=1)]
    Item.objects.bulk_create(items)
    for key, form in content["forms"].items():
        _add_form(version, key, form, items)
    version.state, version.published_at = InstrumentVersion.State.PUBLISHED, timezone.now()
    version.save(update_fields=["state", "published_at"])
    return version


def _load_language(version: InstrumentVersion, path: Path, *, by: User | None) -> None:
    """Publish a file's language, unless the version has it already. Raises ContentRefused for one that is not complete."""
    language = path.suffixes[-2].removeprefix(".")
    if version.languages.filter(language=language).exists():
        return
    content: Content = shipped.read(path)
    if (content.get("schema"), content.get("language")) != (LANGUAGE_SCHEMA, language):
        raise ContentRefused(f"{path.name} is not a language file: see its schema and language.")
    if (content["key"], content["version"]) != (version.instrument.key, version.number):
        return  # of another version of the questionnaire
    said = _said(content)
    lines = languages.lines(queries.texts(version), {key: (text, "") for key, text in said.items()})
    faults = [line.text.key for line in lines if languages.problem(line.text, line.translation) or not line.translation]
    if faults or len(said) > len(lines):
        raise ContentRefused(f"{path.name} is missing texts, or holds some that do not fit: {', '.join(faults[:5])}.")
    added = VersionLanguage.objects.create(
        version=version, language=language, is_validated=content.get("status") == "validated"
    )
    Translation.objects.bulk_create(
        Translation(language=added, key=line.text.key, original=line.text.words, text=line.translation)
        for line in lines
    )
    added.state, added.published_at = VersionLanguage.State.PUBLISHED, timezone.now()
    added.save(update_fields=["state", "published_at"])
    audit.record("loaded a language", version, by=by, changes={"file": path.name})


def _said(content: Content) -> dict[str, str]:
    """Key of a text -> what the file says instead. An item with one text needs no name for it."""
    found = {f"text:{key}": words for key, words in content["texts"].items()}
    for scale, labels in content["scales"].items():
        found |= {f"scale:{scale}:{part}": words for part, words in labels.items()}
    for code, words in content["items"].items():
        fields = {"text": words} if isinstance(words, str) else words
        found |= {f"item:{code}:{field}": said for field, said in fields.items()}
    return found


def _texts(content: Content) -> Content:
    return {
        **content["section_text"],
        "comment_warning": content["comments"]["comment_warning"],
        "default_change": content["readiness"]["default_change"],
        "notes": {
            "trademarks": content["trademark_note"],
            "readiness": content["readiness"]["attribution"],
            "change_balance": content["change_equation"]["attribution"],
        },
        "elements": [
            {name: element[name] for name in ("key", "name", "question", "first_help")}
            for element in content["readiness"]["elements"]
        ],
        "timing": content["timing_assumptions"],
        "item_rules": content["item_rules"],
    }


def _all_items(content: Content) -> Iterator[Content]:
    """The fields of every item of the file, in the file's order."""
    for construct in content["constructs"]:
        key = Construct(construct["key"])
        yield from _statements(construct["employee_items"], key, construct=key)
        yield from _statements(construct["customer_items"], key, construct=key, audience=Item.Audience.CUSTOMER)
        yield from _prompts(construct["workbook"], "workbook", construct=key)
    yield from _prompts(content["definition_workshop"], "definition_workshop")
    yield from _sliders(content["sliders"])
    employee, customer = content["outcome"]["employee"], content["outcome"]["customer"]
    yield from _statements(employee["items"], employee["key"])
    yield from _statements(employee["optional_items"], f"{employee['key']}.optional")
    yield from _statements(customer["items"], customer["key"], audience=Item.Audience.CUSTOMER)
    for group in ("employee", "pulse", "readiness", "customer"):
        audience = Item.Audience.CUSTOMER if group == "customer" else Item.Audience.EMPLOYEE
        for row in content["comments"][group]:
            yield _item(row, f"comments.{group}", kind=Item.Kind.COMMENT, audience=audience)
    for part, groups in (("readiness", "elements"), ("change_equation", "factors")):
        for group in content[part][groups]:
            yield from _statements(group["items"], f"{part}.{group['key']}", facet=group["key"])


def _item(row: Content, block: str, **fields: Any) -> Content:
    own = {
        "code": row["id"],
        "block": block,
        "text": row.get("text") or row.get("prompt", ""),
        "source_question": row.get("source_question") or "",
        "text_version": row.get("text_version", 1),
        "facet": row.get("facet", ""),
    }
    return own | fields


def _statements(rows: Iterable[Content], block: str, **fields: Any) -> Iterator[Content]:
    for row in rows:
        scale = row.get("scale", "agree5")
        yield _item(
            row,
            block,
            kind=Item.Kind.NUMERIC if scale == "recommend11" else Item.Kind.LIKERT,
            scale=scale,
            is_reversed=row.get("reverse", False),
            referent=row.get("referent", ""),
            **fields,
        )


def _prompts(rows: Iterable[Content], block: str, **fields: Any) -> Iterator[Content]:
    for row in rows:
        detail = {"record": row["record"], "columns": row.get("columns", [])}
        yield _item(row, block, kind=Item.Kind.PROMPT, audience=Item.Audience.LEADER, detail=detail, **fields)


def _sliders(content: Content) -> Iterator[Content]:
    for row in content["pairs"]:
        poles = {name: row[name] for name in ("left", "right", "left_short", "right_short")}
        construct = Construct(content["construct"])
        yield _item(row, "sliders", kind=Item.Kind.SLIDER, construct=construct, scale="slider100", **poles)


def _add_form(version: InstrumentVersion, key: str, content: Content, items: list[Item]) -> None:
    """Place the form's items: one block a page, single items together on one page, comments last."""
    form = Form.objects.create(
        version=version,
        key=key,
        name=content["name"],
        audience=content["audience"],
        minutes=content["estimated_minutes"],
        rule=content.get("rule") or content.get("ordering", ""),
    )
    pages = [_block(block, content["audience"], items) for block in content.get("blocks", [])]
    if "items" in content:
        by_code = {item.code: item for item in items}
        pages += [[by_code[code] for code in content["items"]], [by_code[code] for code in content["comments"]]]
    if not pages:  # workbooks name no blocks: the form's own prompts
        pages = [_block("workbook" if key == "leader_workbook" else key, content["audience"], items)]
    placed = [(number, item) for number, page in enumerate(pages, start=1) for item in page]
    Placement.objects.bulk_create(
        Placement(form=form, item=item, order=order, page=number)
        for order, (number, item) in enumerate(placed, start=1)
    )


def _block(block: str, audience: str, items: list[Item]) -> list[Item]:
    """The items of a block; leaders answer the employees' statements. A block such as readiness holds its elements."""
    asked_as = Item.Audience.EMPLOYEE if audience == "leader" and block not in _LEADERS_OWN else audience
    found = [
        item
        for item in items
        if item.audience == asked_as and (item.block == block or item.block.startswith(f"{block}."))
        if not item.block.endswith(".optional")
    ]
    if not found:
        raise ContentRefused(f"A form names the block {block}, which holds nothing for {audience}s.")
    return found


_LEADERS_OWN = {"workbook", "definition_workshop"}
